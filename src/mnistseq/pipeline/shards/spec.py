"""What a worker needs to make a shard, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mnistseq.config.config import Config
from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.random_sequences import RandomSequences
from mnistseq.pipeline.rows.row import RowPart
from mnistseq.pipeline.shards.layout import Shard


@dataclass(frozen=True)
class ShardSpec:
    """What does not differ between the shards of a data set; small, and can be pickled.

    Attributes
    ----------
    config : Config
    seed : int
    drawn : RandomSequences or None
        Where sequences come from if not from rows.
    shares : tuple of (str, float)
        The splits, and how much of the glyphs belongs to each.
    disjoint : {'glyph', 'writer'}
        What no two splits have in common.
    fingerprint : str
        Of the source's glyphs: what a worker loads has to be the same.
    format : object
        The format, with its parameters.
    root : str
        Folder or URL of the data set.
    """

    config: Config
    seed: int
    drawn: RandomSequences | None
    shares: tuple[tuple[str, float], ...]
    disjoint: Disjoint
    fingerprint: str
    format: Any
    root: str

    def __hash__(self) -> int:
        """Of some of it, for a config cannot be hashed; whether two are equal, the rest tells."""
        return hash((self.seed, self.fingerprint, self.root))


@dataclass(frozen=True)
class Task:
    """One shard to be made.

    Attributes
    ----------
    shard : Shard
    rows : tuple of RowPart, or None
        What to write; None: sequences are drawn.
    known : tuple of (int, str), or None
        Bytes and SHA-256 that the shard has if it was made before.
    """

    shard: Shard
    rows: tuple[RowPart, ...] | None = None
    known: tuple[int, str] | None = None

    def __str__(self) -> str:
        return f"shard {self.shard.name}"

    def part(self, place: int, samples: int) -> Task:
        """So many of its samples, from `place` on, as a task of their own."""
        shard = replace(self.shard, first=self.shard.first + place, samples=samples)
        if self.rows is None:
            return Task(shard)
        rows, begin = [], -place  # where a row's samples begin, seen from the part
        for row, first, count in self.rows:
            low, high = max(begin, 0), min(begin + count, samples)
            if low < high:
                rows.append(RowPart(row, first + low - begin, high - low))
            begin += count
        return Task(shard, tuple(rows))


@dataclass(frozen=True)
class Receipt:
    """A shard that is there.

    Attributes
    ----------
    shard : Shard
    bytes : int
    sha256 : str
        Of its file; of a folder, of the names and hashes of its files.
    tag : str or None
        What the place where it is kept says of the content.
    made : bool
        Whether it was made now; otherwise it was there.
    """

    shard: Shard
    bytes: int
    sha256: str
    tag: str | None = None
    made: bool = True
