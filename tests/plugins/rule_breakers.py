"""Components that each break one rule: what the contract checks have to catch."""

# ruff: noqa: ARG001, ARG005  # what spoils a result is given all that there is

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.gap_space import GapSpace
from mnistseq.core.glyphs import GlyphBank
from mnistseq.core.protocols import Stored
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.core.samples import SampleBatch
from mnistseq.errors import ArgumentError, SpacingError
from mnistseq.executors.serial import Serial
from mnistseq.writers.npy import Npy

PARENT = int(os.environ.setdefault("MNISTSEQ_TESTS_PARENT", str(os.getpid())))
"""The process that tests: one that it spawns inherits the variable, not the number."""


@dataclass(frozen=True)
class Least:
    """Every gap is the least; keeps all rules."""

    name: ClassVar[str] = "least"

    def gaps(self, space: GapSpace, stream: Stream) -> Ints:
        space.check()
        if space.exact:
            raise SpacingError("no width is ever filled")
        return np.full((len(space.content), space.count), space.minimum)


# What is common to all kinds.


@dataclass
class NotFrozen:
    """Not frozen."""

    name: ClassVar[str] = "not-frozen"

    def gaps(self, space: GapSpace, stream: Stream) -> Ints:
        return Least().gaps(space, stream)


@dataclass(frozen=True)
class NoDocstring(Least):
    size: int = 1


@dataclass(frozen=True)
class BadName(Least):
    """Its name has a blank."""

    name: ClassVar[str] = "bad name"


@dataclass(frozen=True)
class NameIsParameter:
    """Its name is a field."""

    name: str = "name-is-parameter"

    def gaps(self, space: GapSpace, stream: Stream) -> Ints:
        return Least().gaps(space, stream)


@dataclass(frozen=True)
class NoMethod:
    """Draws no gaps."""

    name: ClassVar[str] = "no-method"


@dataclass(frozen=True)
class NotPicklable(Least):
    """Holds what no other process can have."""

    function: Any = field(default_factory=lambda: lambda: 0)


@dataclass(frozen=True, eq=False)
class CopyDiffers(Least):
    """Two of a kind are not equal."""

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class BadDefault(Least):
    """Its default breaks its own range."""

    peak: Annotated[float, Ge(0), Le(1)] = 2.0


@dataclass(frozen=True)
class UncheckedRange(Least):
    """Its range is in a form that nobody holds values against."""

    size: Annotated[int, SimpleNamespace(ge=1)] = 3


@dataclass(frozen=True)
class UnknownType(Least):
    """A parameter that no file can hold."""

    sizes: np.random.RandomState | None = None


@dataclass(frozen=True)
class ChangesItself(Least):
    """Remembers in a parameter what it did."""

    seen: list[int] = field(default_factory=list)

    def gaps(self, space: GapSpace, stream: Stream) -> Ints:
        self.seen.append(space.count)
        return Least().gaps(space, stream)


@dataclass(frozen=True)
class Harmless(Least):
    """Has parameters of every sort, and keeps all rules."""

    peak: Annotated[float, Ge(0), Le(1)] = 0.5
    mode: Literal["a", "b"] = "a"
    flag: bool = False
    number: Annotated[int, Ge(1)] | None = None
    ends: tuple[int, int] = (1, 2)


# Spacings.


def _spacing(title: str, change: Callable[[Ints, GapSpace, Stream], Any]) -> type[Least]:
    """A strategy of its own name that spoils what `Least` gives."""

    def gaps(self: Least, space: GapSpace, stream: Stream) -> Any:
        return change(Least.gaps(self, space, stream), space, stream)

    made = type(
        title,
        (Least,),
        {"__doc__": title, "name": title.lower(), "gaps": gaps, "__module__": __name__},
    )
    return dataclass(frozen=True)(made)


def _write_to_content(gaps: Ints, space: GapSpace, stream: Stream) -> Ints:
    space.content[:] = 0
    return gaps


def _refuse(gaps: Ints, space: GapSpace, stream: Stream) -> Ints:
    raise SpacingError("never")


def _refuse_widths(gaps: Ints, space: GapSpace, stream: Stream) -> Ints:
    if space.width is not None:
        raise SpacingError("no widths")
    return gaps


def _wrong_error(gaps: Ints, space: GapSpace, stream: Stream) -> Ints:
    raise ZeroDivisionError("an oversight")


def _uneven(gaps: Ints, steps: Any, space: GapSpace) -> Ints:
    uneven: Ints = gaps + np.minimum(steps, space.span) * (space.width is None)
    return uneven


