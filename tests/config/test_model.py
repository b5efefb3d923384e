"""Config as a Python object."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnistseq import Config, ImageConfig, SourceConfig, SpacingConfig
from mnistseq.errors import ConfigError


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
