"""Verify a finished data set against its manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import TypeAlias

from mnistseq.errors import MnistseqError, OutputError, UnsafePathError
from mnistseq.formats.encoding.unexpected_files import is_by_product
from mnistseq.pipeline.dataset.finished import NO_PATHS, FinishedDataset
from mnistseq.pipeline.dataset.manifest import FileRecord, Manifest, is_intact
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.store.entries import Entry
from mnistseq.pipeline.store.protocol import MANIFEST, WORK, Store
from mnistseq.pipeline.verify.label_files import check_label_files
from mnistseq.pipeline.verify.redraw import choose_shards, redraw_shards
from mnistseq.pipeline.verify.result import DatasetFault, Note, Verification

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of completed checks and the total."""


def verify(
    dataset: str | FinishedDataset,
    redraw: float = 0.0,
    *,
    jobs: int | None = 1,
    paths: Mapping[str, str] = NO_PATHS,
    fetch: bool = False,
    progress: Progress | None = None,
) -> Verification:
    """Compare all shards, other files and totals with the manifest, without writing anything.

    Files and empty folders that are not in the manifest are notes. Links, FIFOs, devices and
    leftovers of an interrupted run are faults.

    Parameters
    ----------
    dataset : str or FinishedDataset
        Folder or URL of a finished data set, or one that is already open.
    redraw : float
        Share of shards, 0 to 1, to draw again and compare; at least one if above 0. The label
        files of the whole data set are then made again, too.
    jobs : int, optional
        Number of processes that draw shards again; None means one per core.
    paths : mapping of str to str
        Config key, such as ``source.path``, → path on this machine, for files of which the
        manifest has only the name, or which are not where it says.
    fetch : bool
        Whether the manifest may cause other files to be read, sources to be downloaded and
        plugins to be imported.
    progress : callable, optional
        Called with the number of completed checks and the total, first with 0. Each file and
        each shard drawn again is one check.

    Raises
    ------
    MnistseqError
        If there is no finished data set, or if there are no faults but nothing can be drawn again.
    """
    finished = FinishedDataset.open(dataset) if isinstance(dataset, str) else dataset
    manifest, store = finished.manifest, finished.store
    chosen = choose_shards(manifest, redraw) if redraw else []
    done, total = count(), len(manifest.shards) + len(manifest.files) + len(chosen)

    def advance() -> None:
        if progress is not None:
            progress(next(done), total)

    advance()
    others = [*_compared_files(store, manifest, advance), *_unlisted(store, manifest)]
    faults = [other for other in others if isinstance(other, DatasetFault)]
    if not is_intact(store.read_record(MANIFEST)):
        faults.append(
            DatasetFault(MANIFEST, "was changed: its content_sha256 is that of another content")
        )
    faults += [*_faults_of_layout(manifest), *_faults_of_totals(manifest)]
    if chosen:
        try:
            with finished.plan(finished.root, paths, fetch=fetch) as plan:
                damaged = {fault.name for fault in faults}
                faults += redraw_shards(manifest, plan, chosen, damaged, jobs, advance)
                faults += check_label_files(store, plan, manifest, {fault.name for fault in faults})
        except MnistseqError as error:
            if not faults:
                raise
            # Faults found so far must not be lost.
            faults.append(DatasetFault(MANIFEST, f"nothing could be drawn again: {error}"))
    notes = tuple(other for other in others if isinstance(other, Note))
    return Verification(finished.root, tuple(faults), notes)


def _compared_files(
    store: Store, manifest: Manifest, advance: Callable[[], None]
) -> Iterator[DatasetFault | Note]:
    """Yield missing or changed files; by-products are only noted."""
    records: list[Receipt | FileRecord] = [*manifest.shards, *manifest.files]
    for record in records:
        problem = _problem(store, record)
        if problem is not None:
            by_product = isinstance(record, FileRecord) and record.by_product
            yield (Note if by_product else DatasetFault)(record.name, problem)
        advance()


def _problem(store: Store, record: Receipt | FileRecord) -> str | None:
    try:
        return store.difference(record.name, record.bytes, record.sha256)
    except OutputError as error:
        if isinstance(error.__cause__, PermissionError) or isinstance(error, UnsafePathError):
            return str(error)
        raise


def _faults_of_layout(manifest: Manifest) -> Iterator[DatasetFault]:
    """Yield overlapping splits, and shards that do not start where the previous one ends."""
    index = 0
    for split in manifest.splits:
        if split.first < index:
            yield DatasetFault(
                MANIFEST, f"split {split.name} begins with sample {split.first}, expected {index}"
            )
        index = split.first
        for shard in manifest.shards_of(split.name):
            if shard.first != index:
                yield DatasetFault(
                    shard.name, f"begins with sample {shard.first}, expected {index}"
                )
            index = shard.first + shard.samples
        end = split.first + split.samples
        if index != end:
            yield DatasetFault(
                MANIFEST, f"split {split.name} ends with sample {index - 1}, expected {end - 1}"
            )


def _faults_of_totals(manifest: Manifest) -> Iterator[DatasetFault]:
    totals = {
        "samples": (manifest.samples, sum(shard.samples for shard in manifest.shards)),
        "bytes": (manifest.bytes, sum(shard.bytes for shard in manifest.shards)),
    }
    for key, (recorded, total) in totals.items():
        if recorded != total:
            yield DatasetFault(MANIFEST, f"records {recorded} {key}, but its shards have {total}")


def _unlisted(store: Store, manifest: Manifest) -> list[DatasetFault | Note]:
    """Return faults and notes about everything that the manifest does not list, sorted by name."""
    listed = {MANIFEST, *(shard.name for shard in manifest.shards)}
    listed |= {file.name for file in manifest.files}
    others = [other for entry in store.entries() if (other := _other(entry, listed)) is not None]
    if WORK in store.names():
        others.append(DatasetFault(WORK, "was left by an interrupted run; remove it"))
    return others


def _other(entry: Entry, listed: set[str]) -> DatasetFault | Note | None:
    name, kind = entry
    if kind in {"file", "empty folder"}:
        # Files inside a folder shard are part of its hash, except for by-products.
        folders = {name[:end] for end, letter in enumerate(name) if letter == "/"}
        hashed = kind == "file" and bool(folders & listed) and not is_by_product(name)
        remark = "is not in the manifest" if kind == "file" else f"is an {kind}"
        return None if hashed or name in listed else Note(name, remark)
    # If the manifest lists it, comparing hashes has reported it.
    return None if name in listed else DatasetFault(name, f"is a {kind}")
