"""What each kind of component is: the shapes that plugins fill.

A component is a frozen dataclass: its `name` is what configs and commands call
it, its fields are its parameters, and using it never changes it. One typed
declaration so serves the constructor, the check of a config, the JSON Schema
and the documentation. Ranges are written with `annotated_types`, the help of a
parameter in its field's metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar, Protocol, TypeVar

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.core.samples import SampleBatch

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")


class Source(Protocol):
    """Where glyphs come from."""

    name: ClassVar[str]

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the glyphs of one split.

        Parameters
        ----------
        split : str
            ``train`` or ``test``, or what else the source has.
        path : str or None
            Where its files are; None: where the source itself finds them.

        Raises
        ------
        SourceError
            If they cannot be read.
        ArgumentError
            If there is no such split.
        """
        ...


class Spacing(Protocol):
    """A strategy: how wide the gaps are."""

    name: ClassVar[str]

    def gaps(self, space: GapRequest, stream: Stream) -> Ints:
        """Choose the gaps of a batch.

        Parameters
        ----------
        space : GapRequest
            How many gaps, in which range, in how much room.
        stream : Stream
            The samples' random words; the only randomness there is.

        Returns
        -------
        ndarray of int64, shape (B, space.count)
            Each within the range; each row's sum within the room.

        Raises
        ------
        SpacingError
            If there are no such gaps.
        """
        ...


class GlyphTransform(Protocol):
    """Changes glyphs before they are spaced."""

    name: ClassVar[str]

    def glyphs(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Change each glyph by itself.

        Parameters
        ----------
        glyphs : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
            0 is ground, 255 the strongest ink. Not to be written to.
        stream : GlyphStream
            The glyphs' random words; the only randomness there is.

        Returns
        -------
        ndarray of uint8
            Of the same shape. No glyph that had ink is left without any.
        """
        ...


class CanvasTransform(Protocol):
    """Changes finished images, whose ink is dark on light whatever the polarity asked for."""

    name: ClassVar[str]

    def canvas(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Change each image by itself, and with it the boxes of what was moved.

        Parameters
        ----------
        canvas : Canvas
            Not to be written to.
        stream : Stream
            The images' random words; the only randomness there is.
        """
        ...


class Widening(Protocol):
    """What a CanvasTransform may do besides: make images wider."""

    def added_width(self, height: int) -> int:
        """Columns that it adds to every image of this height.

        Where the config asks for a width, the line is given so much less, and
        the finished image is as wide as asked.
        """
        ...


@dataclass(frozen=True, eq=False)
class Stored:
    """A sample as a shard holds it.

    Attributes
    ----------
    key : str
        What the format calls the sample.
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    labels : tuple of str
    index : int
        The sample's index in its data set.
    text : str or None
        The labels as one text, where the shard holds it beside them and readers take it from there.
    record : mapping or None
        All else that the shard says of the sample, such as boxes, under the names that it has there;
        None where it says nothing. Plain values, which ``==`` compares. The same sample has the same
        record wherever it stands in a shard: what was made is held against what is drawn again.
    """

    key: str
    image: Pixels
    labels: tuple[str, ...]
    index: int
    text: str | None = None
    record: Mapping[str, Any] | None = None


class Format(Protocol):
    """A format of data sets on disk."""

    name: ClassVar[str]

    suffix: ClassVar[str]
    """How a shard's name ends, as in ``.tar``; empty where a shard is a folder."""

    shard_samples: ClassVar[int]
    """How many samples a shard has unless somebody says otherwise."""

    # A format that wants all images of a data set of one size says so by ``one_size = True``;
    # what would be of another is then refused before anything is drawn.

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        """Write the samples of one shard.

        Equal samples make equal bytes: no clock, no path, no random name goes in.

        Parameters
        ----------
        batches : iterable of SampleBatch
            Consecutive samples, to be taken once.
        path : Path
            Where to: a name in a local folder, nothing there yet. Whoever
            called moves it to its place once it is whole.
        """
        ...

    def read_shard(self, path: Path) -> Iterator[Stored]:
        """Read a shard back, sample by sample, in order."""
        ...


class Finisher(Protocol):
    """What a Format may do besides: files for the whole set, once all shards are there."""

    def finish(self, shards: Iterable[str], read: Callable[[str], IO[bytes]], folder: Path) -> None:
        """Write what belongs to the whole set.

        Parameters
        ----------
        shards : iterable of str
            Names of all shards, such as ``train/00000``, in their order.
        read : callable
            Opens a file of the set by its name, such as ``train/00000/metadata.jsonl``.
        folder : Path
            An empty local folder; what is put there goes to the top of the set.
        """
        ...


class Executor(Protocol):
    """Where shards are made."""

    name: ClassVar[str]

    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Iterator[Receipt]:
        """Call `function` on every task, somewhere, and yield what it returns, in any order.

        Tasks and function can be pickled. A task may be run twice, for it is
        pure; its receipt is yielded once. An error in a task ends the run and
        is raised here.
        """
        ...
