"""Presets: which exist, how their values are overridden, and what they draw."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from mnistseq import Config, DigitSequence, GlyphBank, ImageConfig, build_composer
from mnistseq.cli import main
from mnistseq.config.layers import resolve
from mnistseq.config.loading import load_values
from mnistseq.config.presets import (
    FOLDER,
    find_preset,
    list_presets,
    preset_names,
    preset_values,
    with_preset,
)
from mnistseq.config.sections import SECTIONS
from mnistseq.errors import ConfigError, Origin, Setting

NAMES = ["bank-cheque", "camera", "clean", "handwritten-form", "original", "table-cell"]
PENS = ["bank-cheque", "table-cell"]

Run = Callable[..., str]


@pytest.fixture
def bank(name: str, mnist: GlyphBank, pen_paths: GlyphBank) -> GlyphBank:
    """Glyphs that the preset `name` can draw."""
    return pen_paths if name in PENS else mnist


@pytest.fixture
def run() -> Run:
    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_all_presets_are_listed_with_a_summary() -> None:
    assert preset_names() == NAMES
    for preset in list_presets():
        assert 20 < len(preset.summary) < 110
        assert preset.summary.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_draws_a_single_digit(bank: GlyphBank, name: str) -> None:
    (sample,) = build_composer(Config(preset=name), bank).compose(["7"], 1)
    assert sample.labels == ("7",)
    assert np.ptp(sample.image) > 30


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_is_a_config_file(name: str) -> None:
    values = load_values(Path(FOLDER) / f"{name}.toml")
    assert values == preset_values(name)
    assert set(values) <= set(SECTIONS), "presets set keys of sections only"
    loaded = Config.load(Path(FOLDER) / f"{name}.toml")
    assert replace(loaded, preset=name) == Config(preset=name)


@pytest.mark.parametrize("name", NAMES)
def test_the_batch_does_not_change_what_a_preset_draws(name: str, bank: GlyphBank) -> None:
    labels = ["12549", "7310288", "35", "000"]
    composer = build_composer(Config(preset=name), bank)
    whole = composer.compose(labels, seed=5)
    for number, label in enumerate(labels):
        alone = composer.compose([label], seed=5, start=number)[0]
        assert np.array_equal(alone.image, whole[number].image)
        assert np.array_equal(alone.boxes, whole[number].boxes)
        assert np.array_equal(alone.ink_boxes, whole[number].ink_boxes)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fit", ["pad", "resize"])
def test_images_have_the_width_of_the_config(name: str, fit: str, bank: GlyphBank) -> None:
    for height in (28, 45):
        image = {"width": 390, "height": height}
        config = Config(preset=name, image=image, spacing={"fit": fit}, canvas={"height": None})
        batch = build_composer(config, bank).compose(["12549", "7310288"], seed=5)
        assert np.asarray(batch.images).shape == (2, height, 390)
        assert (batch.flat_boxes[:, 2] <= 390).all()


def test_a_width_below_the_margins_is_refused(pen_paths: GlyphBank) -> None:
    with pytest.raises(ConfigError, match=r"image.width: width 30 is too small for the margins"):
        build_composer(Config(preset="bank-cheque", image={"width": 30}), pen_paths)


@pytest.mark.parametrize("name", NAMES)
def test_presets_draw_light_on_dark(name: str, bank: GlyphBank) -> None:
    dark = build_composer(Config(preset=name), bank).compose(["12549"], seed=5)[0].image
    config = Config(preset=name, image={"polarity": "light-on-dark"})
    light = build_composer(config, bank).compose(["12549"], seed=5)[0].image
    assert np.array_equal(light, 255 - dark)


@pytest.mark.parametrize("name", sorted({*NAMES} - {*PENS}))
def test_presets_without_a_pen_draw_colour(name: str, mnist: GlyphBank) -> None:
    pixels = np.repeat(mnist.pixels[:3000, ..., None], 3, axis=3)
    coloured = GlyphBank(pixels, mnist.codes[:3000], mnist.alphabet)
    (sample,) = build_composer(Config(preset=name), coloured).compose(["12549"], seed=5)
    assert sample.image.shape[2] == 3


def test_an_unknown_preset_is_refused_with_other_names() -> None:
    message = r"^preset: unknown preset 'bank-check'; did you mean 'bank-cheque'\?$"
    for ask in (find_preset, preset_values, lambda name: Config(preset=name)):
        with pytest.raises(ConfigError, match=message):
            ask("bank-check")
    with pytest.raises(
        ConfigError, match=r"unknown preset '\.\./data'; choose from bank-cheque, camera, "
    ):
        Config(preset="../data")
    with pytest.raises(ConfigError, match=r"preset: 3 is not allowed; give a string"):
        Config(preset=3)  # type: ignore[arg-type]


class TestOneWriter:
    def test_glyphs_are_by_any_writer_if_the_source_has_no_writer_ids(
        self, mnist: GlyphBank
    ) -> None:
        bank = GlyphBank(mnist.pixels, mnist.codes, mnist.alphabet)
        assert build_composer(Config(preset="camera"), bank).writer == "any"

    def test_glyphs_are_by_one_writer_if_the_source_has_writer_ids(self, mnist: GlyphBank) -> None:
        composer = build_composer(Config(preset="camera"), mnist)
        assert composer.writer == "one"
        batch = composer.compose(["12549", "7310288"], seed=1)
        assert all(writer is not None for writer in batch.writers)

    def test_a_given_writer_overrides_the_preset(self, mnist: GlyphBank) -> None:
        for writer in ("any", "one"):
            config = Config(preset="camera", source={"writer": writer})
            assert build_composer(config, mnist).writer == writer


class TestLayers:
    def test_a_mapping_overrides_the_preset(self) -> None:
        config = Config(preset="bank-cheque", spacing={"max": 7}, canvas={"transform": []})
        assert config.spacing.max == 7
        assert config.spacing.min == -3
        assert config.canvas.transform == []
        assert config.preset == "bank-cheque"

    def test_a_dataclass_gives_all_of_its_keys(self) -> None:
        config = Config(preset="bank-cheque", image=ImageConfig(width=300))
        assert config.image == ImageConfig(width=300)

    @pytest.mark.parametrize("source", [{"name": "emnist"}, {"split": "test"}, {"path": "folder"}])
    def test_a_source_replaces_that_of_a_preset(self, source: dict[str, str]) -> None:
        config = Config(preset="bank-cheque", source=source)
        assert config.source.mix == []
        assert config.source.name == source.get("name", "mnist")
        assert config.source.writer == "one-if-known"
        options = {f"source.{key}": value for key, value in source.items()}
        effective = resolve(None, {"preset": "bank-cheque", **options})
        assert effective.config == config
        assert effective.origins["source.mix"] == Origin("default")

    def test_replacing_a_key_changes_no_other(self) -> None:
        config = Config(preset="bank-cheque", canvas={"transform": []})
        assert replace(config, output_format="jpg").canvas.transform == []
        assert Config(**config.to_dict()) == config

    def test_a_file_overrides_a_preset_overrides_a_default(self, tmp_path: Path) -> None:
        path = tmp_path / "config.json"
        path.write_text(json.dumps({"preset": "camera", "spacing": {"max": 3}}))
        effective = resolve(path, {"spacing.min": 1})
        assert effective.config == Config(preset="camera", spacing={"min": 1, "max": 3})
        origins = effective.origins
        assert origins["spacing.min"] == Origin("option")
        assert origins["spacing.max"] == Origin("file", str(path))
        assert origins["canvas.transform"] == origins["image.crop"] == Origin("preset", "camera")
        assert origins["image.width"] == Origin("default")
        assert origins["preset"] == Origin("file", str(path))
        assert Config.load(path).spacing.max == 3

    def test_an_option_overrides_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "config.toml"
        path.write_text('preset = "camera"\n')
        effective = resolve(path, {"preset": "clean"})
        assert effective.config == Config(preset="clean")
        assert effective.origins["preset"] == Origin("option")
        assert resolve(None, {}, {"preset": "clean"}).config == Config(preset="clean")

    def test_an_empty_range_reports_the_origins_of_its_ends(self) -> None:
        with pytest.raises(ConfigError, match=r"min 13 exceeds max 8$") as caught:
            resolve(None, {"preset": "bank-cheque", "spacing.min": 13})
        [fault] = caught.value.faults
        preset = Origin("preset", "bank-cheque")
        assert fault.ends == (
            Setting("spacing.min", 13, Origin("option")),
            Setting("spacing.max", 8, preset),
        )

    def test_values_without_a_preset_are_unchanged(self) -> None:
        assert with_preset({"spacing": {"min": 3}}) == {"spacing": {"min": 3}}


class TestCommands:
    def test_presets_lists_all(self, run: Run) -> None:
        lines = run("presets").splitlines()
        assert [line.split()[0] for line in lines] == NAMES
        assert [item["name"] for item in json.loads(run("presets", "--json"))] == NAMES

    def test_plugins_lists_them(self, run: Run) -> None:
        shown = run("plugins")
        section = shown[shown.index("\npresets\n") :]
        assert all(f"  {name}" in section for name in NAMES)
        listed = json.loads(run("plugins", "--json"))["presets"]
        assert [item["name"] for item in listed] == NAMES

    @pytest.mark.parametrize("kind", ["toml", "json"])
    @pytest.mark.parametrize("name", NAMES)
    def test_what_show_prints_is_a_config(
        self, name: str, kind: str, run: Run, tmp_path: Path
    ) -> None:
        path = tmp_path / f"mine.{kind}"
        path.write_text(run("presets", "show", name, *(["--json"] if kind == "json" else [])))
        assert replace(Config.load(path), preset=name) == Config(preset=name)

    def test_show_refuses_an_unknown_preset(self, run: Run) -> None:
        assert "unknown preset 'camra'; did you mean 'camera'?" in run(
            "presets", "show", "camra", code=2
        )

    def test_generate_and_inspect_config_accept_a_preset(self, run: Run, tmp_path: Path) -> None:
        paths = [tmp_path / name for name in ("a.png", "b.png")]
        for path, more in zip(
            paths, (["--preset", "camera"], ["--set", "preset=camera"]), strict=True
        ):
            run("generate", "12549", "--seed", "3", "-q", "-o", str(path), *more)
        assert paths[0].read_bytes() == paths[1].read_bytes()
        shown = run("inspect-config", "--preset", "camera", "--max", "9")
        rows = {line.split()[0]: line.split()[-1] for line in shown.splitlines()}
        assert rows["canvas.transform"] == "preset"
        assert rows["spacing.max"] == rows["preset"] == "option"


def test_the_older_class_draws_presets_at_the_given_width(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"preset": "camera"}')
    image = DigitSequence(path).generate_numbers_sequence([1, 2, 5, 4], (-1, 2), 200, seed=1)
    assert image.shape == (28, 200)
