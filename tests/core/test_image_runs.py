"""Images of different sizes are changed together, and none notices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from mnistseq.core.apply_transforms import transform_images
from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.image_runs import ImageRuns
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.plugins.registry import find

WIDTHS = [40, 9, 200, 41, 9, 63, 64, 1, 39]


@dataclass(frozen=True)
class Quarter(CanvasTransform):
    """Turns images by a right angle; knows nothing of padding."""

    name: ClassVar[str] = "quarter"

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        assert canvas.own_widths is None
        turned = np.ascontiguousarray(canvas.images.swapaxes(1, 2))
        swapped = [1, 0, 3, 2]
        boxes, ink_boxes = canvas.boxes[:, swapped], canvas.ink_boxes[:, swapped]
        return replace(canvas, images=turned, boxes=boxes, ink_boxes=ink_boxes)


def images() -> tuple[list[Pixels], Ints, Ints]:
    """Images with two boxes each: the left half and the right one."""
    generator = np.random.default_rng(1)
    drawn = [generator.integers(0, 256, (12, width), dtype=np.uint8) for width in WIDTHS]
    halves = [[[0, 0, w // 2, 12], [w // 2, 0, w, 12]] for w in WIDTHS]
    return drawn, np.array(halves).reshape(-1, 4), np.repeat(np.arange(len(WIDTHS)), 2)


def test_runs_give_back_what_they_got() -> None:
    drawn, boxes, owner = images()
    for mixed in (True, False):
        runs = ImageRuns.of(drawn, (boxes, boxes), owner, mixed=mixed)
        returned = runs.images()
        assert all(np.array_equal(a, b) for a, b in zip(drawn, returned, strict=True))
        assert np.array_equal(runs.boxes()[0], boxes)
        assert np.array_equal(runs.boxes()[1], boxes)
        for rows, canvas in zip(runs.rows, runs.canvases, strict=True):
            assert np.array_equal(canvas.widths, np.array(WIDTHS)[rows])
            assert canvas.images.shape[2] == canvas.widths.max()
            assert canvas.widths.max() * len(rows) <= 2 * canvas.widths.sum()
            assert mixed or canvas.own_widths is None
            assert (np.diff(canvas.owner) >= 0).all()


def test_large_images_are_divided_among_canvases() -> None:
    drawn = [np.zeros((1000, width), np.uint8) for width in (1001, 1000, 1003, 1002, 999)]
    runs = ImageRuns.of(drawn, (np.zeros((0, 4), int),) * 2, np.zeros(0, int))
    assert [rows.tolist() for rows in runs.rows] == [[4, 1, 0, 3], [2]]


@pytest.mark.parametrize("names", [["trim", "jpeg"], ["margins", "quarter", "perspective"]])
def test_images_do_not_depend_on_their_neighbours(names: list[str]) -> None:
    transforms = [
        Quarter() if name == "quarter" else find("canvas_transform", name)() for name in names
    ]
    drawn, boxes, owner = images()
    together, boxes_together, _ = transform_images(
        transforms, drawn, (boxes, boxes), owner, Stream(1, 5, len(drawn)), line_height=12
    )
    for row, image in enumerate(drawn):
        mine = owner == row
        alone, own_boxes, _ = transform_images(
            transforms,
            image[None],
            (boxes[mine], boxes[mine]),
            np.zeros(2, np.int64),
            Stream(1, 5 + row, 1),
            line_height=12,
        )
        assert np.array_equal(together[row], alone[0])
        assert np.array_equal(boxes_together[0][mine], own_boxes[0])
        assert np.array_equal(boxes_together[1][mine], own_boxes[1])
