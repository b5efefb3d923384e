"""ShardSpec, Task and Receipt: what a worker gets to make a shard, and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mnistseq.config.config import Config
from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.protocols import Format
from mnistseq.core.random_sequences import SequenceLaw
from mnistseq.pipeline.rows.name_template import NameTemplate
from mnistseq.pipeline.rows.row import RowPart
from mnistseq.pipeline.shards.field_types import Count, Digest
from mnistseq.pipeline.shards.layout import Shard


@dataclass(frozen=True)
class ShardSpec:
    """Everything that the shards of a data set share; small and picklable.

    Attributes
    ----------
    drawn : SequenceLaw or None
        Law of random sequences; None if the sequences come from rows.
    shares : tuple of (str, float)
        Splits, and the share of glyphs of each.
    disjoint : {'glyph', 'writer', 'text'}
        What no two splits share.
    fingerprint : str
        Fingerprint of the source's glyphs; workers must load the same ones.
    versions : mapping of str to str
        Versions of the format's libraries that the plan records.
    keep : tuple of str
        Names of the columns recorded with every sample.
    name_template : NameTemplate or None
        Template for the names of the samples; None for those of the rows, or indices.
    """

    config: Config
    seed: int
    drawn: SequenceLaw | None
    shares: tuple[tuple[str, float], ...]
    disjoint: Disjoint
    fingerprint: str
    format: Format
    root: str
    versions: Mapping[str, str]
    keep: tuple[str, ...] = ()
    name_template: NameTemplate | None = None

    def __hash__(self) -> int:
        """Hash only some fields, because a config is not hashable."""
        return hash((self.seed, self.fingerprint, self.root))


@dataclass(frozen=True)
class Task:
    """One shard to make.

    Attributes
    ----------
    rows : tuple of RowPart, or None
        Rows to draw; None for random sequences.
    known : Receipt or None
        Receipt of the shard, if an earlier run recorded it as finished.
    """

    shard: Shard
    rows: tuple[RowPart, ...] | None = None
    known: Receipt | None = None

    def __str__(self) -> str:
        return f"shard {self.shard.name}"

    def part(self, index: int, samples: int) -> Task:
        """Return a task for `samples` samples, starting at offset `index`."""
        shard = replace(self.shard, first=self.shard.first + index, samples=samples)
        if self.rows is None:
            return Task(shard)
        rows, begin = [], -index  # offset of a row's first sample from the first of the part
        for row, first, count in self.rows:
            low, high = max(begin, 0), min(begin + count, samples)
            if low < high:
                rows.append(RowPart(row, first + low - begin, high - low))
            begin += count
        return Task(shard, tuple(rows))


@dataclass(frozen=True)
class Receipt(Shard):
    """The record of a finished shard: a line of the journal, and later of the manifest.

    Attributes
    ----------
    sha256 : str
        Hash of the file or, for a folder, of the names and hashes of its files.
    tag : str or None
        Tag that the store gives the content, such as an S3 ETag.
    versions : mapping of str to str, or None
        Versions of the format's libraries, if they differ from those of the plan.
    made : bool
        Whether the shard was made now; False if it already existed. Not recorded.
    """

    bytes: Count
    sha256: Digest
    tag: str | None = None
    versions: Mapping[str, str] | None = None
    made: bool = True

    @classmethod
    def of(
        cls,
        shard: Shard,
        size: int,
        sha256: str,
        tag: str | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> Receipt:
        """Return the receipt of a shard of `size` bytes."""
        where = shard.name, shard.split, shard.first, shard.samples
        return cls(*where, size, sha256, tag, versions)

    @property
    def shard(self) -> Shard:
        """The shard without the fields of the receipt."""
        return Shard(self.name, self.split, self.first, self.samples)

    def to_json(self) -> dict[str, Any]:
        """Return the record for the journal and the manifest."""
        values = {key: value for key, value in vars(self).items() if value is not None}
        del values["made"]
        return values
