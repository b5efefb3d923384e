"""How many 28 x 28 glyphs a second each glyph transform makes, beside imgaug and AlbumentationsX.

All draw the same glyphs in one interleaved run, on one core. imgaug is given
whole batches, which is how it is quickest; AlbumentationsX one glyph at a time,
which gives each glyph parameters of its own as the others do. Each does the
nearest thing it has, by parameters of about the same strength. Ratios hold on
any machine; glyphs a second hold only on the one they were taken on.

    python benchmarks/transforms.py
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from importlib import import_module
from statistics import median
from typing import Any

import numpy as np
from interleaved import interleaved, ratio
from numpy.typing import NDArray

from mnistseq import Config, load_bank
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.imaging.imgaug_loading import load_imgaug
from mnistseq.plugins.registry import find

LINE = 10
OURS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "affine": [("affine", {})],
    "affine + blur": [("affine", {}), ("blur", {})],
    "slant": [("slant", {})],
    "baseline": [("baseline", {})],
    "size": [("size", {})],
    "elastic": [("elastic", {})],
    "stroke": [("stroke", {})],
    "blur": [("blur", {})],
    "noise": [("noise", {})],
    "dropout": [("dropout", {})],
    "contrast": [("contrast", {})],
    "original": [("original", {})],
}
GEOMETRIC = ("affine", "slant", "baseline", "size", "elastic")

Call = Callable[[int], object]
Pixels = NDArray[np.uint8]


def ours(glyphs: list[Pixels]) -> dict[str, Call]:
    """Our transforms, with their random numbers."""

    def caller(steps: list[Any]) -> Call:
        def call(number: int) -> object:
            batch = glyphs[number]
            place = np.arange(len(batch))
            samples = Stream(1, number * len(batch), len(batch) // LINE, "benchmark")
            stream = GlyphStream(samples, place // LINE, place % LINE)
            for step, transform in enumerate(steps):
                batch = transform.apply(batch, stream.of(str(step)))
            return batch

        return call

    return {
        name: caller([find("glyph_transform", one)(**parameters) for one, parameters in steps])
        for name, steps in OURS.items()
    }


def with_imgaug(glyphs: list[Pixels]) -> dict[str, Call]:
    """The nearest that imgaug has, a batch at a time."""
    iaa = load_imgaug().augmenters
    affine = iaa.Affine(
        rotate=(-12, 12), shear=(-12, 12), scale=(0.85, 1.15), translate_percent=(-0.08, 0.08)
    )
    augmenters = {
        "affine": affine,
        "affine + blur": iaa.Sequential([affine, iaa.GaussianBlur((0, 1.1))]),
        "slant": iaa.ShearX((-20, 20)),
        "baseline": iaa.TranslateY(percent=(-0.1, 0.1)),
        "size": iaa.Affine(scale=(0.8, 1.2)),
        "elastic": iaa.ElasticTransformation(alpha=(0, 34), sigma=4, order=1),
        "stroke": iaa.OneOf([iaa.MaxPooling(2), iaa.MinPooling(2)]),
        "blur": iaa.GaussianBlur((0, 1.1)),
        "noise": iaa.AdditiveGaussianNoise(scale=(0, 76)),
        "dropout": iaa.Dropout((0, 0.15)),
        "contrast": iaa.Sequential([iaa.Multiply((0.6, 1)), iaa.GammaContrast((0.5, 2))]),
        "original": iaa.Sequential(
            [
                iaa.Sequential(
                    [
                        iaa.Sometimes(0.10, iaa.GaussianBlur((0, 1))),
                        iaa.Sometimes(0.15, iaa.ElasticTransformation((0, 29), 3.5, order=1)),
                        iaa.Sometimes(0.30, iaa.Dropout(0.1)),
                        iaa.Sometimes(0.30, iaa.Crop(percent=(0, 0.25))),
                    ],
                    random_order=True,
                ),
                iaa.pillike.Autocontrast(cutoff=0),
            ]
        ),
    }

    def caller(augmenter: Any) -> Call:
        return lambda number: augmenter.augment_images(glyphs[number][..., None].copy())

    return {name: caller(augmenter) for name, augmenter in augmenters.items()}


def with_albumentations(glyphs: list[Pixels]) -> dict[str, Call]:
    """The nearest that AlbumentationsX has, where it is installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            a: Any = import_module("albumentations")
    except ImportError:
        return {}
    share = {"x": (-0.08, 0.08), "y": (-0.08, 0.08)}
    affine = a.Affine(
        rotate=(-12, 12), shear=(-12, 12), scale=(0.85, 1.15), translate_percent=share, p=1
    )
    blur = a.GaussianBlur(blur_limit=0, sigma_limit=(0.05, 1.1), p=1)
    chains: dict[str, list[Any]] = {
        "affine": [affine],
        "affine + blur": [affine, blur],
        "slant": [a.Affine(shear={"x": (-20, 20), "y": (0, 0)}, p=1)],
        "baseline": [a.Affine(translate_percent={"x": (0, 0), "y": (-0.1, 0.1)}, p=1)],
        "size": [a.Affine(scale=(0.8, 1.2), p=1)],
        "elastic": [a.ElasticTransform(alpha=17, sigma=4, p=1)],
        "stroke": [a.Morphological(scale=(2, 2), p=1)],
        "blur": [blur],
        "noise": [a.GaussNoise(std_range=(0, 0.3), p=1)],
        "dropout": [a.PixelDropout(dropout_prob=0.075, p=1)],
        "contrast": [a.RandomGamma(gamma_limit=(50, 200), p=1)],
    }

    def caller(chain: Any) -> Call:
        return lambda number: [chain(image=glyph)["image"] for glyph in glyphs[number]]

    return {name: caller(a.Compose(steps)) for name, steps in chains.items()}


def main() -> None:
    """Print glyphs a second and how many times as fast ours are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--batch", type=int, default=1280, help="glyphs in a call")
    parser.add_argument("--rounds", type=int, default=9, help="calls of each contestant")
    arguments = parser.parse_args()
    pixels = load_bank(Config()).pixels
    glyphs = [
        np.asarray(pixels[number * arguments.batch : (number + 1) * arguments.batch])
        for number in range(arguments.rounds + 1)
    ]
    sides = {
        "ours": ours(glyphs),
        "imgaug": with_imgaug(glyphs),
        "alb.X": with_albumentations(glyphs),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seconds = interleaved(
            {
                f"{side} {name}": call
                for side, calls in sides.items()
                for name, call in calls.items()
            },
            arguments.rounds,
        )
    print(f"{'':<16}{'ours':>10}{'imgaug':>10}{'alb.X':>10}   glyphs a second, and ours / theirs")
    for name in OURS:
        rates = [
            f"{arguments.batch / median(seconds[f'{side} {name}']):>10,.0f}"
            if f"{side} {name}" in seconds
            else f"{'-':>10}"
            for side in sides
        ]
        ratios = [
            f"{ratio(seconds, f'{side} {name}', f'ours {name}'):.1f}"
            for side in ("imgaug", "alb.X")
            if f"{side} {name}" in seconds
        ]
        mark = " geometric" if name in GEOMETRIC else ""
        print(f"{name:<16}{''.join(rates)}   x {' x '.join(ratios)}{mark}")


if __name__ == "__main__":
    main()
