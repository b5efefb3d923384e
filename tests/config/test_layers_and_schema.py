"""Layers of a config and the origins of its values; and the JSON Schema of config files."""

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
from mnistseq.errors import ConfigError, ConfigFault, Origin, Setting


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.json"
    path.write_text('{"image": {"width": 200, "height": 20}, "spacing": {"min": 30, "max": 20}}')
    return path


OPTION, DEFAULT = Origin("option"), Origin("default")


def test_an_option_overrides_a_file_overrides_a_default(file: Path) -> None:
    effective = resolve(file, {"image.width": 300, "spacing.max": 40, "spacing.fit": None})
    values = {key: (effective.value(key), effective.origins[key]) for key in effective.origins}
    assert values["image.width"] == (300, OPTION)
    assert values["image.height"] == (20, Origin("file", str(file)))
    assert values["spacing.min"] == (30, Origin("file", str(file)))
    assert values["spacing.max"] == (40, OPTION)
    assert values["spacing.fit"] == ("pad", DEFAULT)
    assert values["output_format"] == ("png", DEFAULT)
    assert set(values) == {key.path for key in config_keys()}


def test_an_option_equal_to_the_default_is_an_option() -> None:
    effective = resolve(None, {"spacing.min": 0})
    assert (effective.value("spacing.min"), effective.origins["spacing.min"]) == (0, OPTION)


def test_options_and_assignments_rank_equally() -> None:
    effective = resolve(None, {"spacing.min": 2, "spacing.max": 9}, {"spacing.min": 2})
    assert (effective.config.spacing.min, effective.config.spacing.max) == (2, 9)
    with pytest.raises(ConfigError, match=r"^spacing\.min: is set to 1 and to 2; set it once$"):
        resolve(None, {"spacing.min": 1}, {"spacing.min": 2})
    with pytest.raises(ConfigError, match=r"^spacing: is set to 1 and to \{'min': 2\}; set it"):
        resolve(None, {"spacing.min": 1}, {"spacing": {"min": 2}})


def test_a_table_and_a_key_in_it_are_combined_in_either_order() -> None:
    table, key = ("spacing.parameters", {"a": 1}), ("spacing.parameters.b", 2)
    for pairs in ([table, key], [key, table]):
        assert resolve(None, {}, dict(pairs)).config.spacing.parameters == {"a": 1, "b": 2}


def test_an_assigned_section_sets_the_keys_in_it(file: Path) -> None:
    effective = resolve(file, {}, {"spacing": {"min": 1}})
    assert effective.config.spacing == Config(spacing={"min": 1, "max": 20}).spacing
    assert effective.origin("spacing.min") == OPTION
    assert effective.origin("spacing.max") == Origin("file", str(file))


def test_a_parameter_has_the_origin_of_its_key(file: Path) -> None:
    effective = resolve(file, {"spacing.min": 0}, {"spacing.parameters.peak": 0.5})
    assert effective.config.spacing.parameters == {"peak": 0.5}
    assert effective.origin("spacing.parameters.peak") == OPTION
    assert effective.origin("image.width[2].name") == Origin("file", str(file))


def test_conflicting_values_are_reported_with_their_origins(file: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(file, {"spacing.max": 25})
    origin = Origin("file", str(file))
    ends = Setting("spacing.min", 30, origin), Setting("spacing.max", 25, OPTION)
    assert caught.value.faults == (ConfigFault("spacing", "min 30 exceeds max 25", origin, ends),)


def test_faults_of_assignments_have_keys_and_an_origin() -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(None, {}, {"spacing.mni": 3, "image.width": 0})
    assert {(fault.key, fault.origin) for fault in caught.value.faults} == {
        ("spacing.mni", OPTION),
        ("image.width", OPTION),
    }
    with pytest.raises(ConfigError, match=r"^spacing\.min\.x: min is 1, not a table of keys"):
        resolve(None, {}, {"spacing.min": 1, "spacing.min.x": 2})


def test_faults_of_a_file_are_not_hidden_by_options(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"image": {"width": 0}}')
    with pytest.raises(ConfigError, match=r"image\.width: 0 is not allowed"):
        resolve(tmp_path / "c.json", {"image.width": 300})


def test_an_unknown_preset_is_reported_with_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"preset": "camra"}')
    message = r"c\.json: preset: unknown preset 'camra'; did you mean 'camera'\?$"
    with pytest.raises(ConfigError, match=message):
        resolve(tmp_path / "c.json", {})
    with pytest.raises(ConfigError, match=r"^preset: unknown preset 'camra'"):
        resolve(None, {"preset": "camra"})


def test_a_choice_in_capitals_is_recognised() -> None:
    with pytest.raises(ConfigError, match=r'"JPG" is not allowed; give .*; did you mean \'jpg\'\?'):
        Config(output_format="JPG")


def test_schema_is_valid_and_describes_every_key() -> None:
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
