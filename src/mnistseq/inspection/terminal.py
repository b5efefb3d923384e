"""Draw an image as text, with two pixels in each character."""

from __future__ import annotations

import numpy as np

from mnistseq.core.array_types import Pixels
from mnistseq.core.resample import resample


def half_blocks(image: Pixels, columns: int, *, colour: bool) -> str:
    """Draw an image with half-block characters, shrunk to fit.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
        0 is black, 255 white.
    columns : int
        Maximum width in characters.
    colour : bool
        Whether to use 24-bit colour escapes; otherwise blocks are only black or white.
    """
    height, width = image.shape[:2]
    if width > columns:
        image = resample(resample(image, 1, columns), 0, max(1, round(height * columns / width)))
    if image.ndim == 2:
        image = np.repeat(image[:, :, None], 3, axis=2)
    if len(image) % 2:
        image = np.concatenate([image, image[-1:]])
    pairs = zip(image[::2].tolist(), image[1::2].tolist(), strict=True)
    return "\n".join(_coloured(*pair) if colour else _plain(*pair) for pair in pairs)


def _coloured(upper: list[list[int]], lower: list[list[int]]) -> str:
    cells = (
        f"\x1b[38;2;{a[0]};{a[1]};{a[2]};48;2;{b[0]};{b[1]};{b[2]}m▀"
        for a, b in zip(upper, lower, strict=True)
    )
    return "".join(cells) + "\x1b[0m"


def _plain(upper: list[list[int]], lower: list[list[int]]) -> str:
    return "".join(
        " ▄▀█"[2 * (sum(a) > 382) + (sum(b) > 382)] for a, b in zip(upper, lower, strict=True)
    )
