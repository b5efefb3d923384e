"""Small drawings that together show every spacing, fit, transform and preset at work."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from mnistseq import Config, GlyphBank, SampleBatch, build_composer

PICTURES = "folder of pictures"
"""Stands for the folder that `save_pictures` fills."""

ONE_LENGTH = ["3141", "5926", "2718"]
LENGTHS_4_AND_5 = ["3141", "59265", "2718"]
# The longest one takes more random words than a first chunk of them holds.
ALL_LENGTHS = ["350", "12", "31415926535897932384", "7777", "08"]
ONE_GLYPH_TOO = [*ALL_LENGTHS, "0"]
"""For subtype edge: between glyphs, one glyph alone has no gap."""

WORDS = ["cat,dog", "x,cat", "dog,x,cat,cat,x", "cat,dog"]

GLYPH_TRANSFORMS: dict[str, dict[str, Any]] = {
    "affine": {"rotate": 40, "shear": 3, "scale": 0.3, "translate": 0.3},
    "elastic": {"amplitude": 0.05, "cells": 9},
    "stroke": {"thinner": 0, "thicker": 0.1},
    "blur": {"sigma": 0.1, "chance": 0.5},
    "noise": {"amount": 0.9},
    "dropout": {"rate": 0.5, "grain": 0.1},
    "contrast": {"fade": 0.1, "gamma": 4},
    "slant": {"shear": 40, "unrest": 10},
    "baseline": {"jitter": 0.3, "drift": 0},
    "size": {"line": 0.2, "jitter": 0},
    "flags": {"chance": 1, "longest": 1},
    "ending": {"chance": 1, "smallest": 0.4, "raised": 0.9},
    "original": {"strength": 0.5},
}
"""Each with parameters that are not its defaults."""

CANVAS_TRANSFORMS: dict[str, dict[str, Any]] = {
    "marks": {"point": 1, "closing": 0.9, "opening": 0.9, "bar": 0.8, "thickness": 0.15},
    "edges": {"sides": 1, "ends": 0.7, "inset": 0.4, "thickness": 0.2},
    "joins": {"chance": 1, "first": 1, "longest": 1},
    "neighbours": {"sides": 0.9, "ends": 0.8, "reach": 0.6},
    "guide-lines": {"kind": "boxes", "darkest": 0.8, "thickness": 0.1},
    "margins": {"left": 1.5, "right": 0},
    "trim": {"least": 0.5, "stretch": 2},
    "colour": {"ink": ["white", "#ffe9a8..#ffd35c"], "paper": ["darkgreen", [20, 20, 90]]},
    "paper-tint": {"darkest": 0.5},
    "paper-gradient": {"darkest": 0.5},
    "paper-grain": {"specks": 0.1, "clouds": 0.3, "size": 0.5},
    "paper-waves": {"darkest": 0.5, "distance": 0.5},
    "paper-ruled": {"darkest": 0.6, "distance": 0.2, "squared": 1},
    "paper-picture": {"darkest": 0.7},
    "ink": {"faintness": 0.9, "unevenness": 0.1},
    "ink-spread": {"least": 0.5, "most": 1},
    "lens-blur": {"radius": 0.06},
    "sensor-noise": {"deviation": 0.15},
    "uneven-light": {"darkest": 0.6, "shadow": 1},
    "perspective": {"tilt": 0.2, "slant": 0.5},
    "jpeg": {"worst": 5},
    "low-resolution": {"factor": 3},
}
"""The same for finished images."""

FLAWED: dict[str, dict[str, Any]] = {
    "guide-lines": {"kind": "line", "slope": 0.1, "unevenness": 1},
    "paper-waves": {"dots": 0.5, "swing": 0.5, "thinness": 1, "unevenness": 1, "chance": 0.7},
}
"""Prints with flaws, which have random numbers of their own."""

NEEDED: dict[str, dict[str, Any]] = {"paper-picture": {"folder": PICTURES}}
"""Parameters without a default."""

CERTAIN = {
    "joins": ["3000", "5000", "2000", "1000", "7000", "8000"],
    "flags": ["3141", "5161", "2711", "1111"],
}
"""Labels for transforms that change certain glyphs only."""

AUGMENTERS: dict[str, list[dict[str, Any]]] = {
    # Whole numbers in, whole numbers out: the same whatever version of OpenCV does it.
    "image": [
        {"augmenter": "Multiply", "arguments": {"mul": [0.3, 0.9]}},
        {"augmenter": "Fliplr", "arguments": {"p": 0.5}},
    ],
    "canvas": [
        {"augmenter": "Add", "arguments": {"value": [-90, -10]}},
        {"augmenter": "Flipud", "arguments": {"p": 0.5}},
    ],
}

FROZEN = Path(__file__).parents[2] / "benchmarks" / "frozen"

PRESETS = ["camera", "clean", "handwritten-form", "original"]
PEN_PRESETS = ["bank-cheque", "table-cell"]
"""They draw pen paths, which are those of pendigits here: tracing MNIST takes a minute."""


@dataclass(frozen=True)
class Drawing:
    """Sequences and the config that draws them, of digits or of coloured glyphs."""

    labels: list[str]
    config: dict[str, Any] = field(default_factory=dict)
    coloured: bool = False


@dataclass(frozen=True)
class Materials:
    """What drawings are made of: the digits that ship, coloured glyphs, a folder of pictures."""

    digits: GlyphBank
    coloured: GlyphBank
    pictures: str

    @classmethod
    def made(cls, digits: GlyphBank, folder: Path) -> Materials:
        """Add to the digits what is made here; `folder` gets the pictures."""
        save_pictures(folder)
        return cls(digits, coloured_glyphs(), str(folder))


def coloured_glyphs() -> GlyphBank:
    """Blocks of colour, twelve of unequal width under three labels."""
    pixels = np.zeros((12, 20, 16, 3), dtype=np.uint8)
    widths = np.array([16, 9, 12, 14, 8, 16, 10, 7, 15, 13, 11, 12])
    for glyph, width in enumerate(widths):
        block = pixels[glyph, glyph % 5 : 20 - glyph % 4, glyph % 2 : width - glyph % 3]
        rows, columns = np.indices(block.shape[:2])
        block[..., 0] = 60 + 15 * glyph
        block[..., 1] = 40 + 9 * rows
        block[..., 2] = 30 + 13 * columns
    return GlyphBank(pixels, np.arange(12) % 3, ("cat", "dog", "x"), "blocks", widths)


def save_pictures(folder: Path) -> None:
    """Two pictures of paper: a large grey one, and one in colour that is smaller than an image."""
    rows, columns = np.indices((90, 700))
    grey = (rows * columns // 7 + 3 * rows) % 256
    Image.fromarray(grey.astype(np.uint8)).save(folder / "a.png")
    rows, columns = np.indices((17, 31))
    colours = np.stack([9 * rows, 255 - 8 * columns, rows * columns % 256], axis=-1)
    Image.fromarray(colours.astype(np.uint8)).save(folder / "b.png")


def drawings() -> dict[str, Drawing]:
    """Every drawing by its name."""
    return dict(
        [
            *_lines(),
            *_glyphs(),
            *_transforms(),
            *_augmenters(),
            *_presets(),
            *_canvases(),
            *_frozen(),
        ]
    )


def transforms_of(drawing: Drawing) -> list[tuple[str, str]]:
    """Section of the config and name of each transform that a drawing sets."""
    sections = ("image", "canvas")
    steps = {key: drawing.config.get(key, {}).get("transform", []) for key in sections}
    return [(section, step["name"]) for section in sections for step in steps[section]]


def without_transforms(drawing: Drawing) -> Drawing:
    """The same drawing, its glyphs and images left as they are."""
    config = deepcopy(drawing.config)
    for section in ("image", "canvas"):
        config.get(section, {}).pop("transform", None)
    return Drawing(drawing.labels, config, drawing.coloured)


def draw(drawing: Drawing, materials: Materials) -> SampleBatch:
    """Draw it."""
    text = json.dumps(drawing.config)
    config = json.loads(text.replace(json.dumps(PICTURES), json.dumps(materials.pictures)))
    given = Config(**config)
    bank = materials.coloured if drawing.coloured else materials.digits
    return build_composer(given, bank if given.image.pen == "none" else None).compose(
        drawing.labels, 350, 1_000
    )


def digests(batch: SampleBatch) -> dict[str, str]:
    """A hash of each thing that a batch says, whatever the machine's byte order."""
    columns = {
        "images": (batch.images, "u1"),
        "boxes": (batch.boxes, "<i8"),
        "ink_boxes": (batch.ink_boxes, "<i8"),
        "glyph_ids": (batch.glyph_ids, "<i8"),
    }
    found = {"texts": sha256(json.dumps(batch.texts).encode()).hexdigest()}
    for name, (arrays, kind) in columns.items():
        digest = sha256()
        for array in arrays:
            digest.update(repr(array.shape).encode() + array.astype(kind).tobytes())
        found[name] = digest.hexdigest()
    return found


