"""Holding a finished data set against its manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeAlias

from mnistseq.errors import MnistseqError, OutputError, UnsafePathError
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.manifest import FileRecord, Manifest
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.store.protocol import MANIFEST, Store
from mnistseq.pipeline.verify.redraw import Fault, Tell, finish_again, redraw_shards

Progress: TypeAlias = Callable[[int], AbstractContextManager[Tell]]
"""How many looks there will be → what is told of each."""


def verify(
    root: str,
    redraw: float = 0.0,
    progress: Progress | None = None,
    source_path: str | None = None,
) -> list[Fault]:
    """Check every shard, every other file and their sums against the manifest; nothing is written.

    Parameters
    ----------
    root : str
        Folder or URL of a finished data set.
    redraw : float
        Share of the samples, 0 to 1, that are drawn again and compared, pixel by pixel and in
        all that the format says of them; at least one of each shard. Above 0, files of the whole
        set are made again from its shards, too.
    progress : callable
        Given how many looks there will be, a context with a function that is told of each: a look
        at every shard and file, and if samples are drawn again one more.
    source_path : str, optional
        Where the source's files are, if elsewhere than when the data set was made.

    Returns
    -------
    list of Fault
        Empty where all is as it should be.
    """
    finished = FinishedDataset.open(root)
    store = finished.store
    looks = len(finished.manifest.shards) + len(finished.manifest.files)
    with (progress or _untold)(looks * (2 if redraw else 1)) as tell:
        faults = list(_faults_of_files(store, finished.manifest, tell))
        faults += _faults_of_plan(finished.manifest)
        faults += _faults_of_sums(finished.manifest)
        if redraw:
            damaged = {fault.name for fault in faults}
            try:
                with finished.plan(finished.root, source_path) as plan:
                    faults += redraw_shards(store, plan, finished.manifest, redraw, damaged, tell)
                    damaged = {fault.name for fault in faults}
                    faults += finish_again(store, plan, finished.manifest, damaged, tell)
            except MnistseqError as error:
                if not faults:
                    raise
                # What was found is not to be lost for that.
                faults.append(Fault(MANIFEST, f"could not be drawn from again: {error}"))
    return faults


@contextmanager
def _untold(_looks: int) -> Iterator[Tell]:
    yield lambda _more, _made: None


def _faults_of_files(store: Store, manifest: Manifest, tell: Tell) -> Iterator[Fault]:
    items: list[Receipt | FileRecord] = [*manifest.shards, *manifest.files]
    listed = {item.name for item in items}
    for item in items:
        try:
            found = store.measure(item.name)
        except OutputError as error:
            unreadable = isinstance(error.__cause__, PermissionError)
            if not unreadable and not isinstance(error, UnsafePathError):
                raise
            yield Fault(item.name, str(error))
            continue
        finally:
            tell(1, True)
        if found is None:
            yield Fault(item.name, "is missing")
        elif found[0] != item.bytes:
            yield Fault(item.name, f"was altered: {found[0]} bytes, {item.bytes} made")
        elif found[1] != item.sha256:
            yield Fault(item.name, f"was altered: {found[0]} bytes, but not those made")
    for name in store.files():
        # What lies in a shard that is a folder is part of that shard's hash.
        folders = {name[:end] for end, letter in enumerate(name) if letter == "/"}
        if name != MANIFEST and name not in listed and not folders & listed:
            yield Fault(name, "is extra: the manifest does not have it")


def _faults_of_plan(manifest: Manifest) -> Iterator[Fault]:
    """Whether the shards that are listed are those that were planned, each sample once."""
    index = 0
    for split in manifest.splits:
        for item in (item for item in manifest.shards if item.split == split.name):
            if item.first != index:
                yield Fault(item.name, f"begins with sample {item.first}, not {index}")
            index = item.first + item.samples
        if index != split.first + split.samples:
            last = split.first + split.samples - 1
            yield Fault(MANIFEST, f"split {split.name} ends with sample {index - 1}, not {last}")


def _faults_of_sums(manifest: Manifest) -> Iterator[Fault]:
    """Whether the shards that are listed come to what is said of all of them."""
    totals = {
        "samples": (manifest.samples, sum(item.samples for item in manifest.shards)),
        "bytes": (manifest.bytes, sum(item.bytes for item in manifest.shards)),
    }
    for key, (listed, total) in totals.items():
        if listed != total:
            yield Fault(MANIFEST, f"says {listed} {key} in all, its shards come to {total}")
