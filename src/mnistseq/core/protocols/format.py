"""Format: a data set format on disk."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, ClassVar, Self

from mnistseq.core.reading import Reading
from mnistseq.core.samples import SampleBatch
from mnistseq.core.stored import InOrderReader, ShardReader, Stored
from mnistseq.core.terms import Terms


class Format(ABC):
    """A data set format on disk."""

    name: ClassVar[str]

    suffix: ClassVar[str]
    """How a shard's name ends, such as ``.tar``; empty if a shard is a folder."""

    folder: ClassVar[str] = ""
    """The folder of all shards in the data set; by default its topmost."""

    shard_samples: ClassVar[int]
    """The default number of samples in a shard."""

    one_size: ClassVar[bool] = False
    """Whether all images of a data set must have one size; others are refused before drawing."""

    @property
    def needs_masks(self) -> bool:
        """Whether `write_shard` must get batches with masks; by default it need not."""
        return False

    @abstractmethod
    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        """Write the samples of one shard.

        Equal samples make equal bytes: nothing written depends on the clock, the
        path or a random name.

        Parameters
        ----------
        batches : iterable of SampleBatch
            Consecutive samples; can be iterated once.
        path : Path
            The file or folder to make, in a local folder; it does not exist yet. The
            caller gives it its final name once it is whole.
        """

    @abstractmethod
    def read_shard(self, path: Path) -> Iterator[Stored]:
        """Read a shard back, sample by sample, in order."""

    def open_shard(self, path: Path) -> ShardReader:
        """Open a shard to read single samples of it.

        By default it is read from its start whenever an earlier sample is asked for.
        """
        return InOrderReader(self, path)

    def finish(  # noqa: B027  # most formats have nothing to add
        self,
        shards: Iterable[str],
        read: Callable[[str], IO[bytes]],
        folder: Path,
        terms: Sequence[Terms],
    ) -> None:
        """Write the files that belong to the whole data set, after all shards are made.

        Parameters
        ----------
        shards : iterable of str
            Names of all shards, such as ``train/00000``, in order.
        read : callable
            Opens a file of the data set by its name, such as ``train/00000/metadata.jsonl``.
        folder : Path
            An empty local folder; the files written here go to the top of the data set.
        terms : sequence of Terms
            Licences of the sources, and whom to credit.
        """

    def reading(self, kept: Sequence[str], *, writers: bool) -> Reading | None:
        """Return how Hugging Face's datasets and Croissant's readers find the samples.

        By default None, which means that they cannot, and `mnistseq.open_dataset` does.

        Parameters
        ----------
        kept : sequence of str
            Columns of the input that are recorded with every sample.
        writers : bool
            Whether the source knows who wrote its glyphs.
        """
        return None

    def versions(self) -> dict[str, str]:
        """Return the libraries whose versions decide the bytes of a shard, with their versions here.

        The manifest records them. Where they differ, equal samples may have different
        bytes, and `verify` compares samples instead.
        """
        return {}

    def resolved(self) -> Self:
        """Return an equivalent format whose output does not depend on the machine.

        Parameters such as "the fastest library installed" get a definite value, so
        that every worker makes the same bytes.
        """
        return self

    def remarks(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return what readers of the format may do to such texts, if a user would not expect it.

        Parameters
        ----------
        texts : sequence of str
            Texts of some samples of a data set that is planned.
        """
        return ()

    def unused(self, given: Collection[str]) -> Mapping[str, str]:
        """Return which of the given parameters have no effect beside the others, and why.

        Parameters
        ----------
        given : collection of str
            Names of parameters that a user set.

        Returns
        -------
        mapping of str to str
            Parameter → when it applies, such as ``applies only to JPEG``.
        """
        return {}
