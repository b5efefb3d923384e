"""Marks around the glyphs that are not labels."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Flags, Floats, Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.boxes import spans
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import numbers
from mnistseq.imaging.stroke_width import stroke_widths
from mnistseq.imaging.strokes import PenStrokes, draw

Chance = Annotated[float, Ge(0), Le(1)]


@dataclass(frozen=True)
class Marks(Checked, CanvasTransform):
    """Add what people write around numbers: a point as in 12.549, dashes, a closing bar.

    A point or comma is drawn before the last two or three glyphs, where the
    paper at the foot of the line is free. Dashes and bars are drawn in the
    margins only. No mark begins on the ink of a glyph; without room there is no
    mark. Put this transform first, because it looks for white paper.
    """

    name: ClassVar[str] = "marks"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    point: Chance = field(default=0.5, metadata={"help": "chance of a point or a comma"})
    closing: Chance = field(
        default=0.6, metadata={"help": "chance of one or two dashes after the line"}
    )
    opening: Chance = field(
        default=0.2, metadata={"help": "chance of one or two dashes before the line"}
    )
    bar: Chance = field(default=0.15, metadata={"help": "chance of a closing bar at the end"})
    thickness: Annotated[float, Ge(0), Le(0.2)] = field(
        default=0.085,
        metadata={
            "help": "thickness of the pen as a fraction of the height, varied by up to a third; "
            "0: that of the glyphs' own strokes"
        },
    )
    thousands: Chance = field(
        default=0.3,
        metadata={
            "help": "chance that a point stands before the last three glyphs rather than two"
        },
    )
    comma: Annotated[float, Ge(0), Le(0.6)] = field(
        default=0.0,
        metadata={"help": "what the longest comma adds to its pen, as a fraction of the height"},
    )
    raised: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0,
        metadata={
            "help": "how far the highest points are above the foot, as a fraction of the height"
        },
    )
    small: Chance = field(
        default=0.0, metadata={"help": "chance that dashes are short and close together"}
    )
    final: Chance = field(default=0.0, metadata={"help": "chance of a point after the last glyph"})

    irregularity: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0,
        metadata={
            "help": "how much marks taper, fade, bend and differ; 0: clean bars and discs, as if printed"
        },
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Add marks to each image."""
        if not self.strength:
            return canvas
        count = len(canvas.images)
        low, high = spans(canvas.owner, canvas.ink_boxes, count)
        inked = low[:, 0] < high[:, 0]
        low, high = np.where(inked[:, None], low, 0), np.where(inked[:, None], high, 0)
        u = numbers(stream, 32)
        pen = self._pens(canvas) * (2 / 3 + 2 / 3 * u[:, 0])
        ink = 0.85 + 0.15 * u[:, 1]
        chosen = u[:, 2:6] < self.strength * np.array(
            [self.point, self.closing, self.opening, self.bar]
        )
        chosen &= inked[:, None]
        longer = self._commas(canvas, stream)
        lift = self.raised * canvas.line_height * numbers(stream.of(f"{stream.purpose}/raised"), 1)
        after = np.where(u[:, 6] < 1 - self.thousands, 2, 3)
        kind = after, longer, 0.4 * self.irregularity * longer, lift[:, 0]
        strokes = [_points(canvas, chosen[:, 0], kind, u[:, 6:9], pen, ink)]
        width = canvas.widths
        if self.final:
            more = numbers(stream.of(f"{stream.purpose}/final"), 4)
            wanted = inked & (more[:, 0] < self.strength * self.final)
            room = high[:, 0] + 2, width, high[:, 1] - lift[:, 0]
            point = _final_points(room, longer, wanted, more[:, 1:], pen, ink)
            strokes.append(point)
            high[point.rows, 0] = point.right
        small = numbers(stream.of(f"{stream.purpose}/small"), 1)[:, 0] < self.small
        for side, (first, last) in enumerate(
            ((high[:, 0] + 2, width.astype(float)), (np.zeros(count), low[:, 0] - 2))
        ):
            more = u[:, 16 + 8 * side :]
            dashed = chosen[:, 1 + side], small
            strokes += _dashes((first, last), (low, high), dashed, more, pen, ink)
        end = high[:, 0] + 2, width
        strokes.append(_bars(end, (low, high), chosen[:, 3], u[:, 9:], pen, ink))
        drawn = PenStrokes.joined(strokes)
        if self.irregularity:
            more = numbers(stream.of(f"{stream.purpose}/irregular"), 7 * len(strokes))
            kinds = np.repeat(np.arange(len(strokes)), [len(some.rows) for some in strokes])
            own = more.reshape(count, -1, 7)[drawn.rows, kinds]
            drawn = _irregular(drawn, self.irregularity, own)
        return canvas.with_images(draw(canvas.images, drawn))

    def _pens(self, canvas: Canvas) -> Floats:
        """Return the mean radius of each image's pen."""
        if self.thickness:
            return np.full(len(canvas.images), max(0.7, self.thickness * canvas.line_height / 2))
        images = canvas.images if canvas.images.ndim == 3 else canvas.images.min(axis=3)
        return np.maximum(0.7, stroke_widths(images, canvas.widths, 255) / 2)

    def _commas(self, canvas: Canvas, stream: Stream) -> Floats:
        """Return what each image's comma adds to its pen, in pixels."""
        if not self.comma:
            return np.zeros(len(canvas.images))
        share = numbers(stream.of(f"{stream.purpose}/comma"), 1)[:, 0]
        return self.comma * canvas.line_height * share


