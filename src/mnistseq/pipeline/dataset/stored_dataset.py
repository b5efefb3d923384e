"""open_dataset: read the samples of a finished data set of any format."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self, overload

from mnistseq.core.protocols import Format
from mnistseq.core.stored_samples import ShardReader, StoredSample
from mnistseq.errors import ArgumentError, MnistseqError, SourceError
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.manifest import Manifest
from mnistseq.pipeline.dataset.sample_checks import check_sample
from mnistseq.pipeline.shards.spec import Receipt


class StoredDataset(Sequence[StoredSample]):
    """The samples of a finished data set, in order: ``dataset[2]`` is the third.

    Only one shard is open at a time, so reading in order is fastest. Can be pickled, and used
    in forked processes, each of which opens its own shards.

    Parameters
    ----------
    finished : FinishedDataset
    dataset_format : Format
        Format of the shards.
    shards : sequence of Receipt
        Shards to read.
    """

    def __init__(
        self, finished: FinishedDataset, dataset_format: Format, shards: Sequence[Receipt]
    ) -> None:
        self._finished = finished
        self._format = dataset_format
        self._shards = shards
        self._starts = [0]
        for shard in shards:
            self._starts.append(self._starts[-1] + shard.samples)
        self._open: _OpenShard | None = None

    @property
    def manifest(self) -> Manifest:
        """The manifest of the whole data set."""
        return self._finished.manifest

    @property
    def splits(self) -> tuple[str, ...]:
        """Names of the splits."""
        return tuple(dict.fromkeys(shard.split for shard in self._shards))

    def split(self, name: str) -> StoredDataset:
        """Return the samples of one split; ArgumentError if no split has this name."""
        shards = [shard for shard in self._shards if shard.split == name]
        if not shards:
            raise ArgumentError(
                f"{self._finished.root} has no split {name!r}; it has {', '.join(self.splits)}"
            )
        return StoredDataset(self._finished, self._format, shards)

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, index: int) -> StoredSample: ...

    @overload
    def __getitem__(self, index: slice) -> list[StoredSample]: ...

    def __getitem__(self, index: int | slice) -> StoredSample | list[StoredSample]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        index = range(len(self))[index]
        number = bisect_right(self._starts, index) - 1
        shard = self._shards[number]
        if self._open is None or not self._open.serves(shard):
            self.close()
            self._open = _OpenShard(self._finished, self._format, shard)
        with _damage(self._finished.root, shard):
            stored = self._open.reader[index - self._starts[number]]
            check_sample(stored)
            return stored

    def __iter__(self) -> Iterator[StoredSample]:
        return map(self.__getitem__, range(len(self)))

    def close(self) -> None:
        """Close the open shard."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_open": None}

    def __repr__(self) -> str:
        """``<StoredDataset out: 1000 samples, files>``"""
        name = self.manifest.format.name
        return f"<StoredDataset {self._finished.root}: {len(self)} samples, {name}>"


def open_dataset(path: str | os.PathLike[str], *, fetch: bool = False) -> StoredDataset:
    """Open a finished data set of any format, to read its samples.

    Parameters
    ----------
    path : str or path
        Folder or URL of the data set, or of its manifest.
    fetch : bool
        Whether the manifest may cause the plugin of a format to be imported. Allow this only
        for data sets that you trust.

    Returns
    -------
    StoredDataset
        A sequence of samples with `image`, `labels`, `text`, `boxes` and more.

    Raises
    ------
    OutputError
        If there is no finished data set.
    NotAllowedError
        If the format needs a plugin, and `fetch` is false.
    SourceError
        If the manifest is damaged or, when a sample is read, its shard.

    Examples
    --------
    >>> import tempfile
    >>> from mnistseq import make_dataset, open_dataset
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = make_dataset({}, f"{folder}/digits", count=6, length=3, seed=1, jobs=1)
    ...     dataset = open_dataset(f"{folder}/digits")
    ...     print(len(dataset), dataset[0].text, [sample.image.shape for sample in dataset][:1])
    6 526 [(28, 104)]
    """
    finished = FinishedDataset.open(os.fspath(path))
    return StoredDataset(finished, finished.format(fetch=fetch), finished.manifest.shards)


class _OpenShard:
    """A shard that is open in this process."""

    def __init__(self, finished: FinishedDataset, dataset_format: Format, shard: Receipt) -> None:
        self._process = os.getpid()
        self._shard = shard
        self._stack = ExitStack()
        with _damage(finished.root, shard), ExitStack() as opening:
            path: Path = opening.enter_context(finished.store.local(shard.name))
            self.reader: ShardReader = opening.enter_context(dataset_format.open_shard(path))
            self._stack = opening.pop_all()

    def serves(self, shard: Receipt) -> bool:
        """Return whether this is the given shard, opened by this process."""
        return self._shard is shard and self._process == os.getpid()

    def close(self) -> None:
        """Close the shard, if this process opened it."""
        if self._process == os.getpid():
            self._stack.close()


@contextmanager
def _damage(root: str, shard: Receipt) -> Iterator[None]:
    """Convert errors that a format raises for a damaged shard to SourceError."""
    try:
        yield
    except MnistseqError:
        raise
    except Exception as error:
        raise SourceError(
            f"{root}/{shard.name}: cannot be read ({type(error).__name__}: {error}); restore it, or "
            "make the data set again"
        ) from error
