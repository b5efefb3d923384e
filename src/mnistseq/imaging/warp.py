"""Warping and blurring many pictures in one call, in integers.

Why not OpenCV, SciPy or Pillow: an image must have equal bits in every batch, on
every machine and with every version of a library. Their results depend on the
processor's instructions, the thread count and the version, and they take one
picture at a time. Here every sum is an integer sum, pixel by pixel. Floats appear
only where a matrix or a kernel is rounded to fixed point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.acceleration import accelerated
from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.bilinear import ONE, Coordinates, between, coordinates, in_fixed_point, quads_of
from mnistseq.core.glyph_cells import boxes_of
from mnistseq.core.resample import blocks as slices
from mnistseq.errors import ArgumentError
from mnistseq.imaging.patterns import with_changed

_MOST = 16_000
"""Largest height and width: coordinates of larger pictures do not fit in 32 bits."""

_BLOCK = 1 << 15
"""Pixels processed at a time: they fit in a core's cache."""

_TILE = 512
"""Side of a tile: pictures of more pixels are warped in tiles, for their words would fill the memory."""

_MANY = 1 << 24
"""Pixels of the pictures that are copied to be blurred."""

_STRIP = 1 << 20
"""Pixels that are blurred at a time, in strips of a picture that is larger."""

Positions: TypeAlias = Callable[[slice, slice, slice], tuple[Coordinates, Coordinates]]
"""Returns x and y of the sources of some pictures' lines and columns."""


def warp_affine(images: Pixels, matrices: Floats, boxes: Ints | None = None) -> Pixels:
    """Warp pictures by affine maps, with bilinear interpolation; 0 outside.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
    matrices : ndarray of float64, shape (N, 2, 3)
        Map the result's pixels to the picture's: ``(x, y)`` of the result shows
        the picture at ``m[:, 0] * x + m[:, 1] * y + m[:, 2]``. Whole numbers are
        centres of pixels.
    boxes : ndarray of int64, shape (N, 4), optional
        Boxes around what is not 0, if they are known.

    Returns
    -------
    ndarray of uint8
        Of the same shape; unchanged where the map is the identity.
    """
    checked_size(images)
    moved = np.flatnonzero((matrices != np.eye(2, 3)).any(axis=(1, 2)))
    if not len(moved):
        return images
    boxes = boxes_of(images) if boxes is None else boxes
    fixed = in_fixed_point(matrices[moved])
    return with_changed(images, moved, lambda some: affine(some, fixed, boxes[moved]))


@accelerated("warps")
def affine(images: Pixels, fixed: Floats, boxes: Ints) -> Pixels:
    """Warp pictures by affine maps in units of ``1 / ONE`` pixel."""
    del boxes  # only the compiled version uses them, to look for ink
    rows, columns = coordinates(fixed, *images.shape[1:3])

    def positions(part: slice, lines: slice, across: slice) -> tuple[Coordinates, Coordinates]:
        x, y = (rows[part, a, lines, None] + columns[part, a, None, across] for a in (0, 1))
        return x, y

    return warp_by(images, positions)


def warp(images: Pixels, x: Coordinates, y: Coordinates) -> Pixels:
    """Warp pictures by a coordinate for each pixel, with bilinear interpolation; 0 outside.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
    x, y : ndarray of int32, broadcasting to (N, height, width)
        The source of each pixel of the result, in units of ``1 / ONE`` pixel.
    """
    checked_size(images)
    shape = images.shape[:3]
    x, y = np.broadcast_to(x, shape), np.broadcast_to(y, shape)
    return warp_by(images, lambda *part: (x[part], y[part]))


def warp_by(images: Pixels, positions: Positions) -> Pixels:
    """Warp pictures as `warp` does, by coordinates that are computed for a part of them at a time."""
    return _per_channel(images, lambda plane: _gathered(plane, positions))


