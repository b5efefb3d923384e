"""No preset erases a digit: each of 10,000 digits keeps a least contrast and a least share of ink.

Every line is finished twice: once unchanged, and once with its ink removed
before the first canvas transform. The difference between the two is what
remains of the ink, for any paper and any light.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from mnistseq import Composer, Config, GlyphBank, SampleBatch, build_composer
from mnistseq.core.apply_transforms import transform_images
from mnistseq.core.array_types import Pixels
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream

LINES, LENGTH = 1250, 8

FLOORS = {
    "bank-cheque": (0.05, 0.40),
    "camera": (0.12, 0.25),
    "clean": (0.50, 0.98),
    "handwritten-form": (0.15, 0.30),
    "original": (0.25, 0.60),
    "table-cell": (0.03, 0.30),
}
"""Contrast: how much darker than the background the darkest tenth of a digit's ink box is, as a
share of the background's brightness. Ink: how much remains, as a share of the clean digit's ink."""


def left_over(composer: Composer, labels: list[str], start: int) -> NDArray[np.float64]:
    """Contrast and ink of each glyph: shape (N, 2)."""
    seed = 20
    bare = replace(composer, canvas_transforms=()).compose(labels, seed, start)
    owner, images = bare.sequences.owner, list(bare.images)
    boxes = bare.flat_boxes, bare.flat_ink_boxes
    stream = Stream(seed, start, len(labels))

    def finished(given: list[Pixels]) -> tuple[list[Pixels], NDArray[np.int64]]:
        done, (_, ink_boxes), _ = transform_images(
            composer.canvas_transforms, given, boxes, owner, stream
        )
        return list(done), ink_boxes

    inked, ink_boxes = finished(images)
    blank, _ = finished([np.full_like(image, 255) for image in images])
    clean = _clean_ink(composer, bare)
    found = np.empty((len(owner), 2))
    for glyph, (row, (x0, y0, x1, y1)) in enumerate(zip(owner, ink_boxes, strict=True)):
        ground = blank[row][y0:y1, x0:x1].astype(np.int64)
        lost = np.clip(ground - inked[row][y0:y1, x0:x1], 0, None) / np.median(ground)
        darkest = np.partition(lost.ravel(), -(-lost.size * 9 // 10) - 1)
        found[glyph] = darkest[-(-lost.size * 9 // 10) - 1], lost.sum() / clean[glyph]
    return found


def _clean_ink(composer: Composer, bare: SampleBatch) -> NDArray[np.float64]:
    """Ink of each glyph before any canvas transform: of its picture, or of what the pen drew."""
    if composer.pen is None:
        pictures = composer.bank.pixels[bare.flat_glyph_ids]
        return np.asarray(pictures.sum(axis=(1, 2), dtype=np.int64) / 255)
    drawn = [
        (255 - bare.images[row][y0:y1, x0:x1].astype(np.int64)).sum() / 255
        for row, (x0, y0, x1, y1) in zip(bare.sequences.owner, bare.flat_ink_boxes, strict=True)
    ]
    return np.array(drawn)


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_every_digit_stays_legible(name: str, mnist: GlyphBank, pen_paths: GlyphBank) -> None:
    config = Config(preset=name)
    composer = build_composer(config, mnist if config.image.pen == "none" else pen_paths)
    digits = np.random.default_rng(0).integers(0, 10, (LINES, LENGTH))
    labels = ["".join(map(str, row)) for row in digits]
    found = left_over(composer, labels, 0)
    assert len(found) == 10_000
    contrast, ink = found.min(axis=0)
    floor = FLOORS[name]
    assert contrast >= floor[0], f"contrast {contrast:.3f}, ink {ink:.3f}"
    assert ink >= floor[1], f"contrast {contrast:.3f}, ink {ink:.3f}"


def test_the_measure_detects_an_erased_digit(mnist: GlyphBank) -> None:
    """A transform that wipes an image out falls through every floor."""
    steps = [{"name": "ink", "faintness": 1.0}, {"name": "lens-blur"}]
    composer = build_composer(Config(canvas={"transform": steps}), mnist)

    class Wipe(CanvasTransform):
        name = "wipe"

        def apply(self, canvas, stream):  # type: ignore[no-untyped-def]
            return canvas.with_images(np.full_like(canvas.images, 200))

    wiped = replace(composer, canvas_transforms=(Wipe(),))
    assert left_over(wiped, ["12549"], 0).max() == 0
    assert left_over(composer, ["12549"] * 30, 0)[:, 1].min() < 0.5
