"""How much each transform of finished images, and each preset, costs: 5 digits, 140 pixels wide.

For each: images a second, how long it takes against composing alone, and,
where imgaug has something near, how long imgaug takes for the same images in
one of its batches against it. Ratios hold on any machine; images a second hold
only on the one they were taken on. The presets in frozen/ do not change, and are drawn
without a width, so that runs of different commits can be compared.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from interleaved import interleaved, ratio

from mnistseq import Composer, Config, build_composer, load_bank
from mnistseq.config.presets import preset_names
from mnistseq.core.canvas import Canvas
from mnistseq.core.randomness import Stream
from mnistseq.imaging.imgaug_loading import load_imgaug
from mnistseq.plugins.built_in import BUILT_IN
from mnistseq.plugins.registry import find

FROZEN = Path(__file__).parent / "frozen"
DIGITS = 5
WIDTH = 140
LEFT_OUT = ("imgaug", "paper-picture")
"""One is the other side; the other needs a folder of pictures."""

NEAREST: dict[str, tuple[str, dict[str, Any]]] = {
    "jpeg": ("JpegCompression", {"compression": (5, 70)}),
    "lens-blur": ("GaussianBlur", {"sigma": (0.0, 1.1)}),
    "low-resolution": ("KeepSizeByResize", {}),
    "paper-gradient": ("Multiply", {"mul": (0.7, 1.0)}),
    "paper-tint": ("Multiply", {"mul": (0.7, 1.0)}),
    "perspective": ("PerspectiveTransform", {"scale": (0.0, 0.1), "mode": "replicate"}),
    "sensor-noise": ("AdditiveGaussianNoise", {"scale": (0, 13), "per_channel": True}),
    "trim": ("Crop", {"percent": (0.0, 0.1)}),
}


def transforms() -> list[str]:
    """Return the names of the built-in canvas transforms."""
    return [name for name in BUILT_IN["canvas_transform"] if name not in LEFT_OUT]


def texts(size: int) -> list[str]:
    """What to write."""
    digits = np.random.default_rng(1).integers(0, 10, (size, DIGITS))
    return ["".join(map(str, row)) for row in digits]


def draw(composer: Composer, labels: list[str], number: int) -> object:
    """A batch that no call before has drawn."""
    return composer.compose(labels, 1, number * len(labels))


def finish(transform: Any, canvas: Canvas, number: int) -> object:
    """One transform of existing images."""
    count = len(canvas.images)
    return transform.apply(canvas, Stream(1, number * count, count, "benchmark"))


def augmenter(name: str, arguments: dict[str, Any]) -> Callable[..., Any]:
    """What is nearest in imgaug to one of ours, for a batch of images."""
    library = load_imgaug().augmenters
    if name == "KeepSizeByResize":
        made = library.KeepSizeByResize(library.Resize((0.55, 1.0)))
    else:
        made = getattr(library, name)(**arguments)
    return lambda images: made(images=list(images))


def contestants(size: int) -> dict[str, Callable[[int], object]]:
    """Name → what to time; theirs have `imgaug ` before the name."""
    labels = texts(size)
    composer = build_composer(Config(image={"width": WIDTH}, spacing={"max": 4}))
    found: dict[str, Callable[[int], object]] = {"compose": partial(draw, composer, labels)}
    for name in preset_names():
        config = Config(preset=name)
        paths = load_bank(Config(source={"name": "pendigits"}, image={"pen": "0.05"}))
        preset = build_composer(config, composer.bank if config.image.pen == "none" else paths)
        found[f"preset {name}"] = partial(draw, preset, labels)
        if preset.canvas_transforms:
            bare = replace(preset, canvas_transforms=())
            found[f"preset {name}, glyphs"] = partial(draw, bare, labels)
    for path in sorted(FROZEN.glob("*.toml")):
        frozen = Config(**tomllib.loads(path.read_text()))
        found[f"frozen {path.stem}"] = partial(draw, build_composer(frozen, composer.bank), labels)
    batch = composer.compose(labels, 1)
    images = np.asarray(batch.images)
    canvas = Canvas(images, batch.flat_boxes, batch.flat_ink_boxes, batch.sequences.owner)
    for name in transforms():
        found[name] = partial(finish, find("canvas_transform", name)(), canvas)
        if name in NEAREST:
            theirs = augmenter(*NEAREST[name])
            found[f"imgaug {name}"] = lambda _, theirs=theirs: theirs(images)  # type: ignore[misc]
    return found


def main() -> None:
    """Time everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    seconds = interleaved(contestants(arguments.batch), arguments.rounds)
    for name, taken in seconds.items():
        if name.startswith("imgaug "):
            continue
        line = f"{name:<32}{arguments.batch / median(taken):>10,.0f} images a second"
        line += f"{ratio(seconds, name, 'compose'):>8.2f} times composing"
        if f"imgaug {name}" in seconds:
            theirs = ratio(seconds, f"imgaug {name}", name)
            line += f"{theirs:>8.2f} times as fast as imgaug's {NEAREST[name][0]}"
        print(line)


if __name__ == "__main__":
    main()
