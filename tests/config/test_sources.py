"""A source in a config: one, or a list of several; and files of glyph ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mnistseq import Config, SourceConfig
from mnistseq.config.exclusions import read_glyph_ids
from mnistseq.config.layers import resolve
from mnistseq.config.sections import SourceEntry
from mnistseq.errors import ConfigError, Origin
from mnistseq.plugins.schema import installed_schema

SYMBOLS = {"name": "image-folder", "path": "symbols", "weight": 2}


def test_a_list_has_names_and_tables() -> None:
    config = Config(source=["mnist", SYMBOLS])
    assert config.source.entries == (
        SourceEntry(),
        SourceEntry(name="image-folder", path="symbols", weight=2),
    )
    assert Config(source={"mix": ["mnist", SYMBOLS]}) == config
    assert Config(source=SourceConfig(mix=[{"name": "mnist"}, SYMBOLS])) == config
    assert Config(**config.to_dict()) == config
    assert config.to_dict()["source"].keys() == {"writer", "mix"}


def test_json_and_toml_have_lists_of_sources(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(json.dumps({"source": ["mnist", SYMBOLS]}))
    (tmp_path / "c.toml").write_text(
        'source = ["mnist", {name = "image-folder", path = "symbols", weight = 2}]'
    )
    (tmp_path / "mix.toml").write_text(
        '[source]\n[[source.mix]]\nname = "mnist"\n'
        '[[source.mix]]\nname = "image-folder"\npath = "symbols"\nweight = 2'
    )
    configs = [Config.load(tmp_path / name) for name in ("c.json", "c.toml", "mix.toml")]
    assert configs == [Config(source=["mnist", SYMBOLS])] * 3


def test_a_name_or_a_list_of_one_is_that_source() -> None:
    assert Config(source=["qmnist"]) == Config(source={"name": "qmnist"})
    assert Config(source="qmnist") == Config(source={"name": "qmnist"})
    assert resolve(None, {}, {"source": "qmnist"}).config == Config(source="qmnist")
    with pytest.raises(ConfigError, match=r"source: is set to 'qmnist' and to 'emnist'"):
        resolve(None, {"source.name": "qmnist"}, {"source": "emnist"})
    with pytest.raises(ConfigError, match=r"source\.weight: applies to one of several sources"):
        Config(source={"weight": 2})
    one = {"name": "npz", "path": "x", "split": "val", "parameters": {"images": "i"}}
    assert Config(source=[one]) == Config(source=one)


def test_a_single_source_is_its_only_entry() -> None:
    config = Config(source={"name": "npz", "path": "x", "parameters": {"images": "i"}})
    assert config.source.entries == (SourceEntry(name="npz", path="x", parameters={"images": "i"}),)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ([], "source: is a list without sources; name at least one"),
        ([5], "source.mix: [5] is not allowed; give a list of sources"),
        (["mnist", {"nam": "x"}], "source[1].nam: unknown key; did you mean 'name'?"),
        (["mnist", {"path": object}], "source[1].path: <class 'object'> is not allowed"),
        (["mnist", {"writer": "one"}], "source[1].writer: unknown key"),
        ([{"weight": 0}, "mnist"], "source[0].weight: 0 is not allowed; give a number above 0"),
        ([{"weight": -1.5}, "mnist"], "source[0].weight: -1.5 is not allowed"),
        (
            {"mix": ["mnist", "qmnist"], "split": "test"},
            "source.split: applies to a single source, but there are several; give each its own",
        ),
        ({"exclude": [-1]}, "source.exclude: [-1] is not allowed; give a list of glyph ids, or "),
        ({"exclude": [1.5]}, "source.exclude: [1.5] is not allowed"),
        (
            {"exclude": "no.txt"},
            "source.exclude: no.txt: cannot be read: No such file or directory",
        ),
    ],
)
def test_faults_of_sources_are_named(source: Any, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config(source=source)
    assert str(caught.value).startswith(message)


def test_faults_of_a_file_name_the_file(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"source": ["mnist", {"nam": "x", "split": 3}]}')
    with pytest.raises(ConfigError) as caught:
        Config.load(tmp_path / "c.json")
    keys = [(fault.key, fault.origin) for fault in caught.value.faults]
    origin = Origin("file", str(tmp_path / "c.json"))
    assert sorted(keys, key=str) == [("source[1].nam", origin), ("source[1].split", origin)]


def test_a_layer_above_replaces_one_source_by_several_and_the_reverse(tmp_path: Path) -> None:
    several, single = tmp_path / "several.json", tmp_path / "single.json"
    several.write_text('{"source": {"mix": ["mnist", "emnist"], "writer": "one-if-known"}}')
    single.write_text('{"source": {"name": "npz", "path": "x", "writer": "one-if-known"}}')
    one = resolve(several, {"source.name": "qmnist"})
    assert one.config.source == SourceConfig(name="qmnist", writer="one-if-known")
    both = Config(source={"mix": ["mnist", "kmnist"], "writer": "one-if-known"})
    entries = [{"name": "mnist"}, {"name": "kmnist"}]
    assert resolve(single, {"source.mix": entries}).config == both
    assigned = resolve(single, {}, {"source": ["mnist", "kmnist"]})
    assert assigned.config == both
    assert assigned.origin("source[1].name") == assigned.origin("source.mix") == Origin("option")


def test_a_path_beside_several_sources_is_refused_wherever_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"source": ["mnist", "emnist"]}')
    with pytest.raises(ConfigError) as caught:
        resolve(tmp_path / "c.json", {"source.path": "x"})
    [fault] = caught.value.faults
    assert (fault.key, fault.origin) == ("source.path", Origin("option"))


def test_the_preset_keeps_its_writer_beside_several_sources() -> None:
    config = Config(preset="camera", source=["qmnist", SYMBOLS])
    assert config.source.writer == "one-if-known"
    assert len(config.source.entries) == 2


@pytest.mark.parametrize(
    ("source", "good"),
    [
        (["mnist", SYMBOLS], True),
        ({"mix": ["mnist", SYMBOLS], "exclude": [3]}, True),
        ({"exclude": "bad.txt"}, True),
        (["mnist", {"name": "emnist", "parameters": {"variant": "letters"}}], True),
        ("emnist", True),
        ("mnits", False),
        (["mnits"], False),
        (["mnist", {"nam": "x"}], False),
        (["mnist", {"name": "emnist", "parameters": {"varant": "letters"}}], False),
        ([{"weight": 0}], False),
        ([], False),
        ({"exclude": [-1]}, False),
    ],
)
def test_the_schema_knows_lists_of_sources(source: Any, good: bool) -> None:
    schema = installed_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert jsonschema.Draft202012Validator(schema).is_valid({"source": source}) is good


def test_excluded_ids_are_sorted_and_each_is_kept_once(tmp_path: Path) -> None:
    (tmp_path / "ids").write_text("9\n3\n")
    for exclude in ([9, 3, 9], str(tmp_path / "ids"), tmp_path / "ids"):
        config = Config(source={"exclude": exclude})
        assert config.source.excluded == (3, 9)
        assert config.to_dict()["source"]["exclude"] == [3, 9]


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        (b"", []),
        (b"# none\n\n", []),
        (b"12\r\n 7 # a seven\n\n007", [7, 12]),
        (b"\xef\xbb\xbf5\n", [5]),
        (b"[3, 1, 2]", [1, 2, 3]),
        (b"\n []", []),
    ],
)
def test_files_of_ids_are_read(tmp_path: Path, content: bytes, ids: list[int]) -> None:
    (tmp_path / "ids").write_bytes(content)
    assert read_glyph_ids(str(tmp_path / "ids")) == ids


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"3\nx\n", "line 2: 'x' is not a glyph id; give one id a line"),
        (b"3,4\n", "line 1: '3,4' is not a glyph id"),
        (b"-1\n", "line 1: '-1' is not a glyph id"),
        (b"\xd9\xa3\n", "line 1: '٣' is not a glyph id"),
        (b"9" * 30, "line 1: '999999999999999999999999999999' is not a glyph id"),
        (b"9" * 9_999, f"line 1: '{'9' * 40}' is not a glyph id"),
        (b"[1, true]", "item 2: 'True' is not a glyph id"),
        (b"[1, -2]", "item 2: '-2' is not a glyph id"),
        (b"[1, 2", "is not a JSON list: "),
        (b"[" * 100_000, "is not a JSON list: "),
        (b"\xff\n", "is not UTF-8 (byte 0); give text with one id a line"),
    ],
)
def test_files_of_something_else_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "ids"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_glyph_ids(str(path))
    assert str(caught.value).startswith(f"source.exclude: {path}: {message}")


def test_a_folder_is_no_file_of_ids(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_glyph_ids(str(tmp_path))
    with pytest.raises(ConfigError, match="is not the path of a file"):
        read_glyph_ids("a\0b")
