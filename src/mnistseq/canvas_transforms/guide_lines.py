"""Printed lines and boxes of a form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.imaging.boxes import line_rows, spans
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import (
    Block,
    Field,
    Keys,
    clouds,
    column,
    numbers,
    numbers_and_keys,
    shade,
)


@dataclass(frozen=True)
class GuideLines(Checked, CanvasTransform):
    """Print the lines of a form: a base line, combs that separate the glyphs, or boxes.

    They are printed under the ink: they darken the ink that they cross. A base line may
    slope, fade in places and be ragged.
    """

    name: ClassVar[str] = "guide-lines"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    kind: Literal["line", "comb", "boxes", "any"] = field(
        default="any",
        metadata={
            "help": "line: under the glyphs; comb: with low walls between them; "
            "boxes: with walls on all sides; any: one of these at random for each image"
        },
    )
    darkest: Annotated[float, Ge(0), Le(0.8)] = field(
        default=0.6, metadata={"help": "fraction of the light that the darkest lines absorb"}
    )
    thickness: Annotated[float, Ge(0.01), Le(0.2)] = field(
        default=0.045, metadata={"help": "thickness of the lines, as a fraction of the height"}
    )

    slope: Annotated[float, Ge(0), Le(0.2)] = field(
        default=0.0, metadata={"help": "largest slope of a base line, up or down"}
    )
    unevenness: Annotated[float, Ge(0), Le(1)] = field(
        default=0.0,
        metadata={"help": "how far the most uneven base line fades in places and is ragged"},
    )
    chance: Annotated[float, Ge(0), Le(1)] = field(
        default=1.0, metadata={"help": "chance that an image has lines"}
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Print lines under each image."""
        if not self.strength:
            return canvas
        count = len(canvas.images)
        height = canvas.images.shape[1]
        u = numbers(stream, 6)
        depth = self.strength * self.darkest * (0.4 + 0.6 * u[:, 0])
        if self.chance < 1:
            depth *= numbers(stream.of(f"{stream.purpose}/chance"), 1)[:, 0] < self.chance
        half = max(1.0, self.thickness * canvas.line_height) * (0.4 + 0.2 * u[:, 1])
        kinds = {"line": 0, "comb": 1, "boxes": 2}
        kind = kinds.get(self.kind, (3 * u[:, 2]).astype(np.int64)) + np.zeros(count, np.int64)
        top, mean_foot, foot = _reach(canvas)
        first, last = line_rows(canvas)
        # Boxes and combs contain the glyphs; on a line, glyphs rest and some reach below it.
        foot = np.where(kind == 0, mean_foot, foot)
        foot = np.minimum(foot + half + (last - foot) * 0.5 * u[:, 3], height - half)
        top = np.maximum(top - half - (top - first) * 0.7 * u[:, 4], half)
        v, (fades, rags) = numbers_and_keys(stream.of(f"{stream.purpose}/flaws"), 2, 2)
        slope, uneven = self.slope * (2 * v[:, 0] - 1), self.unevenness * v[:, 1]
        columns = [foot, half, depth * (kind == 0), slope, uneven]
        table = np.column_stack(columns).astype(np.float32)
        keys = np.stack([fades, rags], axis=1)
        images, rows, unit = canvas.images, np.flatnonzero(depth * kind), canvas.line_height
        if len(rows):
            images = self._boxed(canvas, rows, (top, foot, half, depth), kind)
        cells = 0.5 * unit, 0.05 * unit
        return canvas.with_images(underlined(images, canvas.widths, table, keys, cells))

    @staticmethod
    def _boxed(
        canvas: Canvas, rows: Ints, lines: tuple[Floats, Floats, Floats, Floats], kind: Ints
    ) -> Pixels:
        """Print combs and boxes on some images; the lines: top, foot, half thickness, depth."""
        top, foot, half, depth = lines
        end = np.where(kind == 1, (2 * foot + top) / 3, top)
        walls = _walls(canvas, half)
        middles = (np.arange(canvas.images.shape[1], dtype=np.float32) + np.float32(0.5))[:, None]

        def level(block: Block) -> Field:
            part, y = rows[block.rows], middles[block.lines]
            lines = _line(y, foot[part], half[part])
            roof = _line(y, top[part], half[part])
            lines = np.maximum(lines, roof * column((kind[part] == 2) * 1.0))
            # Walls end at the lines.
            tall = np.clip(y - column((end - half)[part]), 0, 1)
            tall = tall * np.clip(column((foot + half)[part]) - y + np.float32(0.5), 0, 1)
            sheet: Field = np.maximum(lines, tall * walls[part, None, : block.width])
            sheet *= column(-depth[part])
            sheet += 1
            return sheet

        return shade(canvas.images, canvas.widths, level, rows)


