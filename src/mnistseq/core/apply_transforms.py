"""Apply transforms to a batch, whose images may differ in size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.glyph_cells import GlyphCells, boxes_of
from mnistseq.core.motion import Motion, fault_of
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import CanvasTransform, GlyphTransform
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.core.sequences import Sequences
from mnistseq.errors import PluginError

if TYPE_CHECKING:
    from mnistseq.core.segmentation import Segmentation


def first_motions(
    transforms: Sequence[GlyphTransform], height: int, sequences: Sequences, stream: Stream
) -> list[Motion]:
    """Return how the first transforms move glyphs, up to one that does more than that."""
    motions: list[Motion] = []
    for number, transform in enumerate(transforms):
        with component_errors("glyph transform", transform.name):
            motion = transform.motion(height, _words_of(transform, number, sequences, stream))
            if motion is None:
                break
            fault = fault_of(motion, len(sequences.owner))
        if fault is not None:
            raise PluginError(f"glyph transform {transform.name} gave {fault}")
        motions.append(motion)
    return motions


def transform_glyphs(
    transforms: Sequence[GlyphTransform],
    cells: GlyphCells,
    sequences: Sequences,
    stream: Stream,
    first: int = 0,
) -> GlyphCells:
    """Apply glyph transforms from the `first` on, in order, to all glyphs of a batch."""
    if not transforms[first:]:
        return cells
    pixels = cells.pixels
    for number, transform in enumerate(transforms[first:], first):
        with component_errors("glyph transform", transform.name):
            changed = transform.apply(pixels, _words_of(transform, number, sequences, stream))
        _check_pixels(changed, f"glyph transform {transform.name} gave glyphs", pixels.shape)
        pixels = changed
    return GlyphCells(pixels, boxes_of(pixels), cells.offsets, cells.widths)


def _words_of(
    transform: GlyphTransform, number: int, sequences: Sequences, stream: Stream
) -> GlyphStream:
    return glyph_stream(stream.of(f"glyph transform {number} {transform.name}"), sequences)


def glyph_stream(stream: Stream, sequences: Sequences) -> GlyphStream:
    """Divide the words of each sample among its glyphs."""
    owner = sequences.owner
    return GlyphStream(stream, owner, np.arange(len(owner)) - sequences.first[owner])


def transform_images(
    transforms: Sequence[CanvasTransform],
    images: Pixels | list[Pixels],
    boxes: tuple[Ints, Ints],
    owner: Ints,
    stream: Stream,
    *,
    line_height: int = 0,
    inverted: bool = False,
    segmentation: Segmentation | None = None,
) -> tuple[Pixels | list[Pixels], tuple[Ints, Ints], Segmentation | None]:
    """Apply canvas transforms, in order, to all images of a batch.

    Parameters
    ----------
    transforms : sequence of CanvasTransform
    images : ndarray of uint8, or list of such
        Dark on light.
    boxes : tuple of ndarray of int64, shape (N, 4)
        Cell boxes and ink boxes, image after image.
    owner : ndarray of int64, shape (N,)
        Index of the image that each box belongs to.
    stream : Stream
        The images' random words.
    line_height, inverted
        See `Canvas`.
    segmentation : Segmentation, optional
        Masks and corners, which follow the pixels.

    Returns
    -------
    images, boxes, segmentation
        After the transforms; images are a list if their sizes differ.

    Raises
    ------
    PluginError
        If a transform returns something invalid, or moves pixels but cannot move masks.
    """
    if not transforms:
        return images, boxes, segmentation
    from mnistseq.core.image_runs import ImageRuns  # needed only for transforms

    _keep_memory()
    canvases = ImageRuns.of(
        images, boxes, owner, line_height=line_height, inverted=inverted, segmentation=segmentation
    )
    del images, segmentation  # large ones fill the memory, and are not needed once they are changed
    for number, transform in enumerate(transforms):
        words = stream.of(f"canvas transform {number} {transform.name}")
        if not transform.mixed_widths:
            canvases = canvases.regrouped(mixed=False)
        canvases = canvases.changed(partial(_apply, transform, words))
        if not transform.mixed_widths:
            canvases = canvases.regrouped(mixed=True)
    return canvases.images(), canvases.boxes(), canvases.segmentation()


@cache
def _keep_memory() -> None:
    """Have freed memory kept for the next transform.

    An allocator that returns it to the system gets it back page by page, which takes longer
    than many a transform. That of Linux keeps up to twice as much as the largest array it has
    seen freed, if that is below 32 MB; this one uses no memory, because nothing is written to it.
    """
    np.empty((1 << 25) - (1 << 16), dtype=np.uint8)


def _apply(transform: CanvasTransform, words: Stream, rows: Ints, canvas: Canvas) -> Canvas:
    with component_errors("canvas transform", transform.name):
        changed = transform.apply(canvas, words.at(rows))
    _check_canvas(changed, canvas, transform.name)
    # A transform may build its canvas from images and boxes alone, without these.
    if (changed.line_height, changed.inverted) != (canvas.line_height, canvas.inverted):
        changed = replace(changed, line_height=canvas.line_height, inverted=canvas.inverted)
    if canvas.masks is None or transform.carries_masks:
        return changed
    if _has_moved(changed, canvas):
        raise PluginError(
            f"canvas transform {transform.name} moves pixels but cannot move masks; "
            "leave out the transform or the masks"
        )
    return replace(changed, masks=canvas.masks, quads=canvas.quads)


def _has_moved(changed: Canvas, canvas: Canvas) -> bool:
    return changed.images.shape[:3] != canvas.images.shape[:3] or not (
        np.array_equal(changed.boxes, canvas.boxes)
        and np.array_equal(changed.ink_boxes, canvas.ink_boxes)
    )


def _check_canvas(changed: Canvas, canvas: Canvas, name: str) -> None:
    """Raise PluginError if a transform dropped or added images or boxes."""
    if not isinstance(changed, Canvas):
        raise PluginError(f"canvas transform {name} gave a {type(changed).__name__}, not a Canvas")
    _check_pixels(changed.images, f"canvas transform {name} gave images", canvas.images.shape[:1])
    for boxes in (changed.boxes, changed.ink_boxes):
        if boxes.shape != canvas.boxes.shape:
            raise PluginError(
                f"canvas transform {name} gave boxes of shape {boxes.shape}, not {canvas.boxes.shape}"
            )


def _check_pixels(pixels: object, what: str, shape: tuple[int, ...]) -> None:
    """Raise PluginError unless pixels are uint8 and their shape begins with `shape`."""
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8:
        given = getattr(pixels, "dtype", type(pixels).__name__)
        raise PluginError(f"{what} of type {given}, not an array of uint8")
    if pixels.shape[: len(shape)] != shape or pixels.ndim not in (3, 4):
        raise PluginError(f"{what} of shape {pixels.shape}, not {shape}")
