"""Format: a data set format on disk."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, ClassVar, Self

from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.record_schema import RecordSchema
from mnistseq.core.samples import SampleBatch
from mnistseq.core.stored_samples import InOrderReader, ShardReader, StoredSample


class Format(ABC):
    """A data set format on disk."""

    name: ClassVar[str]

    suffix: ClassVar[str]
    """How a shard's name ends, such as ``.tar``; empty if a shard is a folder."""

    folder: ClassVar[str] = ""
    """The folder of the data set that contains all shards; by default its root."""

    shard_samples: ClassVar[int]
    """The default number of samples in a shard."""

    one_size: ClassVar[bool] = False
    """Whether all images must have one size; other requests are refused before drawing."""

    @property
    def needs_masks(self) -> bool:
        """Whether `write_shard` needs batches with masks; by default it does not."""
        return False

    @abstractmethod
    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        """Write the samples of one shard.

        Equal samples must give equal bytes: nothing written may depend on the clock, the
        path or a random name.

        Parameters
        ----------
        batches : iterable of SampleBatch
            Consecutive samples; can be iterated only once.
        path : Path
            The local file or folder to create. The caller gives it its final name once it is
            complete.
        """

    @abstractmethod
    def read_shard(self, path: Path) -> Iterator[StoredSample]:
        """Read a shard back, sample by sample, in order."""

    def open_shard(self, path: Path) -> ShardReader:
        """Open a shard for random access.

        By default, asking for an earlier sample reads the shard again from its start.
        """
        return InOrderReader(self, path)

    def finish(  # noqa: B027  # most formats have nothing to add
        self,
        shards: Iterable[str],
        read: Callable[[str], IO[bytes]],
        folder: Path,
        terms: Sequence[LicenceTerms],
    ) -> None:
        """Write the files that describe the whole data set, once all shards are made.

        Parameters
        ----------
        shards : iterable of str
            Names of all shards, such as ``train/00000``, in order.
        read : callable
            Opens a file of the data set by its name, such as ``train/00000/metadata.jsonl``.
        folder : Path
            An empty local folder; the files written here go to the top of the data set.
        terms : sequence of LicenceTerms
            Licences and credits of the sources.
        """

    def record_schema(self, kept: Sequence[str], *, writers: bool) -> RecordSchema | None:
        """Describe the files and fields of a sample for Hugging Face's datasets and Croissant.

        By default None: neither can load the format, and `mnistseq.open_dataset` can.

        Parameters
        ----------
        kept : sequence of str
            Columns of the input that are recorded with every sample.
        writers : bool
            Whether the source has writer ids.
        """
        return None

    def versions(self) -> dict[str, str]:
        """Return the installed versions of the libraries that decide the bytes of a shard.

        The manifest records them. With other versions, equal samples may have different
        bytes, so `verify` compares samples instead.
        """
        return {}

    def resolved(self) -> Self:
        """Return the format with every parameter resolved, such as "the fastest library installed".

        All workers then write the same bytes.
        """
        return self

    def remarks(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return warnings about what readers of the format may do to such texts.

        Parameters
        ----------
        texts : sequence of str
            Texts of some samples of the planned data set.
        """
        return ()

    def unused(self, given: Collection[str]) -> Mapping[str, str]:
        """Return which of the given parameters have no effect, given the others, and why.

        Parameters
        ----------
        given : collection of str
            Names of parameters that a user set.

        Returns
        -------
        mapping of str to str
            Parameter → when it would have one, such as ``applies only to JPEG``.
        """
        return {}
