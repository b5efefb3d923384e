"""The thickness of strokes, measured from pixels."""

from __future__ import annotations

import numpy as np
import pytest

from mnistseq.imaging.stroke_width import stroke_widths


def ring(
    thickness: float, size: int = 120, radius: float = 40.0
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    cover = np.clip(thickness / 2 + 0.5 - np.abs(np.hypot(x, y) - radius), 0, 1)
    pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = np.rint(255 * cover).astype(np.uint8)
    return pixels


@pytest.mark.parametrize("thickness", [2.5, 6.0, 12.0])
def test_a_ring_has_its_thickness(thickness: float) -> None:
    assert stroke_widths(ring(thickness)[None])[0] == pytest.approx(thickness, rel=0.1)


def test_padding_and_blank_pictures_have_no_strokes() -> None:
    both = np.stack([ring(4.0), np.full((120, 120), 255, np.uint8)])
    wide = np.concatenate([both, np.full((2, 120, 30), 200, np.uint8)], axis=2)
    found = stroke_widths(wide, np.array([120, 0]))
    assert found.tolist() == [stroke_widths(both[:1])[0], 0.0]
