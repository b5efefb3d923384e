"""Draw a picture of every transform and write `transforms.md`, which shows them.

    python docs/make_pictures.py

Each picture has the same line at strength 0, 0.5 and 1, one below the other.
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
from mnistseq.plugins.built_in import BUILT_IN
from mnistseq.plugins.registry import find

FOLDER = Path(__file__).parent
NOTE = "<!-- Written by docs/make_pictures.py; change the code, then run that. -->"
STRENGTHS = (0, 0.5, 1)
TEXT = "3501264789"
ZOOM = 2
COLUMNS = 2

WITHOUT_PICTURE = ("imgaug", "paper-picture")
"""One is what its augmenter is, the other what is in your folder."""

HEAD = """# Transforms

Glyph transforms change each glyph before it is spaced, canvas transforms the finished image. Both are lists, done in their order:

```json
{"image": {"transform": ["slant", {"name": "blur", "sigma": 0.02}]}, "canvas": {"transform": ["paper-grain"]}}
```

`image.transform: true` is short for `["original"]`. All but `imgaug` have a `strength`: at 0 nothing changes, not one pixel; at 1
each image or glyph gets a share, drawn for it alone, of what the other parameters say. Lengths are shares of the height, so that
a transform looks alike at any height. An image is the same in whatever batch it is drawn, boxes stay true, and no transform
takes a digit away: one that would lose too much of its ink is left as it was.
"""

Pixels = NDArray[np.uint8]


def names(method: str) -> list[str]:
    """The built-in transforms of glyphs, or of images that are not of glyphs, too."""
    found = {name: find("transform", name) for name in BUILT_IN["transform"]}
    if method == "glyphs":
        return [name for name, cls in found.items() if hasattr(cls, "glyphs")]
    return [name for name, cls in found.items() if not hasattr(cls, "glyphs")]


def rows(name: str) -> list[Pixels]:
    """Lines at each strength, beside each other where they vary."""
    on = "image" if hasattr(find("transform", name), "glyphs") else "canvas"
    made = []
    for strength in STRENGTHS:
        config: dict[str, Any] = {
            "source": {"split": "test"},
            "spacing": {"min": 0, "max": 4, "subtype": "edge"},
            on: {"transform": [{"name": name, "strength": strength}]},
        }
        images = build_composer(Config(**config)).compose([TEXT] * COLUMNS, seed=4).images
        made.append(side_by_side([np.asarray(image) for image in images], axis=1))
    return made


def side_by_side(images: list[Pixels], axis: int) -> Pixels:
    """Images of unequal size put together on white, a bit apart."""
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
    """A small PNG: enlarged, in few greys where it has no colour."""
    large = pixels.repeat(ZOOM, axis=0).repeat(ZOOM, axis=1)
    image = Image.fromarray(large)
    if large.ndim == 2:
        image = image.quantize(32, dither=Image.Dither.NONE)
    image.save(path, optimize=True)


def section(name: str) -> list[str]:
    """What a transform is, its picture and its parameters."""
    component = find("transform", name)
    lines = [f"### {name}", "", inspect.getdoc(component) or "", ""]
    if name not in WITHOUT_PICTURE:
        lines += [f"![{name} at strength 0, 0.5 and 1](transforms/{name}.png)", ""]
    lines += ["| parameter | value | default | |", "| --- | --- | --- | --- |"]
    for key in keys_of(component):
        text = str(key.kind).replace("|", "\\|")
        lines.append(f"| `{key.path}` | {text} | {default(key)} | {key.help} |")
    return [*lines, ""]


def default(key: Key) -> str:
    """How a default stands in the table."""
    if key.default is MISSING:
        return "must be given"
    return "none" if key.default is None else f"`{key.default}`"


def page() -> str:
    """The whole page, without drawing anything."""
    lines = [NOTE, "", HEAD]
    lines += ["## Of glyphs, before they are spaced", ""]
    for name in names("glyphs"):
        lines += section(name)
        if name == "imgaug":
            lines += ["Which augmenters work is on [a page of its own](transforms-imgaug.md).", ""]
    lines += ["## Of the finished image", ""]
    lines += ["[imgaug](#imgaug) works here, too.", ""]
    for name in names("canvas"):
        lines += section(name)
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the page, and the pictures of all or of some."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="only say whether the page is current")
    parser.add_argument("names", nargs="*", help="transforms to draw; by default all")
    arguments = parser.parse_args()
    target = FOLDER / "transforms.md"
    if arguments.check:
        sys.exit(target.read_text("utf-8") != page())
    target.write_text(page(), "utf-8")
    (FOLDER / "transforms").mkdir(exist_ok=True)
    for name in arguments.names or [*names("glyphs"), *names("canvas")]:
        if name not in WITHOUT_PICTURE:
            save(side_by_side(rows(name), axis=0), FOLDER / "transforms" / f"{name}.png")


if __name__ == "__main__":
    main()
