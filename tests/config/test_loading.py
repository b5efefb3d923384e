"""Config files: what is read, and every fault with its key."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mnistseq import Config
from mnistseq.errors import ArgumentTypeError, ConfigError, ConfigFault, Origin, Setting

ORIGINAL = """{
  "image": {"transform": false},
  "spacing": {"type": "variable", "subtype": "between"},
  "output_format": "png"
}"""

Write = Callable[[str | bytes, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(content: str | bytes, name: str = "config.json") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


@pytest.fixture
def fault(write: Write) -> Callable[..., str]:
    """What is wrong with a file, its folder cut from the message."""

    def find(content: str | bytes, name: str = "config.json") -> str:
        path = write(content, name)
        with pytest.raises(ConfigError) as caught:
            Config.load(path)
        return str(caught.value).replace(f"{path.parent}/", "")

    return find


def test_file_of_the_older_tool_means_the_default(write: Write) -> None:
    assert Config.load(write(ORIGINAL, "config.json")) == Config()


def test_json_and_toml_mean_the_same(write: Write) -> None:
    values = {
        "source": {"name": "mnist", "split": "test", "path": "/data", "writer": "one"},
        "image": {"width": 390, "height": 32, "crop": "ink", "polarity": "light-on-dark"},
        "spacing": {"type": "fixed", "subtype": "edge", "min": -3, "max": 7, "fit": "exact",
                    "align": "random", "parameters": {"peak": 0.5}},
        "output_format": "jpg",
    }  # fmt: skip
    toml = """
        output_format = "jpg"
        [source]
        name = "mnist"
        split = "test"
        path = "/data"
        writer = "one"
        [image]
        width = 390
        height = 32
        crop = "ink"
        polarity = "light-on-dark"
        [spacing]
        type = "fixed"
        subtype = "edge"
        min = -3
        max = 7
        fit = "exact"
        align = "random"
        parameters = { peak = 0.5 }
    """
    from_json = Config.load(write(json.dumps(values), "config.json"))
    assert from_json == Config.load(write(toml, "config.TOML"))
    described = from_json.to_dict()
    for section, keys in values.items():
        if isinstance(keys, dict):
            assert keys.items() <= described[section].items()
    assert from_json.output_format == "jpg"
    assert Config(**described) == from_json


def test_schema_key_and_byte_order_mark_are_accepted(write: Write) -> None:
    content = b"\xef\xbb\xbf" + b'{"$schema": "config.schema.json", "image": {"width": 99}}'
    assert Config.load(write(content, "config.json")).image.width == 99


def test_a_path_may_be_a_string_or_bytes(write: Write) -> None:
    path = write('{"image": {"width": 99}}', "config.json")
    assert Config.load(str(path)) == Config.load(bytes(path)) == Config.load(path)  # type: ignore[arg-type]


def test_a_path_of_another_type_is_refused() -> None:
    with pytest.raises(ArgumentTypeError, match="the path of a config must be a path, not 5"):
        Config.load(5)  # type: ignore[arg-type]


def test_all_faults_are_reported_at_once(fault: Callable[..., str]) -> None:
    found = fault("""{
        "image": {"transfrom": false, "width": 0, "height": 1e400, "crop": "inc"},
        "spacing": {"min": 30, "max": 20, "fit": "padd", "fit": "exat", "align": NaN},
        "source": 5,
        "width": 390,
        "output_format": "gif"
    }""")
    assert set(found.split("\n")) == {
        "config.json: spacing.fit: is set twice in the same table; remove one of the two",
        "config.json: image.transfrom: unknown key; did you mean 'transform'?",
        "config.json: image.width: 0 is not allowed; give a whole number from 1 to 65500, or null",
        (
            "config.json: image.height: Infinity is not allowed; give a whole number from 1 to 4096, "
            "or null"
        ),
        "config.json: image.crop: \"inc\" is not allowed; give cell, ink; did you mean 'ink'?",
        (
            'config.json: spacing.fit: "exat" is not allowed; give pad, exact, resize; '
            "did you mean 'exact'?"
        ),
        "config.json: spacing.align: NaN is not allowed; give left, center, right, random",
        "config.json: source: 5 is not a table of keys and values",
        "config.json: width: unknown key; did you mean 'image.width'?",
        'config.json: output_format: "gif" is not allowed; give png, jpg, jpeg',
        "config.json: spacing: min 30 exceeds max 20",
    }


def test_an_empty_range_names_the_file(fault: Callable[..., str]) -> None:
    assert fault('{"spacing": {"min": 30, "max": 20}}') == (
        "config.json: spacing: min 30 exceeds max 20"
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"imge": {}}, "imge: unknown key; did you mean 'image'?"),
        ({"xyz": 1}, "xyz: unknown key; choose from canvas, image, "),
        ({"image": {"min": 3}}, "image.min: unknown key; did you mean 'spacing.min'?"),
        ({"spacing": {"minimum": 3}}, "spacing.minimum: unknown key; did you mean 'min'?"),
        ({"spacing": {"min": True}}, "spacing.min: true is not allowed; give a whole number"),
        ({"spacing": {"min": 3.0}}, "spacing.min: 3.0 is not allowed; give a whole number"),
        ({"spacing": {"min": None}}, "spacing.min: null is not allowed; give a whole number"),
        ({"spacing": {"type": 3}}, "spacing.type: 3 is not allowed; give a string"),
        ({"spacing": {"max": 65_501}}, "spacing.max: 65501 is not allowed; give a whole number "),
        ({"spacing": None}, "spacing: null is not a table of keys and values"),
        ({"source": {"parameters": []}}, "source.parameters: [] is not allowed; give a table"),
        ({"source": {"path": "\ud800"}}, 'source.path: "\\ud800" is not allowed; give a string'),
        ({"image": {"width": 10**400}}, "image.width: Infinity is not allowed"),
        ({"image": {"width": "9" * 400}}, f'image.width: "{"9" * 59}… is not allowed'),
    ],
)
def test_a_single_fault_has_one_line(
    fault: Callable[..., str], values: dict[str, Any], message: str
) -> None:
    found = fault(json.dumps(values))
    assert found.startswith(f"config.json: {message}")
    assert "\n" not in found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is not JSON: line 1, column 1"),
        ("{'image': 3}", "is not JSON: line 1, column 2"),
        ('{"image": {}} {}', "is not JSON: line 1, column 15"),
        ("[1, 2]", "a config is a table of keys and values, not [1, 2]"),
        ("null", "a config is a table of keys and values, not null"),
        ("[" * 100_000, "is nested too deeply for a config"),
        (
            '{"image": {"transform": ' + "[" * 250 + "]" * 250 + "}}",
            "is nested too deeply for a config",
        ),
        (b'{"image": "\xe9"}', "is not UTF-8 (byte 11); save the file as UTF-8"),
    ],
)
def test_content_that_is_not_a_config_is_refused(
    fault: Callable[..., str], content: str | bytes, message: str
) -> None:
    assert fault(content).startswith(f"config.json: {message}")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_not_finite_are_refused(fault: Callable[..., str], number: str) -> None:
    found = fault(f'{{"spacing": {{"max": {number}, "parameters": {{"peak": [1, {number}]}}}}}}')
    shown = "Infinity" if number == "1e999" else number
    assert found.split("\n") == [
        (
            f"config.json: spacing.max: {shown} is not allowed; give a whole number from -65500 to "
            "65500"
        ),
        f"config.json: spacing.parameters.peak.1: {shown} is not allowed",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("image = ", "is not TOML: "),
        ("[image]\nwidth = 3\nwidth = 4", "is not TOML: "),
        ("[spacing]\nmax = nan", "spacing.max: NaN is not allowed"),
        ("[spacing]\nmax = 2024-01-01", "spacing.max: 2024-01-01 is not allowed"),
        ("[image]\nwidth = " + "9" * 5000, "is not TOML: "),
        ("[image]\nwidth = 0x" + "f" * 5000, f"image.width: 0x{'f' * 58}… is not allowed"),
        ("[" + "a." * 5000 + "a]", "is nested too deeply for a config"),
        ("now = 2024-01-01", "now: unknown key; choose from "),
        ("[image]\nwidht = 3", "image.widht: unknown key; did you mean 'width'?"),
    ],
)
def test_faults_of_toml_are_reported(fault: Callable[..., str], content: str, message: str) -> None:
    assert fault(content, "config.toml").startswith(f"config.toml: {message}")


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.json: there is no such config file$"):
        Config.load(tmp_path / "gone.json")
    with pytest.raises(ConfigError, match=r"is a folder; give a JSON or TOML file in it$"):
        Config.load(tmp_path)


def test_faults_are_data(write: Write) -> None:
    path = write('{"image": {"width": 0}, "output_format": 3}', "config.json")
    with pytest.raises(ConfigError) as caught:
        Config.load(path)
    origin = Origin("file", str(path))
    assert caught.value.faults == (
        ConfigFault(
            "image.width", "0 is not allowed; give a whole number from 1 to 65500, or null", origin
        ),
        ConfigFault("output_format", "3 is not allowed; give png, jpg, jpeg", origin),
    )


def test_an_error_survives_pickling() -> None:
    ends = Setting("spacing.min", 30), Setting("spacing.max", 20)
    fault = ConfigFault("spacing", "min 30 exceeds max 20", ends=ends)
    copy = pickle.loads(pickle.dumps(ConfigError(fault, "is not JSON")))  # noqa: S301
    assert copy.faults == (fault, ConfigFault("", "is not JSON"))
    assert str(copy) == "spacing: min 30 exceeds max 20\nis not JSON"


def test_errors_are_of_the_kinds_that_users_of_the_older_tool_catch(
    fault: Callable[..., str],
) -> None:
    assert issubclass(ConfigError, ValueError)
    assert issubclass(ConfigError, KeyError)
    # A KeyError would show the repr of its text.
    assert not fault("{").startswith(("'", '"'))


def test_a_file_that_is_too_large_for_a_config_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "large.json").touch()
    os.truncate(tmp_path / "large.json", 2**40)
    with pytest.raises(ConfigError, match="has more than 16 MiB, which is too large for a config"):
        Config.of(tmp_path / "large.json")


def test_a_nul_is_refused_in_values_and_in_paths(tmp_path: Path) -> None:
    """No system accepts it in a path, and Python raises another error there."""
    (tmp_path / "nul.json").write_text('{"source": {"name": "npz", "path": "a\\u0000b"}}')
    with pytest.raises(ConfigError, match=r"source\.path: .* is not allowed"):
        Config.of(tmp_path / "nul.json")
    with pytest.raises(ConfigError, match="cannot be read: embedded null byte"):
        Config.of("a\0b.json")