Shape = _spacing("Shape", lambda gaps, space, stream: gaps[:, :0])
NoArray = _spacing("NoArray", lambda gaps, space, stream: gaps.tolist())
Floating = _spacing("Floating", lambda gaps, space, stream: gaps.astype(float))
OutOfRange = _spacing("OutOfRange", lambda gaps, space, stream: gaps - 1)
TooWide = _spacing("TooWide", lambda gaps, space, stream: np.full_like(gaps, space.maximum))
GlobalState = _spacing(
    "GlobalState",
    lambda gaps, space, stream: _uneven(gaps, np.random.randint(0, 9, gaps.shape), space),  # noqa: NPY002  # the fault
)
WithTheBatch = _spacing(
    "WithTheBatch",
    lambda gaps, space, stream: _uneven(gaps, np.arange(len(gaps))[:, None], space),
)
WithTheProcess = _spacing(
    "WithTheProcess",
    lambda gaps, space, stream: _uneven(gaps, int(os.getpid() != PARENT), space),
)
WritesToContent = _spacing("WritesToContent", _write_to_content)
RefusesAll = _spacing("RefusesAll", _refuse)
RefusesWidths = _spacing("RefusesWidths", _refuse_widths)
WrongError = _spacing("WrongError", _wrong_error)


@dataclass(frozen=True)
class NoCheck(Least):
    """Says nothing where there is no room, with gaps that take none."""

    def gaps(self, space: GapSpace, stream: Stream) -> Ints:
        return np.full((len(space.content), space.count), space.minimum)


# Sources.


def bank(strength: int = 200, **columns: Any) -> GlyphBank:
    """Two glyphs, a and b."""
    pixels = np.zeros((2, 8, 8), dtype=np.uint8)
    pixels[:, 2:5, 2:5] = strength
    given = {"pixels": pixels, "codes": np.arange(2), "alphabet": ("a", "b"), **columns}
    return GlyphBank(**given)


@dataclass(frozen=True)
class TwoGlyphs:
    """Two glyphs, a and b; keeps all rules."""

    name: ClassVar[str] = "two-glyphs"

    def load(self, split: str, path: str | None) -> GlyphBank:
        if split != "train":
            raise ArgumentError(f"no split {split}")
        return self.make()

    def make(self) -> GlyphBank:
        return bank()


def _source(title: str, make: Callable[[], Any]) -> type[TwoGlyphs]:
    def method(self: TwoGlyphs) -> Any:
        return make()

    made = type(
        title,
        (TwoGlyphs,),
        {"__doc__": title, "name": title.lower(), "make": method, "__module__": __name__},
    )
    return dataclass(frozen=True)(made)


_COUNTER = count(1)


def _dark_on_light() -> GlyphBank:
    return bank(pixels=255 - bank().pixels)


NoBank = _source("NoBank", lambda: bank().pixels)
UnusedLabel = _source("UnusedLabel", lambda: bank(alphabet=("a", "b", "c")))
OddLabel = _source("OddLabel", lambda: bank(alphabet=("a", "b, or c")))
DarkOnLight = _source("DarkOnLight", _dark_on_light)
WrongInk = _source("WrongInk", lambda: bank(ink=np.zeros((2, 4), dtype=np.int64)))
NarrowCell = _source("NarrowCell", lambda: bank(widths=np.array([8, 4])))
OtherEachTime = _source("OtherEachTime", lambda: bank(next(_COUNTER)))
OtherElsewhere = _source("OtherElsewhere", lambda: bank(100 + (os.getpid() != PARENT)))


@dataclass(frozen=True)
class AnySplit(TwoGlyphs):
    """Knows no splits, and says so with an error of Python's."""

    def load(self, split: str, path: str | None) -> GlyphBank:
        return {"train": self.make()}[split]


# Transforms.