def _irregular(strokes: PenStrokes, most: float, u: Floats) -> PenStrokes:
    """Return strokes that taper, bend and differ, and blobs for points.

    `u` has seven numbers for each stroke.
    """
    radius = strokes.radius[:, None]
    along = strokes.end - strokes.start
    length = np.sqrt((along**2).sum(axis=1, keepdims=True))
    blob = length < radius
    turned = along + most * 0.2 * (u[:, :1] - 0.5) * along[:, ::-1] * [-1, 1]
    tail = most * radius * np.stack([u[:, 0] - 0.7, 0.3 + u[:, 1]], axis=1)
    along = np.where(blob, tail, turned * (1 - 0.3 * most * u[:, 1:2]))
    start = strokes.start - np.where(blob, tail / 3, 0)
    end = start + along
    # Blobs stay within the free paper around their point.
    radius = strokes.radius * (1 - most * np.where(blob[:, 0], 0.2, 0.1) * u[:, 2])
    bow = strokes.bow + most * length[:, 0] * (0.06 - 0.24 * u[:, 3])
    backward = (u[:, 4] < 0.4) & (np.abs(along[:, 0]) > np.abs(along[:, 1]))
    return replace(
        strokes,
        start=np.where(backward[:, None], end, start),
        end=np.where(backward[:, None], start, end),
        radius=radius,
        bow=np.where(backward, -bow, bow),
        ink=strokes.ink * (1 - 0.1 * most * u[:, 5]),
        taper=most * (0.1 + 0.6 * u[:, 6]),
    )


def _final_points(
    room: tuple[Floats, Ints, Floats],
    longer: Floats,
    chosen: Flags,
    u: Floats,
    pen: Floats,
    ink: Floats,
) -> PenStrokes:
    """Return a point, or a comma, at the foot of the line after its last glyph."""
    first = room[0] + 3 * pen * u[:, 0]
    rows = np.flatnonzero(chosen & (first + 2 * pen + 1 < room[1]))
    radius, first = pen[rows], first[rows]
    foot = room[2][rows] - radius * (1 - 0.9 * u[rows, 1])
    start = np.stack([first + radius, foot], axis=1)
    tail = (
        np.stack([-0.4 * radius, 2.2 * radius + longer[rows]], axis=1) * (u[rows, 2] < 0.3)[:, None]
    )
    limits = np.floor(first).astype(np.int64), np.ceil(first + 2 * radius + 1).astype(np.int64)
    return PenStrokes(rows, start, start + tail, radius, 0 * radius, ink[rows], *limits)


def _dashes(
    room: tuple[Floats, Floats],
    line: tuple[Floats, Floats],
    kind: tuple[Flags, Flags],
    u: Floats,
    pen: Floats,
    ink: Floats,
) -> list[PenStrokes]:
    """Return one dash, or two above each other, in the room between two columns."""
    first, last = room
    chosen, small = kind
    tall = line[1][:, 1] - line[0][:, 1]
    rows = np.flatnonzero(chosen & (last - first > 4 * pen) & (tall > 0))
    first, last, tall, pen = first[rows], last[rows], tall[rows], pen[rows]
    u, top = u[rows], line[0][rows, 1]
    size = np.where(small[rows], 0.45, 1.0)
    length = np.minimum(last - first - 2 * pen, size * tall * (0.4 + 0.8 * u[:, 0]))
    # Nearer to the left end of the room than to the right one.
    left = first + pen + (last - first - 2 * pen - length) * 0.5 * u[:, 1]
    middle = top + tall * (0.4 + 0.25 * u[:, 2])
    rise = length * 0.25 * (u[:, 3] - 0.6)
    bow = length * 0.15 * (u[:, 4] - 0.5)
    double = u[:, 5] < 0.35
    apart = np.where(double, np.maximum(2.2 * pen + 1, 0.22 * size * tall), 0)

    def dash(some: Ints, side: float) -> PenStrokes:
        y = middle[some] + side * apart[some] / 2
        start = np.stack([left[some], y - rise[some] / 2], axis=1)
        end = np.stack([(left + length)[some], y + rise[some] / 2], axis=1)
        limits = np.floor(first[some]).astype(np.int64), np.ceil(last[some]).astype(np.int64)
        return PenStrokes(rows[some], start, end, pen[some], bow[some], ink[rows[some]], *limits)

    return [dash(np.arange(len(rows)), -1), dash(np.flatnonzero(double), 1)]


