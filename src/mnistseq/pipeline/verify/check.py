"""Verify a finished data set by its manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from mnistseq.errors import MnistseqError, OutputError, UnsafePathError
from mnistseq.pipeline.dataset.finished import NO_PATHS, FinishedDataset
from mnistseq.pipeline.dataset.manifest import FileRecord, Manifest, is_intact
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.store.protocol import MANIFEST, Store
from mnistseq.pipeline.verify.label_files import check_label_files
from mnistseq.pipeline.verify.redraw import choose_shards, redraw_shards
from mnistseq.pipeline.verify.result import DatasetFault, Note, Verification
from mnistseq.pipeline.verify.unlisted import unlisted_in

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of checks that are done, and of all checks."""


def verify(
    root: str,
    redraw: float = 0.0,
    *,
    jobs: int | None = 1,
    paths: Mapping[str, str] = NO_PATHS,
    fetch: bool = False,
    progress: Progress | None = None,
) -> Verification:
    """Compare every shard, every other file and their totals with the manifest; write nothing.

    Files and empty folders that are not in the manifest are noted. Links, FIFOs, devices and what
    an interrupted run left are faults.

    Parameters
    ----------
    root : str
        Folder or URL of a finished data set.
    redraw : float
        Share of the shards, 0 to 1, that are drawn again and compared; above 0, at least one.
        The label files of the whole data set are then made again, too.
    jobs : int, optional
        Number of processes that draw shards again; None for one a core.
    paths : mapping of str to str
        Config key → path here, such as ``source.path``, of files that the manifest names only, or
        that are not where it says.
    fetch : bool
        Whether the manifest may have files elsewhere read, a source downloaded and plugins
        imported.
    progress : callable, optional
        Called with the number of checks that are done and of all checks, first with 0.
        A file is one check, and so is a shard that is drawn again.

    Raises
    ------
    MnistseqError
        If there is no finished data set, or nothing can be drawn again and nothing else is wrong.
    """
    finished = FinishedDataset.open(root)
    return verify_finished(finished, redraw, jobs=jobs, paths=paths, fetch=fetch, progress=progress)


def verify_finished(
    finished: FinishedDataset,
    redraw: float = 0.0,
    *,
    jobs: int | None = 1,
    paths: Mapping[str, str] = NO_PATHS,
    fetch: bool = False,
    progress: Progress | None = None,
) -> Verification:
    """Verify a data set that is open; see `verify`."""
    manifest, store = finished.manifest, finished.store
    chosen = choose_shards(manifest, redraw) if redraw else []
    count = _Count(len(manifest.shards) + len(manifest.files) + len(chosen), progress)
    others = [*_compared_files(store, manifest, count), *unlisted_in(store, manifest)]
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
                faults += redraw_shards(manifest, plan, chosen, damaged, jobs, count.add)
                faults += check_label_files(store, plan, manifest, {fault.name for fault in faults})
        except MnistseqError as error:
            if not faults:
                raise
            # The faults that were found must not be lost.
            faults.append(DatasetFault(MANIFEST, f"nothing could be drawn again: {error}"))
    notes = tuple(other for other in others if isinstance(other, Note))
    return Verification(finished.root, tuple(faults), notes)


class _Count:
    """Counts checks, and reports them."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = 0, total, progress
        self._report()

    def add(self) -> None:
        """Count one more check."""
        self._done += 1
        self._report()

    def _report(self) -> None:
        if self._progress is not None:
            self._progress(self._done, self._total)


def _compared_files(
    store: Store, manifest: Manifest, count: _Count
) -> Iterator[DatasetFault | Note]:
    """Yield files that are missing or changed; for by-products, this is not a fault."""
    records: list[Receipt | FileRecord] = [*manifest.shards, *manifest.files]
    for record in records:
        problem = _problem(store, record)
        if problem is not None:
            by_product = isinstance(record, FileRecord) and record.by_product
            yield (Note if by_product else DatasetFault)(record.name, problem)
        count.add()


def _problem(store: Store, record: Receipt | FileRecord) -> str | None:
    try:
        return store.difference(record.name, record.bytes, record.sha256)
    except OutputError as error:
        if isinstance(error.__cause__, PermissionError) or isinstance(error, UnsafePathError):
            return str(error)
        raise


def _faults_of_layout(manifest: Manifest) -> Iterator[DatasetFault]:
    """Yield splits that overlap, and shards that do not continue where the one before ends."""
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
