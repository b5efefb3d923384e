"""Draws the picture of pens.md: ``python docs/make_pen_picture.py``.

The same digits of MNIST as they are, then by the pens that the page describes, and a line in which
pendigits are mixed in.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from mnistseq import Config, build_composer

PENS = [
    "none",
    0.02,
    0.06,
    {"width": 0.06, "variation": 0.8},
    {"width": 0.1, "spread": 1},
    0.2,
]
TEXT, SEED, HEIGHT, GAP, SHADES = "1203447589", 4, 64, 4, 16


def main() -> None:
    """Write the picture: a row for each pen, then one with two sources."""
    spacing = {"min": 2, "max": 8}
    rows = []
    for sources, pen in [*((["mnist"], pen) for pen in PENS), (["pendigits"], 0.04)]:
        source = [{"name": name, "split": "test"} for name in sources]
        image = {"pen": pen, "height": HEIGHT, "crop": "ink"}
        composer = build_composer(Config(source=source, image=image, spacing=spacing))
        rows.append(composer.compose([TEXT], SEED).images[0])
    page = np.full((len(rows) * (HEIGHT + GAP) - GAP, max(row.shape[1] for row in rows)), 255)
    for number, row in enumerate(rows):
        page[number * (HEIGHT + GAP) :][:HEIGHT, : row.shape[1]] = row
    picture = Image.fromarray(page.astype(np.uint8)).quantize(SHADES, dither=Image.Dither.NONE)
    picture.save(Path(__file__).parent / "pens.png", optimize=True)


if __name__ == "__main__":
    main()
