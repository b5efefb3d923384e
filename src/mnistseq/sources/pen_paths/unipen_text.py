"""Read the text format of UNIPEN (version 1.0), which pendigits also uses.

A file consists of keywords, each a dot and capitals at the start of a line. ``.PEN_DOWN`` and
``.PEN_UP`` start components, followed by their points, one per line: x, y and other numbers.
``.SEGMENT`` labels components by their numbers, and ``.INCLUDE`` adds the content of another file.

Source: I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN project of on-line
data exchange and recognizer benchmarks", ICPR 1994.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from mnistseq.core.array_types import Floats
from mnistseq.errors import SourceError
from mnistseq.sources.pen_paths.drawing import Drawing
from mnistseq.sources.pen_paths.smoothing import smooth

_KEYWORD = re.compile(r"^\.([A-Z_]+)[ \t]*(.*)\n", re.MULTILINE)
_SEGMENT = re.compile(r'(?:CHARACTER|DIGIT)\s+([\d:,-]+)\s+\S+\s+"(.*)"\s*$')
_RANGE = re.compile(r"(\d+)(?::(\d+))?(?:-(\d+)(?::(\d+))?)?")
_ESCAPED = re.compile(r"\\(.)")
_NO_CHARACTER = "\\@"
"""Label of segments that are not characters."""

_LONGEST_LINE = 10_000
_SHOWN = 40


@dataclass(frozen=True, eq=False)
class Component:
    """Points between two pen events: float64, shape (n, 2), with y as in the file."""

    down: bool
    points: Floats


@dataclass(frozen=True)
class Segment:
    """Components that form one glyph.

    Attributes
    ----------
    strokes : tuple of ndarray of float64, shape (n, 2)
        Strokes with the pen down; y points upwards.
    line : int
        Line number in the file, from 1.
    comment : str
        Comment directly after the segment.
    """

    label: str
    strokes: tuple[Floats, ...]
    line: int
    comment: str = ""

    def drawing(self, writer: str, origin: str) -> Drawing:
        """Return the segment as a smoothed drawing; it must have a stroke."""
        strokes = smooth([stroke * (1, -1) for stroke in self.strokes])
        return Drawing(self.label, writer, strokes, origin)


@dataclass(frozen=True, eq=False)
class Content:
    """The content of a file and of all files that it includes.

    Attributes
    ----------
    components : tuple of Component
        Components with points, in order; segments refer to them by index.
    segments : tuple of Segment
        Segments of the file itself.
    writer : str
        Identifier of the writer; empty if unknown.
    """

    components: tuple[Component, ...]
    segments: tuple[Segment, ...]
    writer: str


Include: TypeAlias = Callable[[str], Content]
"""Returns the content of an included file; SourceError if it does not exist."""


Skip: TypeAlias = Callable[[SourceError], object]


def read_unipen(text: str, name: str, include: Include, skip: Skip | None = None) -> Content:
    """Read a file, whose name is for messages; SourceError gives the line if it is invalid.

    `skip` is called with an error for each invalid point and segment, which is then left out.
    """
    found = _Reader(name, include, skip or _refuse)
    for block in _blocks(text, name):
        found.add(block)
    return Content(tuple(found.components), tuple(found.whole_segments()), found.writer)


def _refuse(error: SourceError) -> None:
    raise error


@dataclass(frozen=True)
class _Block:
    """A keyword with its arguments, its line number, and the text below it."""

    keyword: str
    arguments: str
    text: str
    line: int
    comment: str = ""


def _blocks(text: str, name: str) -> Iterator[_Block]:
    text = text.replace("\r\n", "\n") + "\n"
    _check_lines(text, name)
    found = list(_KEYWORD.finditer(text))
    line, position = 1, 0
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=False):
        line += text.count("\n", position, match.start())
        position = match.start()
        yield _Block(match[1], match[2].strip(), text[match.end() : end], line)


def _check_lines(text: str, name: str) -> None:
    """Raise SourceError for very long lines: always from 20,000 characters, maybe from 10,000."""
    for start in range(0, len(text) - _LONGEST_LINE, _LONGEST_LINE):
        if text.find("\n", start, start + _LONGEST_LINE) < 0:
            line = text.count("\n", 0, start) + 1
            raise SourceError(f"{name}: line {line} has {_LONGEST_LINE:,} characters or more")


class _Reader:
    """Collects the contents of all blocks of a file."""

    def __init__(self, name: str, include: Include, skip: Skip) -> None:
        self.components: list[Component] = []
        self.segments: list[_Block] = []
        self.writer = ""
        self._name, self._include, self._skip = name, include, skip
        self._previous = ""

    def add(self, block: _Block) -> None:
        if block.keyword in ("PEN_DOWN", "PEN_UP"):
            points = self._points(block)
            # A component without points has no number.
            if len(points):
                self.components.append(Component(block.keyword == "PEN_DOWN", points))
        elif block.keyword == "SEGMENT":
            self.segments.append(block)
        elif block.keyword == "COMMENT" and self._previous == "SEGMENT":
            self.segments[-1] = replace(self.segments[-1], comment=block.arguments)
        elif block.keyword == "INCLUDE":
            content = self._include(block.arguments)
            self.components.extend(content.components)
            self.writer = self.writer or content.writer
        elif block.keyword == "WRITER_ID":
            self.writer = block.arguments
        self._previous = block.keyword

    def whole_segments(self) -> Iterator[Segment]:
        """Yield the segments with their strokes, which may come later in the file."""
        for block in self.segments:
            try:
                yield self._segment(block)
            except SourceError as error:
                self._skip(error)

    def _segment(self, block: _Block) -> Segment:
        match = _SEGMENT.match(block.arguments)
        if match is None:
            shown = block.arguments[:_SHOWN]
            raise self._fault(
                block.line, f'{shown!r} is not a segment, such as CHARACTER 3-4 ? "7"'
            )
        strokes = [
            points
            for part in match[1].split(",")
            for points in self._strokes(part, block.line)
            if len(points)
        ]
        label = "" if match[2] == _NO_CHARACTER else _ESCAPED.sub(r"\1", match[2])
        return Segment(label, tuple(strokes), block.line, block.comment)

    def _strokes(self, text: str, line: int) -> Iterator[Floats]:
        """Yield the strokes of a range: ``5``, ``5-7`` or, with points, ``5:12-7:3``."""
        match = _RANGE.fullmatch(text)
        if match is None:
            raise self._fault(line, f"{text[:_SHOWN]!r} is not a range of components")
        first, last = int(match[1]), int(match[3] or match[1])
        if not first <= last < len(self.components):
            raise self._fault(
                line, f"components {text} do not exist; there are {len(self.components)}"
            )
        for number in range(first, last + 1):
            component = self.components[number]
            start = int(match[2]) if match[2] and number == first else 0
            end = int(match[4]) + 1 if match[4] and number == last else None
            if component.down:
                yield component.points[start:end]

    def _points(self, block: _Block) -> Floats:
        """Return the points below a keyword: float64, shape (n, 2)."""
        text = block.text.strip()
        words = text.split()
        if not words:
            return np.empty((0, 2))
        columns = len(text.partition("\n")[0].split())
        try:
            values = np.array([float(word) for word in words]).reshape(-1, columns)
            points = values[:, :2]
            if columns > 1 and len(values) == text.count("\n") + 1 and np.isfinite(points).all():
                return points
        except ValueError:
            pass
        return self._points_by_line(block, columns)

    def _points_by_line(self, block: _Block, columns: int) -> Floats:
        """Return points with blank lines between them, and report lines that are not points."""
        points = []
        for line, text in enumerate(block.text.split("\n"), block.line + 1):
            words = text.split()
            try:
                values = [float(word) for word in words]
            except ValueError:
                values = []
            if values and len(values) == columns > 1 and np.isfinite(values).all():
                points.append(values[:2])
            elif words:
                self._skip(self._fault(line, f"{text.strip()[:_SHOWN]!r} is not a point"))
        return np.array(points).reshape(-1, 2)

    def _fault(self, line: int, text: str) -> SourceError:
        return SourceError(f"{self._name}: line {line}: {text}")
