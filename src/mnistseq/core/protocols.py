"""Base classes of every kind of component.

A component is a frozen dataclass that inherits from one of these classes. Its
`name` is what configs and commands call it, its fields are its parameters, and
using it never changes it. One typed declaration serves the constructor, the
check of a config, the JSON Schema and the documentation. Ranges are written
with `annotated_types`, the help of a parameter in its field's metadata.

What a component must do is an abstract method. What it may do besides is a
method or an attribute with a default, so callers never ask what it has.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, ClassVar, Self, TypeVar

import numpy as np

from mnistseq.core.arrays import Flags, Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.gap_request import GapDistribution, GapRequest
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.core.reading import Reading
from mnistseq.core.samples import SampleBatch
from mnistseq.core.stored import InOrderReader, ShardReader, Stored
from mnistseq.core.terms import Terms
from mnistseq.errors import SpacingError

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")

_DRAWN_GAPS = 2**17
"""How many gaps are drawn to estimate how they are distributed."""


class Source(ABC):
    """Where glyphs come from."""

    name: ClassVar[str]

    paths: ClassVar[tuple[str, ...]] = ()
    """Names of the parameters that are paths of files to read."""

    @abstractmethod
    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the glyphs of one split.

        Parameters
        ----------
        split : str
            ``train``, ``test`` or another split of the source.
        path : str or None
            Where the source's files are; None if the source finds them itself.

        Raises
        ------
        SourceError
            If the glyphs cannot be read.
        ArgumentError
            If the source has no such split.
        """

    def splits(self, path: str | None) -> tuple[str, ...]:
        """Return the names of the splits, without reading glyphs.

        By default empty, which also means that every split gives the same glyphs, or that the
        source does not list its splits.

        Parameters
        ----------
        path : str or None
            Where the source's files are; None if the source finds them itself.
        """
        return ()

    def terms(self) -> Terms:
        """Return the licence of the glyphs and whom to credit; by default they are unknown.

        Data sets record them.
        """
        return Terms()


class Spacing(ABC):
    """A strategy that chooses how wide the gaps are."""

    name: ClassVar[str]

    paths: ClassVar[tuple[str, ...]] = ()
    """Names of the parameters that are paths of files to read."""

    pair_ranges: ClassVar[bool] = False
    """Whether it keeps each gap within `GapRequest.minimums` and `GapRequest.maximums`.

    Where it does not, it gets one range that suits all pairs of a sample."""

    @abstractmethod
    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        """Choose the gaps of a batch.

        Parameters
        ----------
        request : GapRequest
            How many gaps to choose, in which range, and how much room they have.
        stream : Stream
            The samples' random words, the only randomness allowed.

        Returns
        -------
        ndarray of int64, shape (B, request.count)
            Gaps in pixels: each within its range, each row's sum within the room.

        Raises
        ------
        SpacingError
            If no gaps meet the request.
        """

    def feasible(self, request: GapRequest) -> Flags:
        """Return for which samples of a request the spacing has gaps: bool, shape (B,).

        By default the gaps of each sample are drawn. A spacing that can compute the
        answer overrides this method, which is then faster.
        """
        feasible = request.feasible()
        for sample in np.flatnonzero(feasible):
            try:
                self.gaps(request.at(np.array([sample])), Stream(0, 0, 1))
            except SpacingError:
                feasible[sample] = False
        return feasible

    def distribution(self, request: GapRequest) -> GapDistribution:
        """Return how often a gap of the request's first sample has each width.

        By default gaps are drawn, with a fixed seed. A spacing that can compute the answer
        overrides this method.

        Raises
        ------
        SpacingError
            If no gaps meet the request.
        """
        return GapDistribution.of_drawn(drawn_gaps(self, request))

    def sum_distribution(self, request: GapRequest) -> GapDistribution:
        """Return how often the gaps of the request's first sample have each sum.

        By default gaps are drawn, with a fixed seed. A spacing that can compute the answer
        overrides this method.

        Raises
        ------
        SpacingError
            If no gaps meet the request.
        """
        return GapDistribution.of_drawn(drawn_gaps(self, request).sum(axis=1, keepdims=True))

    def fit_probability(self, request: GapRequest) -> float | None:
        """Return the probability that free gaps of the first sample fit its width.

        By default gaps are drawn, with a fixed seed. None where gaps cannot be free.
        """
        if request.room is None:
            return 1.0
        try:
            gaps = drawn_gaps(self, replace(request, width=None, exact=False))
        except SpacingError:
            return None
        return float((gaps.sum(axis=1) <= request.room[0]).mean())


def drawn_gaps(spacing: Spacing, request: GapRequest) -> Ints:
    """Draw gaps of the first sample many times, with a fixed seed: shape (draws, count)."""
    draws = max(1, _DRAWN_GAPS // request.count)
    first = np.zeros(draws, dtype=np.int64)
    return spacing.gaps(request.at(first), Stream(0, 0, draws, "gap"))


class GlyphTransform(ABC):
    """Changes glyphs before they are spaced."""

    name: ClassVar[str]

    paths: ClassVar[tuple[str, ...]] = ()
    """Names of the parameters that are paths of files to read."""

    @abstractmethod
    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Change each glyph independently of the others.

        Parameters
        ----------
        glyphs : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
            0 is the background, 255 the strongest ink. Must not be written to.
        stream : GlyphStream
            The glyphs' random words, the only randomness allowed.

        Returns
        -------
        ndarray of uint8
            The changed glyphs, of the same shape. A glyph that had ink keeps some.
        """


class CanvasTransform(ABC):
    """Changes whole images after painting; their ink is dark on light, whatever the polarity."""

    name: ClassVar[str]

    mixed_widths: ClassVar[bool] = False
    """Whether `apply` takes images of different widths in one canvas, see `Canvas.own_widths`.

    Where it does not, it gets images of one width at a time, in more and smaller calls."""

    carries_masks: ClassVar[bool] = False
    """Whether it moves `Canvas.masks` and `Canvas.quads` with the pixels, where there are any.

    A transform that moves no pixels needs no such promise; another one without it is refused
    where masks are asked for."""

    paths: ClassVar[tuple[str, ...]] = ()
    """Names of the parameters that are paths of files to read."""

    @abstractmethod
    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Change each image independently of the others, and its boxes where ink moves.

        Parameters
        ----------
        canvas : Canvas
            Must not be written to.
        stream : Stream
            The images' random words, the only randomness allowed.
        """

    def check_polarity(self, *, light_on_dark: bool) -> None:  # noqa: B027  # most serve both
        """Raise ArgumentError if the transform cannot serve images of a polarity.

        By default it serves both.

        Parameters
        ----------
        light_on_dark : bool
            Whether the finished image has light ink on a dark background. The canvas has dark
            ink on light all the same, and is inverted in the end: see `Canvas.inverted`.
        """

    def added_width(self, height: int) -> int:
        """Return the number of columns that the transform adds to a line of this height.

        The height is the `line_height` of the canvas that `apply` gets. Where a config asks for a width, the glyphs get that many columns less, so
        that the finished image has the width asked for.
        """
        return 0


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


class Executor(ABC):
    """Where shards are made."""

    name: ClassVar[str]

    @abstractmethod
    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Generator[Receipt]:
        """Call `function` on every task, somewhere, and yield what it returns, in any order.

        Tasks and function can be pickled. A task may be run twice because it is
        pure; its receipt is yielded once. An error in a task ends the run and is
        raised here. The result is a generator, which callers close when they stop early.
        """
