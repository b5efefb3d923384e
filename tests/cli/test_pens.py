"""``--pen``: glyphs drawn from their paths."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.cli.conftest import Call
from tests.datasets import contents, manifest

from mnistseq import Config, GlyphBank, build_composer
from mnistseq.imaging.distance_fields import picture_field
from mnistseq.sources.banks import thinned

PEN = ("--pen", "0.03-0.08", "--height", 40)
SOURCE = ("--source", "npz", "--data-dir", "few.npz")
FEW = (*SOURCE, "--shard-size", 4, "--seed", 3, "-j", 1, "--progress", "off", "--length", 3)


@pytest.fixture
def few(folder: Path, mnist: GlyphBank) -> Path:
    """Thirty real digits, so that thinning them takes a moment."""
    np.savez(folder / "few.npz", images=mnist.pixels[:30], labels=mnist.codes[:30])
    return folder / "few.npz"


@pytest.fixture
def other_thinning(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], None]:
    """Let thinning give other paths, as another version of its libraries may, with a new cache."""

    def change() -> None:
        monkeypatch.setattr(
            thinned, "picture_field", lambda picture: np.fliplr(picture_field(picture)).copy()
        )
        monkeypatch.setenv("MNISTSEQ_CACHE", str(tmp_path / "other cache"))

    return change


@pytest.mark.usefixtures("few")
def test_an_image_is_that_of_the_library(call: Call, folder: Path) -> None:
    pen = ("--pen", "0.03-0.08 variation=0.5 spread=0.2", "--height", 40)
    assert call("generate", "3140", *SOURCE, *pen, "--seed", 5, "-o", "a.png").code == 0
    config = Config(
        source={"name": "npz", "path": "few.npz"},
        image={"pen": {"width": [0.03, 0.08], "variation": 0.5, "spread": 0.2}, "height": 40},
    )
    image = build_composer(config).compose(["3140"], seed=5).images[0]
    assert np.array_equal(np.asarray(Image.open(folder / "a.png")), image)


@pytest.mark.usefixtures("few")
def test_thin_pens_leave_less_ink_than_the_pictures(call: Call, folder: Path) -> None:
    for name, pen in (("none", "none"), ("thin", "0.02"), ("bold", "0.2")):
        call("generate", "3140", *SOURCE, "--pen", pen, "--seed", 5, "-o", f"{name}.png")
    thin, none, bold = (
        1 - np.asarray(Image.open(folder / f"{name}.png")).mean() / 255
        for name in ("thin", "none", "bold")
    )
    assert thin < none / 2 < none < bold


@pytest.mark.usefixtures("few")
def test_a_data_set_is_made_again_verified_and_redrawn(call: Call, folder: Path) -> None:
    assert call("batch", "--count", 8, "-o", "out", *FEW, *PEN).code == 0
    found = manifest(folder / "out")
    assert found["config"]["image"]["pen"] == {
        "width": [0.03, 0.08],
        "variation": 0.0,
        "spread": 0.0,
    }
    assert call("verify", "out", "--redraw", "100%", "--fetch").code == 0
    assert call("remake", "out", "-o", "again", "-j", 1, "--fetch").code == 0
    assert contents(folder / "again") == contents(folder / "out")


@pytest.mark.usefixtures("few")
def test_other_paths_are_refused_with_the_reason(
    call: Call, refused: Callable[..., str], other_thinning: Callable[[], None]
) -> None:
    call("batch", "--count", 8, "-o", "out", *FEW, *PEN)
    other_thinning()
    message = refused("batch", "--count", 8, "-o", "out", *FEW, *PEN, "--resume")
    assert "different glyphs, or scikit-image and SciPy made different paths of them" in message
    message = refused("remake", "out", "-o", "again", "--fetch", code=1)
    assert "the same versions of scikit-image and SciPy, which make their paths" in message


@pytest.mark.usefixtures("few")
def test_another_pen_is_another_data_set(call: Call, refused: Callable[..., str]) -> None:
    call("batch", "--count", 8, "-o", "out", *FEW, *PEN)
    message = refused(
        "batch", "--count", 8, "-o", "out", *FEW, "--pen", "0.1", *PEN[2:], "--resume"
    )
    assert "--pen was width=0.03, 0.08, variation=0.0, spread=0.0, now width=0.1, 0.1," in message
    message = refused("batch", "--count", 8, "-o", "out", *FEW, *PEN[2:], "--resume")
    assert "now not set" in message
    assert "source" not in message


def test_a_source_of_paths_needs_a_pen(refused: Callable[..., str]) -> None:
    message = refused("generate", "35", "--source", "pendigits", "--source-split", "test")
    assert "source pendigits has pen paths, which only a pen draws: set --pen, such as" in message


@pytest.mark.usefixtures("few")
def test_pictures_and_paths_are_drawn_together_by_one_writer(call: Call, folder: Path) -> None:
    mixed = {"name": "npz", "path": "few.npz"}, {"name": "pendigits", "split": "test"}
    config = {"source": mixed, "image": {"pen": 0.05, "crop": "ink"}}
    (folder / "c.json").write_text(json.dumps(config))
    done = call("inspect-config", "-c", "c.json", "--length", 4)
    assert done.code == 0
    assert "image.pen" in done.out
    done = call("generate", "350421", "-c", "c.json", "--writer", "one", "--count", 2)
    assert done.code == 0, done


@pytest.mark.parametrize(
    ("pen", "message"),
    [
        ("thick", '--pen: "thick" is not allowed; give none, a width above 0, up to 0.25, or a'),
        ("0.5", '--pen: "0.5" is not allowed; give none, a width above 0, up to 0.25'),
        ("0 spread=1", '--pen width: "0" is not allowed; give a width above 0, up to 0.25'),
        ("", "--pen '': give a width, then the parameters: 'WIDTH KEY=VALUE …'"),
        ("0.1 width=0.2", "--pen '0.1 width=0.2': the width comes first, without width="),
        ("0.1 spread=2", "--pen spread: 2 is not allowed; give a number from 0 to 1"),
        ("0.1 spred=2", "--pen spred: the pen has no parameter 'spred'; did you mean 'spread'?"),
    ],
)
def test_a_faulty_pen_is_refused(refused: Callable[..., str], pen: str, message: str) -> None:
    assert message in refused("generate", "35", "--pen", pen)