@accelerated("papers")
def underlined(
    images: Pixels, widths: Ints, table: Field, keys: Keys, cells: tuple[float, float]
) -> Pixels:
    """Print a base line on each image: its middle, half thickness, depth, slope and unevenness.

    Uneven lines fade by wide clouds, and are ragged by narrow ones. An image whose depth is 0
    has no line.
    """
    rows = np.flatnonzero(table[:, 2])
    y = (np.arange(images.shape[1], dtype=np.float32) + np.float32(0.5))[:, None]

    def level(block: Block) -> Field:
        part = rows[block.rows]
        middle, half, depth, slope, uneven = table[part].T[:, :, None, None]
        size = 1, block.width
        fade, rag = (
            clouds(keys[part, which], size, cells[which], block.widths) * uneven for which in (0, 1)
        )
        depth = depth * (1 - (fade + uneven) * np.float32(0.5))
        half = half * (1 + rag * np.float32(0.7))
        away = half + np.float32(0.5) - np.abs(y[block.lines] - (middle + block.grid()[1] * slope))
        sheet: Field = 1 - np.clip(away, 0, 1) * depth
        return sheet

    return shade(images, widths, level, rows)


def _reach(canvas: Canvas) -> tuple[Floats, Floats, Floats]:
    """Return the highest top, the mean bottom and the lowest bottom of each image's glyphs, in px."""
    count, height = canvas.images.shape[:2]
    low, high = spans(canvas.owner, canvas.ink_boxes, count)
    bare = ~np.isfinite(low[:, 1])
    inked = canvas.ink_boxes[:, 3] > canvas.ink_boxes[:, 1]
    glyphs = np.bincount(canvas.owner, inked, count)
    feet = np.bincount(canvas.owner, inked * canvas.ink_boxes[:, 3], count)
    mean = feet / np.maximum(glyphs, 1)
    return (
        np.where(bare, 0, low[:, 1]),
        np.where(bare, height, mean),
        np.where(bare, height, high[:, 1]),
    )


def _line(y: Field, centres: Floats, half: Floats) -> Field:
    """Return how much of each pixel a horizontal line covers: shape (B, height, 1)."""
    away = column(half) + np.float32(0.5) - np.abs(y - column(centres))
    covered: Field = np.clip(away, 0, 1)
    return covered


def _walls(canvas: Canvas, half: Floats) -> Field:
    """Return how much of each column the walls between cells cover: shape (B, width)."""
    owner, boxes = canvas.owner, canvas.boxes
    last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    first = np.append(True, owner[1:] != owner[:-1])[: len(owner)]
    middle = (boxes[:-1, 2] + boxes[1:, 0]) / 2
    right = np.append(middle, 0.0)[: len(owner)]
    left = np.append(0.0, middle)[: len(owner)]
    # The outer walls are as far from their cell as the inner ones.
    gap = np.where(last, boxes[:, 0] - left, right - boxes[:, 2])
    gap = np.where(first & last, 1.0, gap)
    right = np.where(last, boxes[:, 2] + gap, right)
    gap = np.where(first, right - boxes[:, 2], 0.0)
    left = np.where(first, boxes[:, 0] - gap, left)
    walls = np.zeros(canvas.images.shape[::2][:2], dtype=np.float32)
    for centres, some in ((right, np.ones_like(first)), (left, first)):
        _add_walls(walls, canvas.widths, owner[some], centres[some], half)
    return walls


def _add_walls(walls: Field, widths: Ints, owner: Ints, centres: Floats, half: Floats) -> None:
    """Add walls around the given columns, each within its image."""
    width, half = widths[owner], half[owner]
    centres = np.clip(centres, half, np.maximum(width - half, half))
    reach = int(np.ceil(half.max(initial=0))) + 1
    columns = np.floor(centres).astype(np.int64)[:, None] + np.arange(-reach, reach + 1)
    cover = np.clip(half[:, None] + 0.5 - np.abs(columns + 0.5 - centres[:, None]), 0, 1)
    inside = (columns >= 0) & (columns < width[:, None])
    rows = np.broadcast_to(owner[:, None], columns.shape)
    np.maximum.at(walls, (rows[inside], columns[inside]), cover[inside].astype(np.float32))
