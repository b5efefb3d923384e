"""The contract of transforms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mnistseq.core.arrays import Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.composer import Composer
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.layout import GapRule
from mnistseq.core.protocols import CanvasTransform, GlyphTransform
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.spacings.variable import Variable
from mnistseq.testing.common import (
    SAMPLES,
    SEED,
    START,
    Call,
    check_component,
    check_unchanged,
    elsewhere,
    load_bank_of_digits,
    need,
)

_LINE = "350"


def check_transform(transform: GlyphTransform | CanvasTransform) -> None:
    """Check a transform of glyphs, of finished images, or of both: in grey, colour and two sizes.

    Raises
    ------
    AssertionError
        That says what the transform does and what it should do.
    """
    copy = check_component("transform", transform)
    bank = load_bank_of_digits()
    here: list[Pixels] = []
    calls: list[Call] = []
    if isinstance(transform, GlyphTransform):
        for glyphs in _glyphs(bank):
            here.append(_check_glyphs(transform, glyphs))
            calls.append((_run_glyphs, (transform, glyphs, slice(None))))
    if isinstance(transform, CanvasTransform):
        for canvas in _canvases(bank):
            here.append(_check_canvas(transform, canvas))
            calls.append((_run_images, (transform, canvas)))
    same = all(np.array_equal(a, b) for a, b in zip(here, elsewhere(calls), strict=True))
    need(same, "another process makes other pixels")
    check_unchanged(transform, copy)


def _glyphs(bank: GlyphBank) -> list[Pixels]:
    """Digits, one picture of them empty: grey, in colour, and in pictures of another shape."""
    grey = np.asarray(bank.pixels[: SAMPLES * len(_LINE)]).copy()
    grey[7] = 0
    wide = np.pad(grey, [(0, 0), (0, 3), (2, 11)])
    return [grey, np.repeat(grey[..., None], 3, axis=3), wide]


def _canvases(bank: GlyphBank) -> list[Canvas]:
    made = []
    for width in (120, 173):
        rule = GapRule(Variable(), width=width)
        batch = Composer(bank, rule).compose([_LINE] * SAMPLES, seed=SEED)
        images, owner = np.asarray(batch.images), batch.sequences.owner
        made.append(Canvas(images, batch.flat_boxes, batch.flat_ink_boxes, owner))
    colour = np.repeat(made[0].images[..., None], 3, axis=3)
    return [*made, made[0].with_images(colour)]


def _run_glyphs(transform: GlyphTransform, glyphs: Pixels, rows: slice) -> Pixels:
    """Change some of the glyphs, as a batch of just these would."""
    length = len(_LINE)
    owner = np.repeat(np.arange(SAMPLES), length)[rows]
    place = np.tile(np.arange(length), SAMPLES)[rows]
    samples = Stream(SEED, START + int(owner[0]), int(owner[-1] - owner[0]) + 1, "t")
    return transform.glyphs(glyphs[rows], GlyphStream(samples, owner - owner[0], place))


def _check_glyphs(transform: GlyphTransform, glyphs: Pixels) -> Pixels:
    changed = _pure(lambda: _run_glyphs(transform, glyphs, slice(None)), glyphs, "glyphs")
    need(changed.shape == glyphs.shape, f"glyphs of {glyphs.shape} became {changed.shape}")
    inked = glyphs.reshape(len(glyphs), -1).max(axis=1)
    left = changed.reshape(len(glyphs), -1).max(axis=1)
    need(left[inked > 0].all(), "a glyph lost all of its ink")
    for first in range(0, len(glyphs), len(_LINE)):
        rows = slice(first, first + len(_LINE))
        alone = _run_glyphs(transform, glyphs, rows)
        need((alone == changed[rows]).all(), "a sample's glyphs change with its batch")
    return changed


def _run_canvas(transform: CanvasTransform, canvas: Canvas, first: int, last: int) -> Canvas:
    """Change some of the images, as a batch of just these would."""
    mine = (canvas.owner >= first) & (canvas.owner < last)
    part = Canvas(
        canvas.images[first:last],
        canvas.boxes[mine],
        canvas.ink_boxes[mine],
        canvas.owner[mine] - first,
    )
    return transform.canvas(part, Stream(SEED, START + first, last - first, "t"))


def _run_images(transform: CanvasTransform, canvas: Canvas) -> Pixels:
    return _run_canvas(transform, canvas, 0, SAMPLES).images


def _check_canvas(transform: CanvasTransform, canvas: Canvas) -> Pixels:
    boxes, ink_boxes = canvas.boxes.copy(), canvas.ink_boxes.copy()
    images = _pure(lambda: _run_images(transform, canvas), canvas.images, "images")
    changed = _run_canvas(transform, canvas, 0, SAMPLES)
    untouched = (canvas.boxes == boxes).all() and (canvas.ink_boxes == ink_boxes).all()
    need(untouched, "the boxes that were given were written to")
    need(len(images) == SAMPLES, f"{SAMPLES} images became {len(images)}")
    dimensions = canvas.images.ndim, images.ndim
    need(images.ndim in {3, 4}, f"images of {dimensions[0]} dimensions became {dimensions[1]}")
    _check_boxes(canvas, changed)
    for row in range(SAMPLES):
        alone, mine = _run_canvas(transform, canvas, row, row + 1), canvas.owner == row
        same = (
            np.array_equal(alone.images[0], images[row])
            and np.array_equal(alone.boxes, changed.boxes[mine])
            and np.array_equal(alone.ink_boxes, changed.ink_boxes[mine])
        )
        need(same, "an image or its boxes change with its batch")
    return images


def _check_boxes(canvas: Canvas, changed: Canvas) -> None:
    height, width = changed.images.shape[1:3]
    for boxes in (changed.boxes, changed.ink_boxes):
        need(boxes.shape == canvas.boxes.shape, "boxes were lost or added")
        need(boxes.dtype == np.int64, f"boxes are {boxes.dtype}, not int64")
        inside = (boxes >= 0).all() and (boxes <= [width, height, width, height]).all()
        need(inside, f"a box leaves its image of {width} x {height} px")


def _pure(run: Callable[[], Pixels], given: Pixels, what: str) -> Pixels:
    """Run twice, and hold the result and what was given against themselves."""
    before = given.copy()
    result = run()
    need(isinstance(result, np.ndarray), f"{what} are {type(result).__name__}, not an array")
    need(result.dtype == np.uint8, f"{what} are {result.dtype}, not uint8")
    need((given == before).all(), f"the {what} that were given were written to")
    need(np.array_equal(run(), result), f"equal calls gave different {what}")
    return result
