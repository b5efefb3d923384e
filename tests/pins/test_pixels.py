"""Drawn pixels, boxes and glyphs are what they always were.

The pins stand in pixels.json: a hash of the images, boxes, ink boxes, glyph ids
and texts of each drawing in drawings.py. They change only together with
`ALGORITHM` in core/randomness.py; a new drawing may be added at any time::

    python -m tests.pins.regenerate pixels
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner
from tests.pins.drawings import (
    Materials,
    digests,
    draw,
    drawings,
    transforms_of,
    without_transforms,
)
from tests.pins.stored import differences, load_pins

from mnistseq import GlyphBank
from mnistseq.cli import main

DRAWINGS = drawings()
PINS = load_pins("pixels")
CHANGED = [name for name, drawing in DRAWINGS.items() if transforms_of(drawing)]


@pytest.fixture(scope="module")
def materials(mnist: GlyphBank, tmp_path_factory: pytest.TempPathFactory) -> Materials:
    return Materials.made(mnist, tmp_path_factory.mktemp("pictures"))


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_what_it_always_was(name: str, materials: Materials) -> None:
    found = digests(draw(DRAWINGS[name], materials))
    problems = differences(PINS[name], found)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", CHANGED)
def test_a_transform_that_is_pinned_changes_what_is_drawn(name: str, materials: Materials) -> None:
    """Else its pin would hold whatever became of it."""
    drawing = DRAWINGS[name]
    before, after = draw(without_transforms(drawing), materials), draw(drawing, materials)
    pairs = zip(before.images, after.images, strict=True)
    assert not all(np.array_equal(one, other) for one, other in pairs)


def test_every_pin_has_its_drawing() -> None:
    assert list(PINS) == list(DRAWINGS)


def test_every_spacing_transform_and_preset_is_pinned() -> None:
    result = CliRunner().invoke(main, ["plugins", "--json"])
    assert result.exit_code == 0, result.output
    there = json.loads(result.output)
    built_in = [item for item in there["components"] if item["package"] == "mnistseq"]
    used = [step for drawing in DRAWINGS.values() for step in transforms_of(drawing)]
    glyph = {name for section, name in used if section == "image"}
    canvas = {name for section, name in used if section == "canvas"}
    configs = [drawing.config for drawing in DRAWINGS.values()]
    pinned = {
        "spacing": {config.get("spacing", {}).get("type", "variable") for config in configs},
        "transform": glyph | canvas,
        "glyph_transform": glyph,
        "canvas_transform": canvas,
    }
    asked = [(item["kind"], item["name"]) for item in built_in if item["kind"] in pinned]
    assert len(asked) > 20
    assert [(kind, name) for kind, name in asked if name not in pinned[kind]] == []
    assert {preset["name"] for preset in there["presets"]} == {
        config["preset"] for config in configs if "preset" in config
    }
