"""ImageRuns: groups images into canvases, so that one call transforms many."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.segmentation import Segmentation

Item = TypeVar("Item", bound=np.generic)

_MOST_PIXELS = 1 << 22
"""Pixels of the largest canvas of several images that differ in width."""


@dataclass(frozen=True, eq=False)
class ImageRuns:
    """Canvases that together contain each image of a batch once.

    Attributes
    ----------
    owner : ndarray of int64, shape (N,)
        Index of the image that each box of the batch belongs to.
    rows : tuple of ndarray of int64
        For each canvas, the indices of its images in the batch.
    canvases : tuple of Canvas
    """

    owner: Ints
    rows: tuple[Ints, ...]
    canvases: tuple[Canvas, ...]

    @classmethod
    def of(
        cls,
        images: Sequence[Pixels] | Pixels,
        boxes: tuple[Ints, Ints],
        owner: Ints,
        *,
        line_height: int = 0,
        inverted: bool = False,
        mixed: bool = True,
        segmentation: Segmentation | None = None,
    ) -> ImageRuns:
        """Put images into canvases; see `transform_images` for the parameters.

        If `mixed` is false, all images of a canvas have one width. Otherwise they are sorted
        by width, padding is at most half of a canvas, and a canvas of several images has at
        most four million pixels.
        """
        runs = tuple(_runs(np.array([image.shape[:2] for image in images]), mixed))
        canvases = []
        for rows in runs:
            glyphs, own = _glyphs(rows, owner, len(images))
            pixels, widths = _padded([images[row] for row in rows.tolist()])
            canvas = Canvas(
                pixels, boxes[0][glyphs], boxes[1][glyphs], own, line_height, inverted, widths
            )
            if segmentation is not None:
                masks, _ = _padded([segmentation.masks[row] for row in rows.tolist()])
                canvas = replace(canvas, masks=masks, quads=segmentation.quads[glyphs])
            canvases.append(canvas)
        return cls(owner, runs, tuple(canvases))

    def changed(self, change: Callable[[Ints, Canvas], Canvas]) -> ImageRuns:
        """Apply `change` to each canvas and its rows."""
        return replace(self, canvases=tuple(map(change, self.rows, self.canvases)))

    def regrouped(self, mixed: bool) -> ImageRuns:
        """Return the same images, grouped again: see `of`."""
        first = self.canvases[0]
        return ImageRuns.of(
            self._images(),
            self.boxes(),
            self.owner,
            line_height=first.line_height,
            inverted=first.inverted,
            mixed=mixed,
            segmentation=self.segmentation(),
        )

    def images(self) -> Pixels | list[Pixels]:
        """Return the images in the order of the batch, as a list if their sizes differ."""
        if len(self.canvases) == 1 and self.canvases[0].own_widths is None:
            rows, changed = self.rows[0], self.canvases[0].images
            if (np.diff(rows) == 1).all():
                return changed
            ordered = np.empty_like(changed)
            ordered[rows] = changed
            return ordered
        images = self._images()
        same = len({image.shape for image in images}) == 1
        return np.stack(images) if same else [np.ascontiguousarray(image) for image in images]

    def boxes(self) -> tuple[Ints, Ints]:
        """Return cell boxes and ink boxes in the order of the batch."""
        boxes = np.zeros((2, len(self.owner), 4), dtype=np.int64)
        count = sum(map(len, self.rows))
        for rows, canvas in zip(self.rows, self.canvases, strict=True):
            glyphs, _ = _glyphs(rows, self.owner, count)
            boxes[0, glyphs], boxes[1, glyphs] = canvas.boxes, canvas.ink_boxes
        return boxes[0], boxes[1]

    def segmentation(self) -> Segmentation | None:
        """Return masks and corners in the order of the batch, if there are any."""
        masks = [canvas.masks for canvas in self.canvases if canvas.masks is not None]
        if not masks:
            return None
        quads = np.zeros((len(self.owner), 4, 2))
        for rows, canvas in zip(self.rows, self.canvases, strict=True):
            glyphs, _ = _glyphs(rows, self.owner, sum(map(len, self.rows)))
            quads[glyphs] = canvas.quads
        return Segmentation([np.ascontiguousarray(mask) for mask in self._cut(masks)], quads)

    def _images(self) -> list[Pixels]:
        return self._cut([canvas.images for canvas in self.canvases])

    def _cut(self, arrays: Sequence[NDArray[Item]]) -> list[NDArray[Item]]:
        """Cut arrays of whole canvases into one for each image, in the order of the batch."""
        ordered: list[NDArray[Item]] = [arrays[0][0]] * sum(map(len, self.rows))
        for rows, canvas, array in zip(self.rows, self.canvases, arrays, strict=True):
            for row, item, width in zip(rows.tolist(), array, canvas.widths.tolist(), strict=True):
                ordered[row] = item[:, :width]
        return ordered


def _runs(shapes: Ints, mixed: bool) -> Iterator[Ints]:
    """Yield indices of images that have one height, and similar widths or one width."""
    order = np.lexsort(shapes.T[::-1])
    sizes = shapes[order].tolist()
    first = total = 0
    for position, (height, width) in enumerate(sizes):
        total += width
        columns = width * (position + 1 - first)
        similar = columns <= min(2 * total, _MOST_PIXELS // height) if mixed else columns == total
        if position > first and not (similar and height == sizes[first][0]):
            yield order[first:position]
            first, total = position, width
    yield order[first:]


def _glyphs(rows: Ints, owner: Ints, count: int) -> tuple[Ints, Ints]:
    """Return the indices of the boxes of some images, and their owners among these images."""
    place = np.full(count, -1)
    place[rows] = np.arange(len(rows))
    own = place[owner]
    order = np.argsort(own, kind="stable")
    glyphs: Ints = order[np.searchsorted(own[order], 0) :]
    return glyphs, own[glyphs]


def _padded(images: list[NDArray[Item]]) -> tuple[NDArray[Item], Ints | None]:
    """Pad images to the widest, in one array; also return their widths if they differ."""
    if len(images) == 1:  # it may be large: no copy of it
        return images[0][None], None
    widths = np.array([image.shape[1] for image in images])
    if (widths == widths[0]).all():
        return np.stack(images), None
    shape = len(images), images[0].shape[0], int(widths.max()), *images[0].shape[2:]
    padded = np.zeros(shape, dtype=images[0].dtype)
    for own, image, width in zip(padded, images, widths.tolist(), strict=True):
        own[:, :width] = image
    return padded, widths