def _lines() -> Iterator[tuple[str, Drawing]]:
    """Every spacing, subtype, fit and alignment."""
    for subtype, spacing in product(("between", "edge"), ("variable", "fixed")):
        alike = {"min": 7, "max": 7} if spacing == "fixed" else {"min": 2, "max": 20}
        labels = ONE_GLYPH_TOO if subtype == "edge" else ALL_LENGTHS
        free = {"type": spacing, "subtype": subtype, **alike}
        here = f"{spacing}, {subtype}"
        yield f"{here}, no width", Drawing(labels, {"spacing": free})
        resized = {"spacing": {**free, "fit": "resize"}, "image": {"width": 200}}
        yield f"{here}, resize", Drawing(labels, resized)
        # All gaps alike fill this width where there are four glyphs, with either subtype.
        held = {"type": spacing, "subtype": subtype, "min": 0, "max": 20}
        labels = ONE_LENGTH if spacing == "fixed" else LENGTHS_4_AND_5
        image = {"width": 157}
        exact = {"spacing": {**held, "fit": "exact"}, "image": image}
        yield f"{here}, exact", Drawing(labels, exact)
        for align in ("left", "center", "right", "random"):
            padded = {"spacing": {**held, "fit": "pad", "align": align}, "image": image}
            yield f"{here}, pad, {align}", Drawing(labels, padded)


