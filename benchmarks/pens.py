"""Images of five digits that pens draw, beside enlarged pictures; one core."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
from interleaved import interleaved, ratio

from mnistseq import Config, build_composer

DIGITS = 5
PEN = "0.03-0.08"

IMAGES: dict[str, dict[str, Any]] = {
    "pictures, 28": {},
    "pictures, 56": {"height": 56},
    "pen, 28": {"pen": PEN, "height": 28},
    "pen, 56": {"pen": PEN, "height": 56},
    "pen, 56, crop ink": {"pen": PEN, "height": 56, "crop": "ink"},
    "pen, 56, variation and spread": {
        "pen": {"width": PEN, "variation": 0.5, "spread": 0.5},
        "height": 56,
    },
    "pen, 64": {"pen": PEN, "height": 64},
    "pen, 112": {"pen": PEN, "height": 112},
}
"""Name → section of a config."""


def drawing(image: dict[str, Any], batch: int) -> Callable[[int], object]:
    """Return a call that draws a batch with the given section of a config."""
    source = {"name": "mnist", "split": "test"}
    composer = build_composer(Config(source=source, image=image, spacing={"min": 0, "max": 4}))
    codes = np.random.default_rng(0).integers(0, 10, (batch, DIGITS)).tolist()
    texts = ["".join(map(str, row)) for row in codes]
    return lambda number: composer.compose(texts, 1, number * batch)


def main() -> None:
    """Print images a second, and what they are beside each other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=256, help="images in a call")
    parser.add_argument("--rounds", type=int, default=30, help="calls of each contestant")
    arguments = parser.parse_args()
    contestants = {name: drawing(image, arguments.batch) for name, image in IMAGES.items()}
    seconds = interleaved(contestants, arguments.rounds)
    print(f"{DIGITS} digits, {arguments.batch} images a call; one core")
    for name, times in seconds.items():
        rate = arguments.batch / median(times)
        beside = ratio(seconds, "pictures, 56", name)
        print(f"{name:<32}{rate:>10,.0f} images a second, {beside:>5.2f} times pictures at 56")


if __name__ == "__main__":
    main()
