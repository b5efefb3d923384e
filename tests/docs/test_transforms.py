"""The pages about transforms match the code."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mnistseq.plugins.built_in import BUILT_IN

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(DOCS / "make_pictures.py"))


def test_page_is_current(script: dict[str, Any]) -> None:
    text = (DOCS / "transforms.md").read_text("utf-8")
    assert text == script["page"](), "run python docs/make_pictures.py"


def test_every_transform_has_a_small_picture(script: dict[str, Any]) -> None:
    names = {*BUILT_IN["glyph_transform"], *BUILT_IN["canvas_transform"]}
    for name in names:
        if name not in script["WITHOUT_PICTURE"]:
            path = DOCS / "transforms" / f"{name}.png"
            assert path.stat().st_size < 60_000
            assert f"(transforms/{name}.png)" in (DOCS / "transforms.md").read_text("utf-8")
    drawn = {path.stem for path in (DOCS / "transforms").iterdir()}
    assert drawn <= names


@pytest.mark.parametrize("name", ["affine", "noise"])
def test_picture_is_current(name: str, script: dict[str, Any]) -> None:
    drawn = script["side_by_side"](script["rows"]("glyph_transform", name), axis=0)
    large = drawn.repeat(script["ZOOM"], axis=0).repeat(script["ZOOM"], axis=1)
    kept = np.asarray(Image.open(DOCS / "transforms" / f"{name}.png").convert("L"))
    assert kept.shape == large.shape
    # It is kept in 32 greys.
    assert np.abs(kept - large.astype(float)).max() < 24, "run python docs/make_pictures.py"