def blur(
    images: Pixels,
    sigmas: Floats,
    edge: Literal["background", "nearest"] = "background",
    widths: Ints | None = None,
) -> Pixels:
    """Blur each picture by a Gaussian of its own width.

    The kernel ends at three standard deviations; its weights are 16-bit fixed
    point and add up to exactly 1.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
    sigmas : ndarray of float64, shape (N,)
        Standard deviations in pixels; 0 leaves a picture unchanged.
    edge : {'background', 'nearest'}
        Pixels outside are 0, or equal to the nearest pixel at the edge.
    widths : ndarray of int64, shape (N,), optional
        Width of each picture, if they differ and the edge is the nearest.

    Returns
    -------
    ndarray of uint8
        Of the same shape.
    """
    rows = np.flatnonzero(sigmas > 0)
    if not len(rows):
        return images
    nearest = edge == "nearest"
    if widths is None:
        widths = np.full(len(images), images.shape[2])
    most = max(1, _MANY // images[0].size)
    if len(rows) == len(images) <= most:
        return smoothed(images, widths, sigmas, nearest)
    result = images.copy()
    for part in slices(len(rows), most):
        some = rows[part]
        result[some] = smoothed(images[some], widths[some], sigmas[some], nearest)
    return result


@accelerated("blurs")
def smoothed(images: Pixels, widths: Ints, sigmas: Floats, nearest: bool) -> Pixels:
    """Blur pictures as `blur` does, by sigmas above 0."""
    result = np.empty_like(images)
    height, width = images.shape[1:3]
    # Similar sigmas together: the widest kernel of a block sets the cost of all of it.
    order = np.argsort(sigmas, kind="stable")
    for part in blocks(len(images), height * width):
        some = order[part]
        weights, own = kernels(sigmas[some]), widths[some] if nearest else None
        result[some] = _per_channel(
            images[some],
            lambda plane, weights=weights, own=own: _blurred(plane, weights, own),
        )
    return result


def checked_size(images: Pixels) -> tuple[int, int]:
    """Return height and width of pictures, or raise ArgumentError if they are too large to warp."""
    height, width = images.shape[1:3]
    if max(height, width) > _MOST:
        raise ArgumentError(
            f"an image of {width} x {height} px is too large for this transform, which allows "
            f"{_MOST} px in each direction; use shorter sequences, or leave the transform out"
        )
    return height, width


def _per_channel(images: Pixels, change: Any) -> Pixels:
    if images.ndim == 3:
        changed: Pixels = change(images)
        return changed
    return np.stack([change(images[..., channel]) for channel in range(3)], axis=-1)


def blocks(count: int, size: int) -> Iterator[slice]:
    """Split `count` pictures of `size` pixels into runs that fit in a core's cache."""
    return slices(count, max(1, _BLOCK // size))


def _gathered(images: Pixels, positions: Positions) -> Pixels:
    """Interpolate at each position, for blocks of pictures or, in larger ones, of rows, or in tiles."""
    count, height, width = images.shape
    result = np.empty_like(images, order="C")
    whole = slice(0, width)
    for part in blocks(count, height * width):
        if height * width > _TILE**2:
            _gather_tiles(images[part], partial(positions, part), result[part])
            continue
        quads = quads_of(images[part])
        for lines in blocks(height, width) if height * width > _BLOCK else [slice(0, height)]:
            x, y = positions(part, lines, whole)
            result[part, lines] = _bilinear(quads, x, y, (height, width))
    return result


def _gather_tiles(images: Pixels, positions: Any, result: Pixels) -> None:
    """Interpolate a tile at a time, each from the part of the pictures that it needs."""
    height, width = images.shape[1:]
    for lines in slices(height, _TILE):
        for columns in slices(width, _TILE):
            x, y = positions(lines, columns)
            x, y = np.clip(x, -ONE, width * ONE), np.clip(y, -ONE, height * ONE)
            left, top = (max(0, int(axis.min()) >> 16) for axis in (x, y))
            right, bottom = ((int(axis.max()) >> 16) + 2 for axis in (x, y))
            source = images[:, top:bottom, left:right]
            x -= left << 16
            y -= top << 16
            quads = quads_of(source)
            result[:, lines, columns] = _bilinear(quads, x, y, source.shape[1:])


def _bilinear(
    quads: NDArray[np.uint32], x: Coordinates, y: Coordinates, size: tuple[int, int]
) -> Pixels:
    mixed = between(quads, x, y, size)
    mixed += np.uint32(1 << 15)
    mixed >>= np.uint32(16)
    return mixed.astype(np.uint8)


def kernels(sigmas: Floats) -> NDArray[np.uint32]:
    """Return half kernels in fixed point, from the centre outwards: shape (N, radius + 1)."""
    radii = np.ceil(3 * sigmas)
    steps = np.arange(int(radii.max()) + 1)
    shares = np.exp(-0.5 * (steps / sigmas[:, None]) ** 2)
    shares[steps > radii[:, None]] = 0.0
    # Summed in order, so that the zeros after a short kernel do not change its sum.
    sums = 2 * np.cumsum(shares, axis=1)[:, -1:] - 1
    weights: Ints = np.rint(shares / sums * ONE).astype(np.int64)
    weights[:, 0] = ONE - 2 * weights[:, 1:].sum(axis=1)
    return weights.astype(np.uint32)


def _blurred(images: Pixels, weights: NDArray[np.uint32], widths: Ints | None) -> Pixels:
    """Blur planes; with widths, beyond its edge a picture is like its nearest pixel, otherwise 0."""
    count, height, width = images.shape
    radius = weights.shape[1] - 1
    if widths is not None and (widths < width).any():
        images = images.copy()
        picture = np.arange(count)[:, None]
        beyond = np.minimum(widths[:, None] + np.arange(radius), width - 1)
        images[picture, :, beyond] = images[picture, :, np.minimum(beyond, widths[:, None] - 1)]
    mode: Any = "constant" if widths is None else "edge"
    stride = width + 2 * radius
    # What is summed across has 16 bits.
    lines = np.zeros((count, height + 2 * radius, width), np.uint16)
    for part in slices(height, max(1, _STRIP // (count * stride))):
        padded = np.pad(images[:, part], ((0, 0), (0, 0), (radius, radius)), mode)
        # Copies of the flat picture, shifted past the ends of rows, overlap only in the padding.
        across = _weighted(padded.reshape(count, -1).astype(np.uint32), weights, 1)
        across += np.uint32(1 << 7)
        across >>= np.uint32(8)
        shape, steps = (count, padded.shape[1], width), (across.strides[0], 4 * stride, 4)
        lines[:, radius + part.start : radius + part.stop] = np.ndarray(
            shape, np.uint32, across, strides=steps
        )
    if widths is not None and radius:
        lines[:, :radius] = lines[:, radius, None]
        lines[:, -radius:] = lines[:, -radius - 1, None]
    result = np.empty((count, height, width), np.uint8)
    for part in slices(width, max(1, _STRIP // (count * lines.shape[1]))):
        tall = lines[:, :, part].astype(np.uint32, order="C")
        down = _weighted(tall.reshape(count, -1), weights, part.stop - part.start)
        down += np.uint32(1 << 23)
        down >>= np.uint32(24)
        result[:, :, part] = down.reshape(count, height, -1)
    return result


def _weighted(
    flat: NDArray[np.uint32], weights: NDArray[np.uint32], step: int
) -> NDArray[np.uint32]:
    """Return the weighted sum of copies shifted by multiples of `step`, where all overlap."""
    radius = weights.shape[1] - 1
    size = flat.shape[1] - 2 * radius * step
    centre = radius * step
    total = flat[:, centre : centre + size] * weights[:, :1]
    pair = np.empty_like(total)
    for tap in range(1, radius + 1):
        before, after = centre - tap * step, centre + tap * step
        np.add(flat[:, before : before + size], flat[:, after : after + size], out=pair)
        pair *= weights[:, tap : tap + 1]
        total += pair
    return total
