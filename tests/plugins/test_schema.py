"""The JSON Schema contains the parameters of installed components, and agrees with the library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from mnistseq.plugins.schema import installed_schema

if TYPE_CHECKING:
    from tests.plugins.conftest import Environment

GOOD: list[dict[str, Any]] = [
    {"image": {"transform": False}, "spacing": {"type": "variable", "subtype": "between"}},
    {"$schema": "config.schema.json", "spacing": {"max": 3, "parameters": {}}},
    {"spacing": {"type": "good-leaning"}},
    {"spacing": {"type": "good-leaning", "parameters": {"peak": 1, "ends": [1, 2]}}},
    {"source": {"name": "good-animals", "parameters": {"strength": 1}}},
    {"source": {"name": "idx"}},
    {"source": {"name": "idx", "parameters": {"images": "a", "labels": "b"}}},
    {"source": {"name": "image-folder", "path": ".", "parameters": {"height": None}}},
    {"image": {"transform": True}},
    {"image": {"transform": ["good-weaker", {"name": "good-weaker", "by": 8}, "affine"]}},
    {"canvas": {"transform": ["good-framed", {"name": "good-framed"}]}},
    {"spacing": {"type": "same-a"}},
]
BAD: list[dict[str, Any]] = [
    {"spacing": {"type": "good-leanin"}},
    {"spacing": {"type": "good-leaning", "parameters": {"peak": 3}}},
    {"spacing": {"type": "good-leaning", "parameters": {"peek": 1}}},
    {"spacing": {"type": "good-leaning", "parameters": {"ends": [1, 2, 3]}}},
    {"spacing": {"type": "variable", "parameters": {"peak": 0.5}}},
    {"spacing": {"parameters": {"peak": 0.5}}},
    {"source": {"name": "good-animals", "parameters": {"strength": 256}}},
    {"source": {"name": "good-animals", "parameters": {"strength": "1"}}},
    {"source": {"name": "idx", "parameters": {"images": 3}}},
    {"source": {"name": "idx", "parameters": {"images": ""}}},
    {"source": {"name": "strokes", "parameters": {"sizes": "large"}}},
    {"source": {"parameters": {"images": "a", "labels": "b"}}},
    {"image": {"transform": ["good-framed"]}},
    {"image": {"transform": [{"name": "good-weaker", "by": 9}]}},
    {"image": {"transform": [{"by": 2}]}},
    {"image": {"transform": [3]}},
    {"canvas": {"transform": ["good-weaker"]}},
    {"canvas": {"transform": ["no-such-transform"]}},
    {"spacing": {"type": "twin"}},
    {"spacing": {"type": "raises"}},
]


@pytest.fixture(scope="module")
def schema(environment: Environment) -> dict[str, Any]:
    done = environment.mnistseq("inspect-config", "--schema")
    assert not done.returncode, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


@pytest.mark.parametrize("config", GOOD, ids=json.dumps)
def test_the_schema_accepts_a_good_config(schema: dict[str, Any], config: dict[str, Any]) -> None:
    jsonschema.validate(config, schema)


@pytest.mark.parametrize("config", BAD, ids=json.dumps)
def test_the_schema_refuses_a_bad_config(schema: dict[str, Any], config: dict[str, Any]) -> None:
    assert not jsonschema.Draft202012Validator(schema).is_valid(config)


AGREES = """
import json, sys
from mnistseq import Config
from mnistseq.errors import MnistseqError
from mnistseq.pipeline.composers import check_components

def is_good(values):
    values.pop("$schema", None)
    try:
        check_components(Config(**values))
    except MnistseqError:
        return False
    return True

print(json.dumps([is_good(values) for values in json.load(sys.stdin)]))
"""


def test_the_library_agrees_with_the_schema(environment: Environment, tmp_path: Path) -> None:
    program = tmp_path / "agrees.py"
    program.write_text(AGREES.replace("sys.stdin", "open(sys.argv[1])"))
    (tmp_path / "configs.json").write_text(json.dumps([*GOOD, *BAD]))
    done = environment.run(program, tmp_path / "configs.json")
    assert not done.returncode, done.stderr
    told = json.loads(done.stdout)
    assert told[: len(GOOD)] == [True] * len(GOOD)
    assert told[len(GOOD) :] == [False] * len(BAD)


def test_the_schema_without_plugins_is_valid() -> None:
    schema = installed_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "variable" in schema["$defs"]["SpacingConfig"]["properties"]["type"]["enum"]
