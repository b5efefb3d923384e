"""Draws the contact sheets of presets.md: ``python docs/make_preset_pictures.py``.

Each preset draws the same lines with the same seed, on the digits that ship
with mnistseq. The sheets are small, in a few shades of grey.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from mnistseq import Composer, Config, build_composer
from mnistseq.config.presets import preset_names
from mnistseq.core.array_types import Pixels

FOLDER = Path(__file__).parent / "presets"
LINES = ["12549", "350", "731028", "4016", "98200", "6653", "271828", "70500", "31415", "8842"]
LINES += ["19503", "6001"]
SEED, COLUMNS, GAP, SHADES = 7, 4, 6, 24
LOW = 48
"""Pixels: lower images are shown at twice their size."""


def sheet(composer: Composer) -> Pixels:
    """Return the lines in rows and columns on white, in their own size."""
    images = [sample.image for sample in composer.compose(LINES, SEED)]
    width = max(image.shape[1] for image in images) + GAP
    height = images[0].shape[0] + GAP
    rows = -(-len(images) // COLUMNS)
    page = np.full((rows * height - GAP, COLUMNS * width - GAP), 255, dtype=np.uint8)
    for number, image in enumerate(images):
        y, x = number // COLUMNS * height, number % COLUMNS * width
        page[y : y + image.shape[0], x : x + image.shape[1]] = image
    return page


def picture(name: str) -> Image.Image:
    """Return the sheet of one preset."""
    composer = build_composer(Config(preset=name))
    page = Image.fromarray(sheet(composer))
    if composer.image_height < LOW:
        page = page.resize((page.width * 2, page.height * 2), Image.Resampling.BICUBIC)
    return page.quantize(SHADES, dither=Image.Dither.NONE)


def main() -> None:
    """Write a picture for each preset."""
    FOLDER.mkdir(exist_ok=True)
    for name in preset_names():
        picture(name).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