def _bars(
    room: tuple[Floats, Ints],
    line: tuple[Floats, Floats],
    chosen: Flags,
    u: Floats,
    pen: Floats,
    ink: Floats,
) -> PenStrokes:
    """Return an upright stroke at the end of the room."""
    rows = np.flatnonzero(chosen & (room[1] - room[0] > 3 * pen))
    u, pen, ink = u[rows], pen[rows], ink[rows]
    first, last = room[0][rows], room[1][rows]
    top, foot = line[0][rows, 1], line[1][rows, 1]
    tall = foot - top
    middle = last - pen - (last - first) * 0.3 * u[:, 0]
    lean = 0.12 * tall * (u[:, 1] - 0.3)
    start = np.stack([middle + lean, top - 0.1 * tall * u[:, 2]], axis=1)
    end = np.stack([middle - lean, foot + 0.1 * tall * u[:, 3]], axis=1)
    limits = np.floor(first).astype(np.int64), last.astype(np.int64)
    return PenStrokes(rows, start, end, pen, 0.08 * tall * (u[:, 4] - 0.5), ink, *limits)


def _points(
    canvas: Canvas,
    chosen: Flags,
    kind: tuple[Ints, Floats, Floats, Floats],
    u: Floats,
    pen: Floats,
    ink: Floats,
) -> PenStrokes:
    """Return a point or a comma between two glyphs, as near to the middle as the paper is free."""
    count = np.bincount(canvas.owner, minlength=len(canvas.images))
    after, longer, lean, lift = kind
    rows = np.flatnonzero(chosen & (count > after))
    right = np.searchsorted(canvas.owner, rows) + count[rows] - after[rows]
    before, behind = canvas.ink_boxes[right - 1], canvas.ink_boxes[right]
    radius, comma = pen[rows], u[rows, 2] < 0.4
    reach = np.ceil(radius).astype(np.int64)
    foot = np.maximum(before[:, 3], behind[:, 3]) - radius * (1 - 0.9 * u[rows, 1]) - lift[rows]
    y = np.clip(foot, radius, canvas.images.shape[1] - radius)
    # From a quarter of a glyph before the gap to a quarter of one behind it.
    room = np.stack(
        [(before[:, 0] + 3 * before[:, 2]) // 4, (3 * behind[:, 0] + behind[:, 2]) // 4], axis=1
    )
    lines = np.floor(y).astype(np.int64)
    x = free_columns(canvas.images, canvas.widths[rows], rows, room, lines, reach).astype(float)
    found = np.flatnonzero(x >= 0)
    rows, x, y, radius, reach = rows[found], x[found], y[found], radius[found], reach[found]
    start = np.stack([x + 0.5, y], axis=1)
    # Commas lean to the right, and may end below the glyph before them.
    lean = lean[rows] * comma[found]
    tail = np.stack([-0.5 * radius, 1.8 * radius + longer[rows]], axis=1) * comma[found, None]
    tail[:, 0] -= lean
    low = x.astype(np.int64) - reach
    left = low - np.ceil(lean).astype(np.int64)
    return PenStrokes(
        rows, start, start + tail, radius, 0 * x, ink[rows], left, low + 2 * reach + 1
    )


@accelerated("marks")
def free_columns(
    images: Pixels, widths: Ints, rows: Ints, room: Ints, lines: Ints, reach: Ints
) -> Ints:
    """Return columns near the middle of rooms with only white around them, or -1: shape (P,).

    Parameters
    ----------
    images : ndarray of uint8
    widths, rows : ndarray of int64, shape (P,)
        Width of the image that each room is in, and its index.
    room : ndarray of int64, shape (P, 2)
        The columns between which one is wanted.
    lines, reach : ndarray of int64, shape (P,)
        The row of pixels that a point is in, and how far around it the paper must be white:
        twice as far below.
    """
    columns = np.full(len(rows), -1)
    for size in np.unique(reach).tolist():
        some = np.flatnonzero(reach == size)
        where = room[some], lines[some]
        columns[some] = _free(images, widths[some], rows[some], where, size)
    return columns


def _free(images: Pixels, widths: Ints, rows: Ints, where: tuple[Ints, Ints], reach: int) -> Ints:
    """Return columns with white paper around points of one size."""
    height, width = images.shape[1], widths[:, None]
    room, line = where
    middle = room.sum(axis=1) // 2
    far = int((room[:, 1] - room[:, 0]).max(initial=0)) // 2 + 1
    columns = middle[:, None] + np.arange(-far - reach, far + reach + 1)
    lines = line[:, None] + np.arange(-reach, 2 * reach + 2)
    window = images[
        rows[:, None, None],
        np.clip(lines, 0, height - 1)[:, :, None],
        np.clip(columns, 0, width - 1)[:, None, :],
    ]
    white = np.equal(window if window.ndim == 3 else window.min(axis=3), 255)
    free = np.all(white, axis=1) & (columns >= 0) & (columns < width)
    away = np.arange(-far, far + 1)
    wide = np.all(free[:, np.arange(len(away))[:, None] + np.arange(2 * reach + 1)], axis=2)
    tried = middle[:, None] + away
    wide &= (tried > room[:, :1]) & (tried < room[:, 1:])
    best = np.where(wide, np.abs(away), len(away)).argmin(axis=1)
    return np.where(np.any(wide, axis=1), middle + away[best], -1)
