"""Check the contract of canvas transforms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mnistseq.core.array_types import Pixels
from mnistseq.core.canvas import Canvas, CanvasRule
from mnistseq.core.composer import Composer
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.image_runs import ImageRuns
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.spacings.variable import Variable
from mnistseq.testing.common import (
    SAMPLES,
    SEED,
    START,
    check_component,
    check_pure,
    check_unchanged,
    elsewhere,
    load_bank_of_digits,
    require,
)


def check_canvas_transform(transform: CanvasTransform) -> None:
    """Check a canvas transform on images of two sizes, in grey, in colour, and on a higher canvas.

    If it supports `mixed_widths`, padding must not affect images.

    Raises
    ------
    AssertionError
        If the transform violates the contract; the message says how.
    """
    copy = check_component("canvas_transform", transform)
    inputs = _canvases(mixed=transform.mixed_widths)
    here = [_check(transform, canvas) for canvas in inputs]
    there = elsewhere([(_images, (transform, canvas)) for canvas in inputs])
    same = all(np.array_equal(a, b) for a, b in zip(here, there, strict=True))
    require(same, "another process makes different pixels")
    check_unchanged(transform, copy)


def _canvases(mixed: bool) -> list[Canvas]:
    bank, made = load_bank_of_digits(), []
    for width, rule in ((120, CanvasRule()), (173, CanvasRule(41, "random"))):
        composer = Composer(bank, GapRule(Variable(), width=width), canvas=rule)
        batch = composer.compose(["350"] * SAMPLES, seed=SEED)
        images, owner = np.asarray(batch.images), batch.sequences.owner
        boxes = batch.flat_boxes, batch.flat_ink_boxes
        made.append(Canvas(images, *boxes, owner, line_height=composer.line_height))
    colour = np.repeat(made[0].images[..., None], 3, axis=3)
    made.append(made[0].with_images(colour))
    if mixed:
        lines = Composer(bank, GapRule(Variable())).compose(["350"] * SAMPLES, seed=SEED)
        boxes, owner = (lines.flat_boxes, lines.flat_ink_boxes), lines.sequences.owner
        runs = ImageRuns.of(lines.images, boxes, owner, line_height=bank.height)
        made.append(max(runs.canvases, key=lambda canvas: len(canvas.images)))
    return made


def _apply(transform: CanvasTransform, canvas: Canvas, first: int, last: int) -> Canvas:
    """Transform some of the images, as if they were a batch."""
    mine = (canvas.owner >= first) & (canvas.owner < last)
    widths = canvas.widths[first:last]
    part = replace(
        canvas,
        images=canvas.images[first:last, :, : widths.max()],
        own_widths=None if (widths == widths[0]).all() else widths,
        boxes=canvas.boxes[mine],
        ink_boxes=canvas.ink_boxes[mine],
        owner=canvas.owner[mine] - first,
    )
    return transform.apply(part, Stream(SEED, START + first, last - first, "t"))


def _images(transform: CanvasTransform, canvas: Canvas) -> Pixels:
    changed = _apply(transform, canvas, 0, len(canvas.images))
    padding = np.arange(changed.images.shape[2]) >= changed.widths[:, None]
    images = changed.images.copy() if padding.any() else changed.images
    images.swapaxes(1, 2)[padding] = 0
    return images


def _check(transform: CanvasTransform, canvas: Canvas) -> Pixels:
    boxes, ink_boxes = canvas.boxes.copy(), canvas.ink_boxes.copy()
    images = check_pure(lambda: _images(transform, canvas), canvas.images, "images")
    count = len(canvas.images)
    changed = _apply(transform, canvas, 0, count)
    untouched = (canvas.boxes == boxes).all() and (canvas.ink_boxes == ink_boxes).all()
    require(untouched, "the given boxes were written to")
    require(len(images) == count, f"{count} images became {len(images)}")
    dimensions = canvas.images.ndim, images.ndim
    require(images.ndim in {3, 4}, f"images of {dimensions[0]} dimensions became {dimensions[1]}")
    _check_boxes(canvas, changed)
    for row, width in enumerate(changed.widths.tolist()):
        alone, mine = _apply(transform, canvas, row, row + 1), canvas.owner == row
        same = (
            np.array_equal(alone.images[0], images[row, :, :width])
            and np.array_equal(alone.boxes, changed.boxes[mine])
            and np.array_equal(alone.ink_boxes, changed.ink_boxes[mine])
        )
        require(same, "an image or its boxes depend on its batch")
    _check_added_width(transform, canvas, changed)
    return images


def _check_boxes(canvas: Canvas, changed: Canvas) -> None:
    sizes = np.tile(changed.sizes, 2)[changed.owner]
    for boxes in (changed.boxes, changed.ink_boxes):
        require(boxes.shape == canvas.boxes.shape, "boxes were lost or added")
        require(boxes.dtype == np.int64, f"boxes are {boxes.dtype}, not int64")
        outside = ((boxes < 0) | (boxes > sizes)).any(axis=1)
        for width, height in sizes[outside, :2][:1].tolist():
            require(False, f"a box leaves its image of {width} x {height} px")


def _check_added_width(transform: CanvasTransform, canvas: Canvas, changed: Canvas) -> None:
    height = canvas.line_height
    announced = transform.added_width(height)
    added = changed.images.shape[2] - canvas.images.shape[2]
    require(
        not announced or announced == added,
        f"added_width({height}) is {announced}, but images became {added} px wider",
    )
