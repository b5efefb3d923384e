"""Check the contract of glyph transforms."""

from __future__ import annotations

import numpy as np

from mnistseq.core.array_types import Pixels
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.motion import fault_of
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream, Stream
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

_LENGTH = 3
"""Number of glyphs in each sample."""


def check_glyph_transform(transform: GlyphTransform) -> None:
    """Check a glyph transform on grey and coloured digits of two shapes.

    Raises
    ------
    AssertionError
        If the transform violates the contract; the message says how.
    """
    copy = check_component("glyph_transform", transform)
    inputs = _glyphs(load_bank_of_digits())
    _check_motion(transform, inputs[0].shape[1])
    here = [_check(transform, glyphs) for glyphs in inputs]
    there = elsewhere([(_apply, (transform, glyphs, slice(None))) for glyphs in inputs])
    same = all(np.array_equal(a, b) for a, b in zip(here, there, strict=True))
    require(same, "another process makes different pixels")
    check_unchanged(transform, copy)


def _glyphs(bank: GlyphBank) -> list[Pixels]:
    """Return digits, one of them without ink, in grey, in colour, and in another shape."""
    grey = np.asarray(bank.pixels[: SAMPLES * _LENGTH]).copy()
    grey[7] = 0
    wide = np.pad(grey, [(0, 0), (0, 3), (2, 11)])
    return [grey, np.repeat(grey[..., None], 3, axis=3), wide]


def _words(rows: slice) -> GlyphStream:
    """Return the random words of some of the glyphs, as if they were a batch."""
    owner = np.repeat(np.arange(SAMPLES), _LENGTH)[rows]
    index = np.tile(np.arange(_LENGTH), SAMPLES)[rows]
    samples = Stream(SEED, START + int(owner[0]), int(owner[-1] - owner[0]) + 1, "t")
    return GlyphStream(samples, owner - owner[0], index)


def _apply(transform: GlyphTransform, glyphs: Pixels, rows: slice) -> Pixels:
    return transform.apply(glyphs[rows], _words(rows))


def _check_motion(transform: GlyphTransform, height: int) -> None:
    """Check how the transform moves glyphs, if it does nothing else."""
    motion = transform.motion(height, _words(slice(None)))
    if motion is None:
        return
    fault = fault_of(motion, SAMPLES * _LENGTH)
    require(fault is None, f"the transform gives {fault}")


def _check(transform: GlyphTransform, glyphs: Pixels) -> Pixels:
    changed = check_pure(lambda: _apply(transform, glyphs, slice(None)), glyphs, "glyphs")
    require(changed.shape == glyphs.shape, f"glyphs of {glyphs.shape} became {changed.shape}")
    inked = glyphs.reshape(len(glyphs), -1).max(axis=1)
    left = changed.reshape(len(glyphs), -1).max(axis=1)
    require(left[inked > 0].all(), "a glyph lost all of its ink")
    for first in range(0, len(glyphs), _LENGTH):
        rows = slice(first, first + _LENGTH)
        alone = _apply(transform, glyphs, rows)
        require((alone == changed[rows]).all(), "a sample's glyphs depend on its batch")
    return changed