@dataclass(frozen=True)
class Same:
    """Changes nothing; keeps all rules."""

    name: ClassVar[str] = "same"

    def glyphs(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        return glyphs


def _transform(title: str, change: Callable[[Pixels, GlyphStream], Any]) -> type[Same]:
    def glyphs(self: Same, glyphs: Pixels, stream: GlyphStream) -> Any:
        return change(glyphs, stream)

    made = type(
        title,
        (Same,),
        {"__doc__": title, "name": title.lower(), "glyphs": glyphs, "__module__": __name__},
    )
    return dataclass(frozen=True)(made)


def _write_glyphs(glyphs: Pixels, stream: GlyphStream) -> Pixels:
    glyphs[glyphs > 0] = 255
    return glyphs


def _dim(glyphs: Pixels, by: Any) -> Pixels:
    """Weaker ink, but always some."""
    dimmed = glyphs - np.minimum(glyphs // 2, np.asarray(by, dtype=np.uint8))
    return dimmed.astype(np.uint8)


def _by_place(glyphs: Pixels) -> Pixels:
    rows = np.arange(len(glyphs)).reshape(-1, *[1] * (glyphs.ndim - 1))
    return _dim(glyphs, rows)


GlyphShape = _transform("GlyphShape", lambda glyphs, stream: glyphs[:, 1:])
GlyphType = _transform("GlyphType", lambda glyphs, stream: glyphs / 255)
GlyphList = _transform("GlyphList", lambda glyphs, stream: list(glyphs))
GlyphErased = _transform("GlyphErased", lambda glyphs, stream: glyphs * np.uint8(0))
GlyphWritten = _transform("GlyphWritten", _write_glyphs)
GlyphGlobal = _transform(
    "GlyphGlobal",
    lambda glyphs, stream: _dim(glyphs, np.random.randint(0, 99, glyphs.shape)),  # noqa: NPY002
)
GlyphBatch = _transform("GlyphBatch", lambda glyphs, stream: _by_place(glyphs))
GlyphProcess = _transform(
    "GlyphProcess", lambda glyphs, stream: _dim(glyphs, 9 * (os.getpid() != PARENT))
)


@dataclass(frozen=True)
class SameImage:
    """Changes nothing in images; keeps all rules."""

    name: ClassVar[str] = "same-image"

    def canvas(self, canvas: Canvas, stream: Stream) -> Canvas:
        return canvas


def _on_canvas(title: str, change: Callable[[Canvas], Canvas]) -> type[SameImage]:
    def canvas(self: SameImage, canvas: Canvas, stream: Stream) -> Canvas:
        return change(canvas)

    made = type(
        title,
        (SameImage,),
        {"__doc__": title, "name": title.lower(), "canvas": canvas, "__module__": __name__},
    )
    return dataclass(frozen=True)(made)


def _boxes(canvas: Canvas, boxes: Ints) -> Canvas:
    return Canvas(canvas.images, boxes, canvas.ink_boxes, canvas.owner)


def _write_boxes(canvas: Canvas) -> Canvas:
    canvas.boxes[:] = 0
    return canvas


def _write_images(canvas: Canvas) -> Canvas:
    canvas.images[:] //= 2
    return canvas


CanvasCount = _on_canvas("CanvasCount", lambda canvas: canvas.with_images(canvas.images[1:]))
CanvasType = _on_canvas(
    "CanvasType",
    lambda canvas: canvas.with_images(canvas.images.astype(np.float32)),
)
CanvasOutside = _on_canvas("CanvasOutside", lambda canvas: _boxes(canvas, canvas.boxes + 1000))
CanvasLost = _on_canvas("CanvasLost", lambda canvas: _boxes(canvas, canvas.boxes[1:]))
CanvasFloat = _on_canvas("CanvasFloat", lambda canvas: _boxes(canvas, canvas.boxes * 1.0))  # type: ignore[arg-type]
CanvasWrittenBoxes = _on_canvas("CanvasWrittenBoxes", _write_boxes)
CanvasWritten = _on_canvas("CanvasWritten", _write_images)
CanvasBatch = _on_canvas("CanvasBatch", lambda canvas: canvas.with_images(_by_place(canvas.images)))
CanvasProcess = _on_canvas(
    "CanvasProcess",
    lambda canvas: canvas.with_images(_dim(canvas.images, 9 * (os.getpid() != PARENT))),
)


# Writers.


@dataclass(frozen=True)
class Stamped(Npy):
    """Puts the clock in."""

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        super().write_shard(batches, path)
        (path / "stamp").write_text(str((path / "labels.json").stat().st_mtime_ns // 10**9))


@dataclass(frozen=True)
class NamesItself(Npy):
    """Puts its place in."""

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        super().write_shard(batches, path)
        (path / "place").write_text(str(path))


@dataclass(frozen=True)
class Litters(Npy):
    """Leaves something beside."""

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        super().write_shard(batches, path)
        path.with_name("temporary").touch()


@dataclass(frozen=True)
class WritesNothing(Npy):
    """Forgets to write."""

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        list(batches)


@dataclass(frozen=True)
class WrongSuffix(Npy):
    """Makes a folder where a file is due."""

    suffix: ClassVar[str] = ".npz"


@dataclass(frozen=True)
class Forgets(Npy):
    """Reads all but the last."""

    def read_shard(self, path: Path) -> Iterator[Stored]:
        yield from list(super().read_shard(path))[:-1]


@dataclass(frozen=True)
class Blurs(Npy):
    """Reads other pixels."""

    def read_shard(self, path: Path) -> Iterator[Stored]:
        for stored in super().read_shard(path):
            yield Stored(stored.key, stored.image // 2, stored.labels, stored.index)


# Executors.


@dataclass(frozen=True)
class Loses(Serial):
    """Loses the last receipt."""

    def run(self, tasks: Iterable[Any], function: Callable[[Any], Any]) -> Iterator[Any]:
        return iter(list(map(function, tasks))[:-1])


@dataclass(frozen=True)
class Repeats(Serial):
    """Yields a receipt twice."""

    def run(self, tasks: Iterable[Any], function: Callable[[Any], Any]) -> Iterator[Any]:
        receipts = list(map(function, tasks))
        return iter(receipts + receipts[:1])


@dataclass(frozen=True)
class Swallows(Serial):
    """Drops errors."""

    def run(self, tasks: Iterable[Any], function: Callable[[Any], Any]) -> Iterator[Any]:
        for task in tasks:
            with suppress(ZeroDivisionError):
                yield function(task)


@dataclass(frozen=True)
class Renames(Serial):
    """Raises an error of another type."""

    def run(self, tasks: Iterable[Any], function: Callable[[Any], Any]) -> Iterator[Any]:
        try:
            yield from map(function, tasks)
        except ZeroDivisionError as error:
            raise OSError("a worker failed") from error
