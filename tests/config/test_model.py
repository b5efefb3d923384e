"""Config as a Python object."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnistseq import CanvasConfig, Config, ImageConfig, SourceConfig, SpacingConfig
from mnistseq.errors import ArgumentTypeError, ConfigError


def test_defaults_are_as_documented() -> None:
    described = Config().to_dict()
    assert described["source"] == {
        "name": "mnist", "split": "train", "path": None, "writer": "any", "parameters": {}
    }  # fmt: skip
    assert described["image"] == {
        "transform": False, "width": None, "height": None, "crop": "cell",
        "polarity": "dark-on-light",
    }  # fmt: skip
    assert described["spacing"] == {
        "type": "variable", "subtype": "between", "min": 0, "max": 20, "fit": "pad",
        "align": "center", "parameters": {},
    }  # fmt: skip
    assert described["output_format"] == "png"


def test_numpy_integers_become_integers() -> None:
    config = Config(
        spacing={"min": np.int8(3), "max": np.uint64(9)}, image={"width": np.arange(400)[390]}
    )
    numbers = config.spacing.min, config.spacing.max, config.image.width
    assert numbers == (3, 9, 390)
    assert {type(number) for number in numbers} == {int}


def test_a_path_becomes_a_string() -> None:
    assert Config(source={"path": Path("a") / "b"}).source.path == "a/b"


def test_tuples_become_lists() -> None:
    config = Config(spacing={"parameters": {"weights": (1, np.int64(2))}})
    assert config.spacing.parameters == {"weights": [1, 2]}


def test_sections_may_be_dataclasses() -> None:
    spacing = SpacingConfig(min=3, max=4)
    assert Config(spacing=spacing) == Config(spacing={"min": 3, "max": 4})
    assert replace(Config(), image=ImageConfig(width=9)).image.width == 9
    assert replace(Config(spacing=spacing), output_format="jpg").spacing == spacing


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"spacing": {"min": 21}}, "spacing: min 21 exceeds max 20"),
        ({"spacing": SpacingConfig(min=21)}, "spacing: min 21 exceeds max 20"),
        ({"spacing": SpacingConfig(min=0.5)}, "spacing.min: 0.5 is not allowed"),  # type: ignore[arg-type]
        ({"spacing": {"min": np.float64(2)}}, "spacing.min: 2.0 is not allowed"),
        ({"spacing": {"min": np.float32(2)}}, "spacing.min: 2.0 is not allowed"),
        ({"spacing": {"min": "2"}}, 'spacing.min: "2" is not allowed'),
        ({"spacing": {"min": np.array([1, 2])}}, "spacing.min: [1 2] is not allowed"),
        ({"image": ImageConfig(width=-1)}, "image.width: -1 is not allowed"),
        ({"image": {"width": object}}, "image.width: <class 'object'> is not allowed"),
        ({"image": 3}, "image: 3 is not a table of keys and values"),
        ({"image": SourceConfig()}, "image.name: unknown key"),
        ({"output_format": 5}, "output_format: 5 is not allowed; give png, jpg, jpeg"),
        ({"output_format": "PNG"}, 'output_format: "PNG" is not allowed'),
        ({"spacing": {1: 2}}, "spacing.1: unknown key"),
        ({"imge": {}}, "imge: unknown key; did you mean 'image'?"),
        ({"image": None}, "image: null is not a table of keys and values"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config(**arguments)
    assert str(caught.value).startswith(message)


def test_a_config_is_frozen_and_can_be_copied_and_pickled() -> None:
    config = Config(spacing={"min": 3})
    with pytest.raises(FrozenInstanceError):
        config.output_format = "jpg"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        config.spacing.min = 4  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(config)) == copy.deepcopy(config) == config  # noqa: S301


def test_defaults_are_not_shared() -> None:
    Config().spacing.parameters["leak"] = 1
    assert Config().spacing.parameters == {}


def test_every_section_may_be_a_dataclass_or_a_mapping() -> None:
    steps: list[str | dict[str, Any]] = [{"name": "jpeg", "worst": 40}]
    by_class = Config(
        source=SourceConfig(split="test"),
        image=ImageConfig(width=9),
        spacing=SpacingConfig(max=3),
        canvas=CanvasConfig(transform=steps),
    )
    assert by_class == Config(
        source={"split": "test"},
        image={"width": 9},
        spacing={"max": 3},
        canvas={"transform": steps},
    )
    assert by_class.canvas.transform == steps


def test_a_config_is_made_of_a_mapping_a_path_or_the_name_of_a_preset(tmp_path: Path) -> None:
    config = Config(image={"width": 99})
    assert Config.of(config) is config
    assert Config.of({"image": {"width": 99}}) == config
    assert Config.of({"image": ImageConfig(width=99)}) == config
    (tmp_path / "own.toml").write_text("[image]\nwidth = 99")
    assert Config.of(tmp_path / "own.toml") == Config.of(str(tmp_path / "own.toml")) == config
    assert Config.of("camera") == Config(preset="camera")


def test_a_file_without_an_ending_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own").write_text('{"image": {"width": 99}}')
    assert Config.of("own").image.width == 99


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("camra", "'camra' is neither a preset nor a config file; did you mean 'camera'?"),
        ("zzz", "'zzz' is neither a preset nor a config file; presets are bank-cheque, camera, "),
        ("nope/camera.json", "nope/camera.json: there is no such config file"),
        ({"imge": {}}, "imge: unknown key; did you mean 'image'?"),
        ({1: 2}, "1: unknown key"),
    ],
)
def test_a_value_that_means_no_config_is_refused(given: Any, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.of(given)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("given", [5, None, ["camera"], b"camera"])
def test_a_value_of_another_type_is_refused(given: Any) -> None:
    message = "a config is a Config, a mapping of keys, the path of a file or the name of a preset"
    with pytest.raises(ArgumentTypeError, match=message):
        Config.of(given)


def test_a_representation_has_the_keys_that_were_set() -> None:
    assert repr(Config()) == "Config()"
    config = Config(image={"width": 99, "crop": "cell"}, output_format="jpg")
    assert repr(config) == "Config(image={'width': 99}, output_format='jpg')"
    preset = Config(preset="camera", spacing={"max": 9})
    assert repr(preset) == "Config(preset='camera', spacing={'max': 9})"
    for each in (config, preset):
        assert eval(repr(each)) == each  # noqa: S307
