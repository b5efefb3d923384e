"""What a worker gets to make a shard, and what it returns."""

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
    """What all shards of a data set have in common; small, and can be pickled.

    Attributes
    ----------
    drawn : SequenceLaw or None
        The law of random sequences; None where they come from rows.
    shares : tuple of (str, float)
        Splits, and the share of the glyphs that belongs to each.
    disjoint : {'glyph', 'writer', 'text'}
        What no two splits have in common.
    fingerprint : str
        Fingerprint of the source's glyphs: a worker must load the same ones.
    format : Format
        With its parameters.
    root : str
        Folder or URL of the data set.
    versions : mapping of str to str
        The format's libraries, with the versions that the plan records.
    keep : tuple of str
        Names of the columns of rows that are recorded with every sample.
    name_template : NameTemplate or None
        Names of the samples, if they are not those of the rows or the indices.
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
        """Hash a part of the fields: a config cannot be hashed, and equality compares all."""
        return hash((self.seed, self.fingerprint, self.root))


@dataclass(frozen=True)
class Task:
    """One shard to make.

    Attributes
    ----------
    rows : tuple of RowPart, or None
        What to write; None for random sequences.
    known : Receipt or None
        The receipt of the shard, where an earlier run recorded it as finished.
    """

    shard: Shard
    rows: tuple[RowPart, ...] | None = None
    known: Receipt | None = None

    def __str__(self) -> str:
        return f"shard {self.shard.name}"

    def part(self, index: int, samples: int) -> Task:
        """Return a task for `samples` of the samples, from the one at offset `index` on."""
        shard = replace(self.shard, first=self.shard.first + index, samples=samples)
        if self.rows is None:
            return Task(shard)
        rows, begin = [], -index  # where a row's samples begin, counted from the part's first
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
    first, samples : int
        As those of a `Shard`.
    sha256 : str
        Hash of its file; of a folder, hash of the names and hashes of its files.
    tag : str or None
        What the store reports of the content, such as an S3 ETag.
    versions : mapping of str to str, or None
        The format's libraries with their versions, if these differ from those of the plan.
    made : bool
        Whether the shard was made; False if it existed. Not recorded.
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
        """The shard without what was made of it."""
        return Shard(self.name, self.split, self.first, self.samples)

    def to_json(self) -> dict[str, Any]:
        """Return what is recorded."""
        values = {key: value for key, value in vars(self).items() if value is not None}
        del values["made"]
        return values
