"""Glyphs and their places → images."""

from __future__ import annotations

import numpy as np

from mnistseq.core.arrays import Ints, Pixels


def paint(
    glyphs: Pixels, owner: Ints, left: Ints, images: Pixels, *, apart: bool, ground: int = 0
) -> None:
    """Fill images with empty ground, and put glyphs on it.

    Each row of a glyph is moved as one item, through a view in which every
    window of the canvas is an element: whole glyphs at a time, no loop over
    pixels, images or, where `apart` allows, places.

    Parameters
    ----------
    glyphs : ndarray of uint8, shape (N, height, glyph width) or (N, height, glyph width, 3)
        In the tones of the images.
    owner : ndarray of int64, shape (N,)
        Which image each glyph belongs to, in ascending order.
    left : ndarray of int64, shape (N,)
        Column of each glyph's left edge. What lies outside the image is cut.
    images : ndarray of uint8, shape (images, height, width) or (images, height, width, 3)
        Where to paint, C-contiguous.
    apart : bool
        No two glyph arrays share a pixel. Otherwise the stronger ink wins.
    ground : {0, 255}
        Tone of the ground; ink is what is far from it.
    """
    width = images.shape[2]
    number, height, glyph_width = glyphs.shape[:3]
    before = max(0, -int(left.min()))
    after = max(0, int(left.max()) + glyph_width - width)
    canvas = images
    if before or after:
        whole = len(images), height, before + width + after, *glyphs.shape[3:]
        canvas = np.empty(whole, dtype=np.uint8)
    canvas.fill(ground)
    pixel = canvas.strides[2]
    item = np.dtype(f"V{glyph_width * pixel}")
    windows: np.ndarray[tuple[int, ...], np.dtype[np.void]] = np.ndarray(
        (len(canvas), canvas.shape[2] - glyph_width + 1, height),
        dtype=item,
        buffer=canvas,
        strides=(canvas.strides[0], pixel, canvas.strides[1]),
    )
    rows = np.ascontiguousarray(glyphs).reshape(number, height, -1)
    columns = left + before
    if apart:
        windows[owner, columns] = rows.view(item)[..., 0]
    else:
        stronger = np.minimum if ground else np.maximum
        for place in _places(owner):
            target = owner[place], columns[place]
            under = windows[target].view(np.uint8).reshape(len(place), height, -1)
            windows[target] = stronger(rows[place], under).view(item)[..., 0]
    if canvas is not images:
        np.copyto(images, canvas[:, :, before : before + width])


def _places(owner: Ints) -> list[Ints]:
    """The first glyph of every image, then the second of every image that has one, …"""
    first = np.searchsorted(owner, owner)
    order = np.arange(len(owner)) - first
    return [np.flatnonzero(order == place) for place in range(int(order.max()) + 1)]
