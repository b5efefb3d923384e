"""Check samples read from a shard, which may come from a stranger."""

from __future__ import annotations

from typing import Any

import numpy as np

from mnistseq.core.randomness import MAX_INDEX
from mnistseq.core.stored_samples import StoredSample
from mnistseq.imaging.decode import MAX_PIXELS

_FARTHEST = 1 << 24
"""Limit of box coordinates in pixels; boxes may extend beyond their image, but not this far."""


def check_sample(stored: StoredSample) -> None:
    """Raise ValueError if the fields of a sample are not as declared."""
    _check_image(stored.image)
    if not all(isinstance(label, str) for label in stored.labels):
        raise ValueError("a label is not a string")
    if type(stored.index) is not int or not 0 <= stored.index <= MAX_INDEX:
        raise ValueError("its index is not that of a sample")
    if not (stored.text is None or isinstance(stored.text, str)):
        raise ValueError("its text is not a string")
    for values in (stored.boxes, stored.ink_boxes, stored.glyph_ids, stored.quads):
        if values is not None and len(values) != len(stored.labels):
            raise ValueError("not every label has a box and a glyph")
    for boxes in (stored.boxes, stored.ink_boxes):
        if boxes is not None and (np.abs(boxes) > _FARTHEST).any():
            raise ValueError("a box is far outside of the image")
    if stored.mask is not None and stored.mask.shape != stored.image.shape[:2]:
        raise ValueError("its mask is not of the size of its image")
    writers = (stored.record or {}).get("writers")
    if writers is not None and not _are_numbers(writers):
        raise ValueError("its writers are not a list of numbers")


def _check_image(image: Any) -> None:
    if image.dtype != np.uint8 or image.shape[2:] not in {(), (3,)} or image.ndim < 2:
        raise ValueError(f"an image of {image.dtype} has the shape {image.shape}")
    height, width = image.shape[:2]
    if not 0 < height * width <= MAX_PIXELS:
        raise ValueError(f"an image has {width} x {height} px")


def _are_numbers(values: object) -> bool:
    return isinstance(values, list) and all(type(value) is int for value in values)