def _glyphs() -> Iterator[tuple[str, Drawing]]:
    """Every crop and polarity, some heights, gaps below 0, colour, the test digits."""
    looks = product(("cell", "ink"), ("dark-on-light", "light-on-dark"), (None, 17, 61))
    for crop, polarity, height in looks:
        image = {"crop": crop, "polarity": polarity, "height": height}
        for coloured, labels in ((False, ALL_LENGTHS), (True, WORDS)):
            kind = "colour" if coloured else "grey"
            name = f"{kind}, {crop}, {polarity}, height {height}"
            yield name, Drawing(labels, {"image": image}, coloured)
    # The narrowest ink of a digit has two pixels, and gaps may not hide it.
    for crop, least in (("cell", -6), ("ink", -1)):
        overlapping = {"spacing": {"min": least, "max": 3}, "image": {"crop": crop}}
        yield f"overlapping, {crop}", Drawing(ALL_LENGTHS, overlapping)
        yield f"overlapping, colour, {crop}", Drawing(WORDS, overlapping, coloured=True)
    small = {"width": 150, "height": 21, "polarity": "light-on-dark"}
    resized = {"spacing": {"fit": "resize"}, "image": small}
    yield "resize, smaller, light on dark", Drawing(ALL_LENGTHS, resized)
    yield "resize, colour", Drawing(WORDS, resized, coloured=True)


