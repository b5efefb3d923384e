"""Input: the sequences that a data set is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mnistseq.config.config import Config
from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.composer import Composer
from mnistseq.pipeline.dataset.manifest import InputRecord
from mnistseq.pipeline.rows.name_template import NameTemplate
from mnistseq.pipeline.rows.row import BadRow
from mnistseq.pipeline.rows.row_file import RowFile
from mnistseq.pipeline.rows.shares import Shares
from mnistseq.pipeline.shards.layout import SPLIT_DISTANCE, ShardLayout
from mnistseq.pipeline.shards.spec import Task


@dataclass(frozen=True)
class DrawingRules:
    """What an input's sequences are checked, split and drawn by.

    Attributes
    ----------
    composer : Composer
        Made of that config, with all the glyphs of the source.
    shares : tuple of (str, float)
        Splits and their shares.
    disjoint : {'glyph', 'writer', 'text'}
        What no two splits have in common.
    one_size : bool
        Whether the format needs images of one size.
    name_template : NameTemplate or None
        Names of the samples, if they are not those of the rows or the indices.
    """

    config: Config
    composer: Composer
    seed: int
    shares: Shares
    disjoint: Disjoint
    shard_samples: int
    one_size: bool = False
    name_template: NameTemplate | None = None


@dataclass(frozen=True)
class InputCount:
    """How many samples an input gives.

    Attributes
    ----------
    samples : tuple of int
        Samples of each split.
    distance : int or None
        How far apart the splits begin, so that each can grow; None if they follow one another.
    bad : int
        Rows that are skipped because they cannot be drawn.
    listed : tuple of BadRow
        The first of them.
    unused_columns : tuple of str
        Columns of the rows that are not used.
    """

    samples: tuple[int, ...]
    distance: int | None = SPLIT_DISTANCE
    bad: int = 0
    listed: tuple[BadRow, ...] = ()
    unused_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class InputFile:
    """A file that an input is read from.

    Attributes
    ----------
    display_name : str
        What messages call it.
    """

    path: Path
    display_name: str


class Input(Protocol):
    """The sequences that a data set is made of."""

    @property
    def file(self) -> InputFile | RowFile | None:
        """The file that they are read from, of which the data set keeps a copy."""
        ...

    def reading(self, path: Path) -> Input:
        """Return the same input, read from a copy of its file."""
        ...

    @property
    def keep(self) -> tuple[str, ...]:
        """Names of the columns that are recorded with every sample."""
        ...

    def record(self) -> InputRecord:
        """Return the input as a manifest records it; equal inputs have equal records."""
        ...

    def count(self, rules: DrawingRules) -> InputCount:
        """Count the samples of each split, after every check that is possible before drawing."""
        ...

    def tasks(self, layout: ShardLayout, rules: DrawingRules) -> Iterator[Task]:
        """Yield a task for every shard."""
        ...
