"""Who says what: option, file, default; and the JSON Schema that says what may be said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mnistseq import Config
from mnistseq.config.keys import config_keys
from mnistseq.config.layers import resolve
from mnistseq.config.schema import config_schema
from mnistseq.errors import ConfigError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.json"
    path.write_text('{"image": {"width": 200, "height": 20}, "spacing": {"min": 30, "max": 20}}')
    return path


def test_option_beats_file_beats_default(file: Path) -> None:
    found = resolve(file, {"image.width": 300, "spacing.max": 40, "spacing.fit": None})
    told = {key: (found.value(key), found.origins[key]) for key in found.origins}
    assert told["image.width"] == (300, "option")
    assert told["image.height"] == (20, "file")
    assert told["spacing.min"] == (30, "file")
    assert told["spacing.max"] == (40, "option")
    assert told["spacing.fit"] == ("pad", "default")
    assert told["output_format"] == ("png", "default")
    assert set(told) == {key.path for key in config_keys()}


def test_option_that_says_the_default_is_an_option() -> None:
    found = resolve(None, {"spacing.min": 0})
    assert (found.value("spacing.min"), found.origins["spacing.min"]) == (0, "option")


def test_values_that_do_not_go_together_say_who_said_them(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"min 30 exceeds max 25.*\(min: file, max: option\)$"):
        resolve(file, {"spacing.max": 25})


def test_faults_of_a_file_are_not_hidden_by_options(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"image": {"width": 0}}')
    with pytest.raises(ConfigError, match=r"image\.width: 0 is not allowed"):
        resolve(tmp_path / "c.json", {"image.width": 300})


def test_an_unknown_preset_says_who_named_it(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"preset": "camra"}')
    message = r"c\.json: preset: there is no 'camra'\. Did you mean camera\?"
    with pytest.raises(ConfigError, match=message):
        resolve(tmp_path / "c.json", {})
    with pytest.raises(ConfigError, match=r"^preset: there is no 'camra'"):
        resolve(None, {"preset": "camra"})


def test_a_choice_in_capitals_is_known_again() -> None:
    with pytest.raises(ConfigError, match=r'"JPG" is not allowed; give .*; did you mean jpg\?'):
        Config(output_format="JPG")


def test_schema_is_a_schema_and_tells_every_key() -> None:
    schema = config_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    text = json.dumps(schema)
    for key in config_keys():
        assert json.dumps(key.help) in text, key.path


def configs() -> Iterator[tuple[dict[str, Any], bool]]:
    yield {}, True
    yield {"$schema": "x", "image": {"transform": False}, "output_format": "png"}, True
    yield {"image": {"width": 390, "height": None}, "spacing": {"min": -3, "max": 3}}, True
    yield {"spacing": {"parameters": {"anything": [1, 2]}}}, True
    yield Config().to_dict(), True
    yield {"image": {"width": 0}}, False
    yield {"image": {"width": "390"}}, False
    yield {"image": {"transfrom": False}}, False
    yield {"spacing": {"fit": "padd"}}, False
    yield {"spacing": {"min": 0.5}}, False
    yield {"output_format": "gif"}, False
    yield {"imge": {}}, False
    yield {"image": None}, False


@pytest.mark.parametrize(("values", "good"), [*configs()])
def test_schema_and_loading_agree(tmp_path: Path, values: dict[str, Any], good: bool) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(values))
    assert jsonschema.Draft202012Validator(config_schema()).is_valid(values) is good
    if good:
        Config.load(path)
    else:
        with pytest.raises(ConfigError):
            Config.load(path)


def test_example_configs_satisfy_the_schema() -> None:
    examples = sorted((Path(__file__).parents[2] / "examples").glob("*.json"))
    if not examples:
        pytest.skip("no example config beside these tests")
    for path in examples:
        jsonschema.validate(json.loads(path.read_text("utf-8")), config_schema())
        Config.load(path)
