"""Draw a picture of every transform and write `transforms.md`, which shows them.

    python docs/make_pictures.py

Each picture shows the same lines at strength 0, 0.5 and 1, from top to bottom.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from dataclasses import MISSING
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mnistseq import Config, build_composer
from mnistseq.config.keys import Key, keys_of
from mnistseq.plugins.built_in import BUILT_IN, Kind, kind_name
from mnistseq.plugins.registry import find

FOLDER = Path(__file__).parent
NOTE = "<!-- Written by docs/make_pictures.py; change the code, then run that. -->"
STRENGTHS = (0, 0.5, 1)
TEXT = "3501264789"
TEXTS = {"joins": "5000170040", "flags": "1191314171"}
"""Lines of transforms that change certain glyphs only."""
ZOOM = 2
COLUMNS = 2

WITHOUT_PICTURE = ("imgaug", "paper-picture")
"""Transforms whose look depends on an augmenter or on the pictures in a folder."""

SECTIONS: dict[Kind, str] = {"glyph_transform": "image", "canvas_transform": "canvas"}
"""The section of a config that lists each kind of transform."""

HEAD = """# Transforms

Glyph transforms change each glyph before it is spaced; canvas transforms change the whole image after painting. Both are lists,
applied in order:

```json
{"image": {"transform": ["slant", {"name": "blur", "sigma": 0.02}]}, "canvas": {"transform": ["paper-grain"]}}
```

`image.transform: true` is short for `["original"]`. Every transform except `imgaug` has a `strength`: at 0 no pixel changes; at 1
each glyph or image changes by a random amount of its own, up to what the other parameters allow. Lengths are fractions of the
line's height, so a transform looks the same at every height. A canvas transform changes the whole canvas; where `canvas.height` makes
it higher than the line, the line's height remains the measure. An image is the same in every batch, boxes follow the ink, and no
transform removes a digit: a glyph that would lose too much of its ink is left unchanged.
"""

Pixels = NDArray[np.uint8]


def rows(kind: Kind, name: str) -> list[Pixels]:
    """Draw two lines at each strength, side by side."""
    made = []
    for strength in STRENGTHS:
        config: dict[str, Any] = {
            "source": {"split": "test"},
            "spacing": {"min": 0, "max": 4, "subtype": "edge"},
            SECTIONS[kind]: {"transform": [{"name": name, "strength": strength}]},
        }
        images = (
            build_composer(Config(**config))
            .compose([TEXTS.get(name, TEXT)] * COLUMNS, seed=4)
            .images
        )
        made.append(side_by_side([np.asarray(image) for image in images], axis=1))
    return made


def side_by_side(images: list[Pixels], axis: int) -> Pixels:
    """Put images of different sizes together on white, 4 pixels apart."""
    coloured = any(image.ndim == 3 for image in images)
    if coloured:
        images = [
            image if image.ndim == 3 else np.repeat(image[..., None], 3, axis=2) for image in images
        ]
    size = max(image.shape[1 - axis] for image in images)
    padded = []
    for image in images:
        wanted = [(0, 0)] * image.ndim
        wanted[1 - axis] = (0, size - image.shape[1 - axis])
        wanted[axis] = (0, 4)
        padded.append(np.pad(image, wanted, constant_values=255))
    return np.concatenate(padded, axis=axis)


def save(pixels: Pixels, path: Path) -> None:
    """Save a small PNG: enlarged, and in 32 greys if it has no colour."""
    large = pixels.repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
    image = Image.fromarray(large)
    if large.ndim == 2:
        image = image.quantize(32, dither=Image.Dither.NONE)
    image.save(path, optimize=True)


def section(kind: Kind, name: str) -> list[str]:
    """Return the section on one transform: what it does, its picture and its parameters."""
    component = find(kind, name)
    lines = [f"### {name}", "", inspect.getdoc(component) or "", ""]
    if name not in WITHOUT_PICTURE:
        lines += [f"![{name} at strength 0, 0.5 and 1](transforms/{name}.png)", ""]
    lines += ["| parameter | value | default | |", "| --- | --- | --- | --- |"]
    for key in keys_of(component):
        text = str(key.kind).replace("|", "\\|")
        lines.append(f"| `{key.path}` | {text} | {default(key)} | {key.help} |")
    return [*lines, ""]


def default(key: Key) -> str:
    """Return a default as the table shows it."""
    if key.default is MISSING:
        return "required"
    return "none" if key.default is None else f"`{key.default}`"


def page() -> str:
    """Return the whole page, without drawing anything."""
    lines = [NOTE, "", HEAD]
    for kind in SECTIONS:
        lines += [f"## {kind_name(kind).capitalize()}s", ""]
        for name in BUILT_IN[kind]:
            lines += section(kind, name)
            if name == "imgaug":
                lines += [
                    "[Another page](transforms-imgaug.md) lists the augmenters that work.",
                    "",
                ]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the page, and the pictures of all transforms or some."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if the page is not current"
    )
    parser.add_argument("names", nargs="*", help="transforms to draw; all by default")
    arguments = parser.parse_args()
    target = FOLDER / "transforms.md"
    if arguments.check:
        sys.exit(target.read_text("utf-8") != page())
    target.write_text(page(), "utf-8")
    (FOLDER / "transforms").mkdir(exist_ok=True)
    for kind in SECTIONS:
        for name in BUILT_IN[kind]:
            if name not in WITHOUT_PICTURE and name in (arguments.names or BUILT_IN[kind]):
                save(side_by_side(rows(kind, name), axis=0), FOLDER / "transforms" / f"{name}.png")


if __name__ == "__main__":
    main()
