"""Configs fitted to crops: what they draw measures as the crops do."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from mnistseq import Config, build_composer
from mnistseq.cli import main
from mnistseq.errors import ArgumentError, MissingSourceError, SourceError
from mnistseq.inspection.fit import FitResult, fit
from mnistseq.inspection.measure_crops import CropMeasures

LOOK: dict[str, Any] = {
    "source": {"name": "pendigits"},
    "image": {"crop": "ink", "height": 44, "pen": {"width": (0.04, 0.07)}},
    "spacing": {"min": 0, "max": 6},
    "canvas": {
        "transform": [
            {"name": "margins", "left": 0.2, "right": 0.5},
            {"name": "ink", "faintness": 0.3},
            {"name": "paper-tint", "darkest": 0.4, "lightest": 0.2},
        ]
    },
}


def save(folder: Path, count: int = 60) -> Path:
    """Crops of a look that is known."""
    folder.mkdir(exist_ok=True)
    texts = [str(2311 + 617 * number) for number in range(count)]
    for sample in build_composer(Config(**LOOK)).compose(texts, 5):
        Image.fromarray(sample.image).save(folder / f"{sample.index:03d}.png")
    return folder


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> FitResult:
    return fit(save(tmp_path_factory.mktemp("crops")))


@pytest.mark.parametrize(
    ("measure", "tolerance"),
    [
        ("height", 1),
        ("ink_height", 0.12),
        ("paper", 8),
        ("contrast", 0.12),
        ("stroke", 0.02),
        ("left", 0.12),
        ("right", 0.15),
        ("slant", 10),
    ],
)
def test_the_median_of_what_is_drawn_is_near_that_of_the_crops(
    fitted: FitResult, measure: str, tolerance: float
) -> None:
    theirs, ours = getattr(fitted.theirs, measure), getattr(fitted.ours, measure)
    assert abs(theirs[1] - ours[1]) <= tolerance


def test_the_result_is_a_config(fitted: FitResult) -> None:
    config = Config.of(tomllib.loads(fitted.toml))
    assert config.canvas.height == 44
    assert fitted.toml.startswith("# Fitted to 60 crops.")


def test_equal_crops_give_an_equal_config(fitted: FitResult, tmp_path: Path) -> None:
    assert fit(save(tmp_path / "again")).toml == fitted.toml


def test_measures_follow_the_ink() -> None:
    """A slanted bar of known thickness on grey paper."""
    y, x = np.mgrid[:60, :120]
    away = np.abs(x - 60 + (y - 30) * np.tan(np.radians(18))) * np.cos(np.radians(18))
    cover = np.clip(3.5 - away, 0, 1) * (np.abs(y - 30) < 20)
    crop = np.rint(200 - 150 * cover).astype(np.uint8)
    found = CropMeasures.of([crop])
    assert found.height == (60, 60, 60)
    assert found.paper == (200, 200, 200)
    assert found.contrast[1] == pytest.approx(0.75, abs=0.01)
    assert found.slant[1] == 18
    assert found.ink_height[1] == pytest.approx(0.65, abs=0.04)
    assert found.stroke[1] * 39 == pytest.approx(6, abs=0.8)


def test_too_few_crops_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="contains 3 images, too few to fit a config to; give"):
        fit(save(tmp_path / "few", 3))
    with pytest.raises(MissingSourceError, match="none: no such file or folder"):
        fit(tmp_path / "none")
    with pytest.raises(MissingSourceError, match=r"000\.png: cannot be read: Not a directory"):
        fit(tmp_path / "few" / "000.png")


@pytest.mark.parametrize("ink", [200, 255])
def test_crops_that_are_blank_or_have_light_ink_are_refused(tmp_path: Path, ink: int) -> None:
    crop = np.full((30, 50), 200, dtype=np.uint8)
    crop[5:25, 20:24] = ink
    for number in range(10):
        Image.fromarray(crop).save(tmp_path / f"{number}.png")
    with pytest.raises(ArgumentError, match="no crop has dark ink on lighter paper"):
        fit(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    save(tmp_path, 12)
    (tmp_path / "000.png").write_bytes(b"no image")
    with pytest.raises(SourceError, match=r"000\.png: not an image"):
        fit(tmp_path)


def test_crops_may_be_of_any_kind_that_viewers_show(tmp_path: Path, fitted: FitResult) -> None:
    """16 bits, colours, ink on a transparent ground, and rotated by a camera: all are as before."""
    save(tmp_path)
    (tmp_path / "._000.png").write_bytes(b"of macOS")
    for number in range(60):
        path = tmp_path / f"{number:03d}.png"
        grey = np.asarray(Image.open(path))
        match number % 4:
            case 0:
                Image.fromarray(grey.astype(np.uint16) * 257).save(path)
            case 1:
                Image.fromarray(grey).convert("RGB").save(path)
            case 2:
                ink = np.stack([np.zeros_like(grey), 255 - grey], axis=-1)
                Image.fromarray(ink, "LA").save(path)
            case 3:
                exif = Image.Exif()
                exif[0x0112] = 6
                Image.fromarray(np.ascontiguousarray(np.rot90(grey))).save(path, exif=exif)
    again = fit(tmp_path)
    for name, quantiles in fitted.theirs.quantiles.items():
        assert again.theirs.quantiles[name] == pytest.approx(quantiles, abs=1), name


def test_the_command_prints_the_config_and_writes_a_sheet(
    tmp_path: Path, fitted: FitResult
) -> None:
    crops, sheet = save(tmp_path / "crops"), tmp_path / "sheet.png"
    result = CliRunner().invoke(main, ["fit", str(crops), "--sheet", str(sheet)])
    assert result.exit_code == 0, result.output
    assert result.output == fitted.toml
    with Image.open(sheet) as picture:
        assert picture.format == "PNG"
        assert picture.height > 2 * 44
    again = CliRunner().invoke(main, ["fit", str(crops), "--sheet", str(sheet)])
    assert (again.exit_code, "sheet.png already exists" in again.output) == (2, True)
