"""DatasetRequest: everything that a caller asks for when making a data set; Input: its sequences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mnistseq.config.config import Config
from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.composer import Composer
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.protocols import Format
from mnistseq.pipeline.dataset.manifest import InputRecord
from mnistseq.pipeline.rows.name_template import NameTemplate
from mnistseq.pipeline.rows.row import BadRow
from mnistseq.pipeline.rows.row_file import RowFile
from mnistseq.pipeline.rows.split_shares import Shares
from mnistseq.pipeline.shards.layout import SPLIT_DISTANCE, ShardLayout
from mnistseq.pipeline.shards.spec import Task


@dataclass(frozen=True)
class DatasetRequest:
    """A request for a data set.

    Attributes
    ----------
    shares : tuple of (str, float)
        Splits and their shares, which add up to 1.
    disjoint : {'glyph', 'writer', 'text'}
        What no two splits share.
    shards : int, optional
        Total number of shards of all splits, which determines `shard_samples`.
    bank : GlyphBank, optional
        Glyphs of the config's source, if already loaded.
    name_template : NameTemplate or None
        Template for the names of the samples; None for those of the rows, or indices.
    """

    config: Config
    input: Input
    seed: int
    format: Format
    root: str
    shares: Shares = (("train", 1.0),)
    disjoint: Disjoint = "glyph"
    shard_samples: int = 1000
    shards: int | None = None
    bank: GlyphBank | None = None
    name_template: NameTemplate | None = None


@dataclass(frozen=True)
class InputCount:
    """The number of samples of an input, and of bad rows.

    Attributes
    ----------
    samples : tuple of int
        Number of samples of each split.
    distance : int or None
        Distance between the starts of splits, so that each can grow; None if they are adjacent.
    bad : int
        Number of rows skipped because they cannot be drawn.
    listed : tuple of BadRow
        The first bad rows.
    """

    samples: tuple[int, ...]
    distance: int | None = SPLIT_DISTANCE
    bad: int = 0
    listed: tuple[BadRow, ...] = ()
    unused_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class InputFile:
    """The file that an input is read from."""

    path: Path
    display_name: str


class Input(Protocol):
    """The sequences that a data set is made from."""

    @property
    def file(self) -> InputFile | RowFile | None:
        """The file with the sequences, which is copied into the data set."""
        ...

    def read_from(self, path: Path) -> Input:
        """Return the same input, to be read from a copy of its file."""
        ...

    @property
    def keep(self) -> tuple[str, ...]:
        """Names of the columns that are recorded with every sample."""
        ...

    def record(self) -> InputRecord:
        """Return the record for the manifest; equal inputs have equal records."""
        ...

    def count(self, request: DatasetRequest, composer: Composer) -> InputCount:
        """Count the samples of each split, and make all checks possible before drawing.

        The composer is built from the config of the request, with all glyphs of the source.
        """
        ...

    def tasks(
        self, layout: ShardLayout, request: DatasetRequest, composer: Composer
    ) -> Iterator[Task]:
        """Yield a task for every shard; parameters as for `count`."""
        ...