def _transforms() -> Iterator[tuple[str, Drawing]]:
    """Every transform: with its defaults, with others at another size, and in colour."""
    for section, names in (("image", GLYPH_TRANSFORMS), ("canvas", CANVAS_TRANSFORMS)):
        for name, other in names.items():
            step = {"name": name, **NEEDED.get(name, {})}
            spacing: dict[str, Any] = {"max": 0} if name in CERTAIN else {"subtype": "edge"}
            plain: dict[str, Any] = {"spacing": spacing, section: {"transform": [step]}}
            yield name, Drawing(CERTAIN.get(name, ONE_GLYPH_TOO), plain)
            tall = {**plain, "image": {**plain.get("image", {}), "height": 40}}
            if name not in CERTAIN:
                yield f"{name}, colour", Drawing(WORDS, tall, coloured=True)
            sized: dict[str, Any] = {
                "image": {"width": 300, "height": 40, "polarity": "light-on-dark"}
            }
            sized.setdefault(section, {})["transform"] = [{**step, **other}]
            labels = CERTAIN.get(name, LENGTHS_4_AND_5)
            yield f"{name}, other parameters", Drawing(labels, sized)
    for name, flawed in FLAWED.items():
        config: dict[str, Any] = {"canvas": {"transform": [{"name": name, **flawed}]}}
        yield f"{name}, flawed", Drawing(ALL_LENGTHS, config)
        yield f"{name}, flawed, colour", Drawing(WORDS, config, coloured=True)


def _augmenters() -> Iterator[tuple[str, Drawing]]:
    for section, steps in AUGMENTERS.items():
        for step in steps:
            config = {section: {"transform": [{"name": "imgaug", **step}]}}
            name = f"imgaug in {section}, {step['augmenter']}"
            yield name, Drawing(ALL_LENGTHS, config)
            yield f"{name}, colour", Drawing(WORDS, config, coloured=True)


def _frozen() -> Iterator[tuple[str, Drawing]]:
    """A preset as it was, on glyphs that are bitmaps: benchmarks draw it to compare commits."""
    config = tomllib.loads((FROZEN / "bank-cheque.toml").read_text())
    yield "frozen bank-cheque", Drawing(ALL_LENGTHS, config)
    yield "frozen bank-cheque, colour", Drawing(WORDS, config, coloured=True)


def _presets() -> Iterator[tuple[str, Drawing]]:
    """Every preset as it is, at a given size, and in colour."""
    for name in PRESETS:
        yield f"preset {name}", Drawing(ALL_LENGTHS, {"preset": name})
        sized = {"preset": name, "image": {"width": 300, "height": 36, "polarity": "light-on-dark"}}
        yield f"preset {name}, sized", Drawing(LENGTHS_4_AND_5, sized)
        yield f"preset {name}, colour", Drawing(WORDS, {"preset": name}, coloured=True)
    for name in PEN_PRESETS:
        paths: dict[str, Any] = {"preset": name, "source": {"name": "pendigits"}}
        yield f"preset {name}", Drawing(ALL_LENGTHS, paths.copy())
        paths["image"] = {"width": 300, "height": 36, "polarity": "light-on-dark"}
        yield f"preset {name}, sized", Drawing(LENGTHS_4_AND_5, paths)


def _canvases() -> Iterator[tuple[str, Drawing]]:
    """Canvases that are higher than the line; paper in colour under black ink."""
    for align in ("top", "center", "bottom", "random"):
        canvas = {"height": 64, "align": align}
        yield f"canvas, {align}", Drawing(ALL_LENGTHS, {"canvas": canvas})
        yield f"canvas, {align}, colour", Drawing(WORDS, {"canvas": canvas}, coloured=True)
    squeezed = {"image": {"width": 64}, "spacing": {"fit": "resize"}, "canvas": {"height": 64}}
    yield "canvas, resize", Drawing(ALL_LENGTHS, squeezed)
    for name, other in CANVAS_TRANSFORMS.items():
        step = {"name": name, **NEEDED.get(name, {}), **other}
        polarity = {"polarity": "light-on-dark"}
        high = {"height": 50, "align": "random", "transform": [step]}
        labels = CERTAIN.get(name, ONE_LENGTH)
        yield f"canvas, {name}", Drawing(labels, {"image": polarity, "canvas": high})
    picture = {"name": "paper-picture", "folder": PICTURES, "colour": True}
    yield "paper-picture in colour", Drawing(ALL_LENGTHS, {"canvas": {"transform": [picture]}})
