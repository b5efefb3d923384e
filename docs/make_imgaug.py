"""Run every augmenter of imgaug here and write `transforms-imgaug.md`: which work, and why not.

python docs/make_imgaug.py
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from mnistseq import Config, build_composer
from mnistseq.canvas_transforms.imgaug import Imgaug as CanvasImgaug
from mnistseq.core.canvas import Canvas
from mnistseq.core.composer import Composer
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.errors import MnistseqError
from mnistseq.glyph_transforms.imgaug import Imgaug as GlyphImgaug
from mnistseq.imaging.imgaug_arguments import augmenter_names

HERE = Path(__file__).parent
ARGUMENTS: dict[str, dict[str, Any]] = json.loads((HERE / "imgaug_arguments.json").read_text())
"""Arguments to try an augmenter with, where it needs any."""

BROKEN_IN_IMAGECORRUPTIONS = {"Fog", "GaussianBlur", "GlassBlur"}
"""Found with imagecorruptions 1.1.2; this page is written without it."""

HEAD = """# imgaug's augmenters

<!-- Written by docs/make_imgaug.py. -->

```json
{{"image": {{"transform": [{{"name": "imgaug", "augmenter": "GaussianBlur", "arguments": {{"sigma": [0, 1]}}}}]}}}}
```

The transform `imgaug` runs an augmenter, given by name and arguments, on glyphs (in `image.transform`) or
on whole images (in `canvas.transform`). Names from `imgaug.augmenters.pillike` and `.imgcorruptlike` have
the module's name in front. Arguments are written like this:

| in the config | in imgaug |
|---|---|
| `[0, 1]` | a range: a number between the two |
| `[1, 2, 3]`, `{{"choice": [1, 2]}}` | a choice: one of these |
| `{{"tuple": [1, 2, 3, 4]}}` | exactly these, in order |
| `{{"array": [[0, 1], [1, 0]]}}` | a matrix |
| `{{"augmenter": "Dropout", "arguments": {{"p": 0.1}}}}` | another augmenter |
| `{{"parameter": "Normal", "arguments": {{"loc": 0, "scale": 1}}}}` | one of imgaug's distributions |
| `{{"helper": "RegularGridMaskGen", "arguments": {{"nb_rows": 2, "nb_cols": 2}}}}` | any other class of `imgaug.augmenters` |

Pictures keep their size. Glyphs are light ink on a black background; whole images are dark ink on white,
so augmenters that bring in background need `"cval": 255` there. Boxes follow the ink. A glyph that would
lose nine tenths of its ink, or an image that would lose a glyph, is left unchanged.

Each picture is augmented alone, by random numbers of its own: about 1,000 to 3,000 glyphs a second. The
[built-in transforms](transforms.md) are many times as fast.

Tested with imgaug {imgaug} on NumPy {numpy}, OpenCV {opencv}, scikit-image {skimage}, SciPy {scipy}.
"""


def lines() -> Composer:
    """Return a composer of short lines to try canvas transforms on."""
    return build_composer(Config(source={"split": "test"}, image={"width": 120}))


def fault(name: str, arguments: dict[str, Any], on: str) -> str:
    """Return why an augmenter cannot run on glyphs or on images; empty if it can."""
    composer = lines()
    batch = composer.compose(["350", "12"], seed=1)
    owner = batch.sequences.owner
    try:
        if on == "glyphs":
            glyphs = np.asarray(composer.bank.pixels[np.concatenate(list(batch.glyph_ids))])
            index = np.arange(len(owner)) - batch.sequences.first[owner]
            GlyphImgaug(name, arguments).apply(
                glyphs, GlyphStream(Stream(1, 0, 2, "docs"), owner, index)
            )
        else:
            images = np.asarray(batch.images)
            canvas = Canvas(images, batch.flat_boxes, batch.flat_ink_boxes, owner)
            CanvasImgaug(name, arguments).apply(canvas, Stream(1, 0, 2, "docs"))
    except MnistseqError as error:
        return str(error)
    return ""


def kept_in_size(name: str) -> dict[str, Any]:
    """Return arguments of KeepSizeByResize around an augmenter that changes the size."""
    return {"children": {"augmenter": name, "arguments": ARGUMENTS.get(name, {})}}


def sorted_by_outcome() -> tuple[list[str], list[str], dict[str, str]]:
    """Sort names into those that work, work inside KeepSizeByResize, and fail for a reason."""
    works, resized, failed = [], [], {}
    for name in augmenter_names():
        faults = {on: fault(name, ARGUMENTS.get(name, {}), on) for on in ("glyphs", "images")}
        if not any(faults.values()):
            works.append(name)
        elif any("KeepSizeByResize" in text for text in faults.values()) and not any(
            fault("KeepSizeByResize", kept_in_size(name), on) for on in faults
        ):
            resized.append(name)
        else:
            failed[name] = reason(name, faults)
    return works, resized, failed


def reason(name: str, faults: dict[str, str]) -> str:
    """Return the reason in a few words."""
    text = next(text for text in faults.values() if text)
    if "imagecorruptions" in text:
        broken = name.rpartition(".")[2] in BROKEN_IN_IMAGECORRUPTIONS
        return "needs the package imagecorruptions" + (
            ", which breaks on NumPy 2 or on today's scikit-image"
            if broken
            else ": works once that is installed"
        )
    if "missing" in text:
        return "needs arguments that a config cannot hold, such as a function, or draws nothing"
    if "bounding boxes" in text:
        return "needs bounding boxes with labels, which it does not get"
    where = " and ".join(on for on, why in faults.items() if why)
    return f"on {where}: {text.split(': ', 2)[-1]}"


def page() -> str:
    """Return the whole page."""
    works, resized, failed = sorted_by_outcome()
    packages = {
        "imgaug": "imgaug",
        "numpy": "numpy",
        "opencv": "opencv-python",
        "skimage": "scikit-image",
        "scipy": "scipy",
    }
    parts = [HEAD.format(**{key: version(name) for key, name in packages.items()})]
    parts.append(f"## {len(works)} that work\n\n" + ", ".join(f"`{name}`" for name in works) + "\n")
    parts.append(
        f"## {len(resized)} that change the size of pictures\n\n"
        "These work inside `KeepSizeByResize`:\n\n"
        '```json\n{"name": "imgaug", "augmenter": "KeepSizeByResize", "arguments": {"children":\n'
        '  {"augmenter": "CropToFixedSize", "arguments": {"width": 20, "height": 20}}}}\n```\n\n'
        + ", ".join(f"`{name}`" for name in resized)
        + "\n"
    )
    whys = list(dict.fromkeys(failed.values()))
    names = [", ".join(f"`{name}`" for name, why in failed.items() if why == one) for one in whys]
    rows = [f"| {some} | {why} |" for some, why in zip(names, whys, strict=True)]
    parts.append(
        f"## {len(failed)} that cannot\n\n| augmenter | why |\n|---|---|\n" + "\n".join(rows)
    )
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    (HERE / "transforms-imgaug.md").write_text(page())
