"""The page on scaling names all there is."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from mnistseq.plugins.built_in import BUILT_IN
from mnistseq.plugins.registry import find

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "scaling.md").read_text("utf-8")


@pytest.mark.parametrize("name", BUILT_IN["executor"])
def test_executors_and_their_options(name: str) -> None:
    (row,) = [
        line for line in PAGE.splitlines() if line.startswith(f"| `{name}` | ") and "µs" not in line
    ]
    options = [f"`{item.name}`" for item in fields(find("executor", name))]
    assert row.split(" | ")[-1].removesuffix(" |").strip(" |").split(", ") == (options or [""])


def test_extras_of_stores_are_documented() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for name in ("s3", "gcs", "azure", "hdfs", "remote"):
        assert name in extras["optional-dependencies"]
        assert f"| `{name}` | " in PAGE or f"| `{name}`, " in PAGE
