"""Transforms, formats and executors that each break one rule."""

# ruff: noqa: ARG001, ARG005  # each fault gets the same arguments

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from tests.plugins.rule_breakers import PARENT

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.motion import Motion
from mnistseq.core.protocols import CanvasTransform, GlyphTransform
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.core.samples import SampleBatch
from mnistseq.core.stored_samples import StoredSample
from mnistseq.executors.serial import Serial
from mnistseq.formats.npy import Npy

# Transforms.


@dataclass(frozen=True)
class Same(GlyphTransform):
    """Changes nothing; keeps all rules."""

    name: ClassVar[str] = "same"

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        return glyphs


def _transform(title: str, change: Callable[[Pixels, GlyphStream], Any]) -> type[Same]:
    def apply(self: Same, glyphs: Pixels, stream: GlyphStream) -> Any:
        return change(glyphs, stream)

    made = type(
        title,
        (Same,),
        {"__doc__": title, "name": title.lower(), "apply": apply, "__module__": __name__},
    )
    return dataclass(frozen=True)(made)


def _write_glyphs(glyphs: Pixels, stream: GlyphStream) -> Pixels:
    glyphs[glyphs > 0] = 255
    return glyphs


def _dim(glyphs: Pixels, by: Any) -> Pixels:
    """Make ink paler, but leave some."""
    dimmed = glyphs - np.minimum(glyphs // 2, np.asarray(by, dtype=np.uint8))
    return dimmed.astype(np.uint8)


def _by_place(glyphs: Pixels) -> Pixels:
    rows = np.arange(len(glyphs)).reshape(-1, *[1] * (glyphs.ndim - 1))
    return _dim(glyphs, rows)


class _Moving(Same):
    numbers: ClassVar[Any]

    def motion(self, height: int, stream: GlyphStream) -> Motion:
        return Motion(*self.numbers)


@dataclass(frozen=True)
class MotionShape(_Moving):
    """One motion for all glyphs."""

    numbers: ClassVar[Any] = (np.eye(2), np.zeros(2))


@dataclass(frozen=True)
class MotionNumbers(_Moving):
    """Shifts that are not finite."""

    numbers: ClassVar[Any] = (np.tile(np.eye(2), (36, 1, 1)), np.full((36, 2), np.inf))


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
class SameImage(CanvasTransform):
    """Changes nothing in images; keeps all rules."""

    name: ClassVar[str] = "same-image"

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        return canvas


def _on_canvas(title: str, change: Callable[[Canvas], Canvas]) -> type[SameImage]:
    def apply(self: SameImage, canvas: Canvas, stream: Stream) -> Canvas:
        return change(canvas)

    made = type(
        title,
        (SameImage,),
        {"__doc__": title, "name": title.lower(), "apply": apply, "__module__": __name__},
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


@dataclass(frozen=True)
class CanvasWider(SameImage):
    """Announces columns that it does not add."""

    def added_width(self, height: int) -> int:
        return 5


# Formats.


def _say_also(file: Path, value: object) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), "also": value}))


@dataclass(frozen=True)
class Stamped(Npy):
    """Writes the time into a shard."""

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        super().write_shard(batches, path)
        _say_also(path / "labels.json", (path / "labels.json").stat().st_mtime_ns // 10**9)


@dataclass(frozen=True)
class NamesItself(Npy):
    """Writes its path into a shard."""

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        super().write_shard(batches, path)
        _say_also(path / "labels.json", str(path))


@dataclass(frozen=True)
class Litters(Npy):
    """Leaves a file beside the shard."""

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        super().write_shard(batches, path)
        path.with_name("temporary").touch()


@dataclass(frozen=True)
class WritesNothing(Npy):
    """Does not write the shard."""

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        list(batches)


@dataclass(frozen=True)
class WrongSuffix(Npy):
    """Makes a folder instead of a file."""

    suffix: ClassVar[str] = ".npz"


@dataclass(frozen=True)
class Forgets(Npy):
    """Reads all samples but the last."""

    def read_shard(self, path: Path) -> Iterator[StoredSample]:
        yield from list(super().read_shard(path))[:-1]


@dataclass(frozen=True)
class Blurs(Npy):
    """Reads different pixels."""

    def read_shard(self, path: Path) -> Iterator[StoredSample]:
        for stored in super().read_shard(path):
            yield StoredSample(stored.key, stored.image // 2, stored.labels, stored.index)


# Executors.


@dataclass(frozen=True)
class Loses(Serial):
    """Loses the last receipt."""

    def run(self, tasks: Iterable[Any], function: Callable[[Any], Any]) -> Generator[Any]:
        yield from list(map(function, tasks))[:-1]


@dataclass(frozen=True)
class Returns(Serial):
    """Returns a list."""

    def run(self, tasks: Iterable[Any], function: Callable[[Any], Any]) -> Generator[Any]:
        return list(map(function, tasks))  # type: ignore[return-value]


@dataclass(frozen=True)
class Repeats(Serial):
    """Yields a receipt twice."""

    def run(self, tasks: Iterable[Any], function: Callable[[Any], Any]) -> Generator[Any]:
        receipts = list(map(function, tasks))
        yield from receipts + receipts[:1]


@dataclass(frozen=True)
class Swallows(Serial):
    """Drops errors."""

    def run(self, tasks: Iterable[Any], function: Callable[[Any], Any]) -> Generator[Any]:
        for task in tasks:
            with suppress(ZeroDivisionError):
                yield function(task)


@dataclass(frozen=True)
class Renames(Serial):
    """Raises an error of another type."""

    def run(self, tasks: Iterable[Any], function: Callable[[Any], Any]) -> Generator[Any]:
        try:
            yield from map(function, tasks)
        except ZeroDivisionError as error:
            raise OSError("a worker failed") from error
