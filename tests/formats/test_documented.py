"""The page on formats lists every format, and the readers it shows run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.needed import package_or_skip

from mnistseq.formats.encoding.records import json_records
from mnistseq.formats.label_formats.table import LABEL_FORMATS
from mnistseq.plugins.built_in import BUILT_IN
from mnistseq.plugins.registry import create

TEXT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", TEXT, flags=re.MULTILINE | re.DOTALL))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", BUILT_IN["format"])
def test_readers_on_the_page_run(
    name: str,
    make: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    package_or_skip(name)
    made = make(
        create("format", name, {"labels": ["coco", "csv"]} if name == "files" else {}, ""),
        name="out",
    )
    monkeypatch.chdir(made.folder.parent)
    blocks = re.findall(r"```{code-block} python\n(.*?)```", SECTIONS[name], flags=re.DOTALL)
    assert blocks
    for block in blocks:
        imported = re.findall(
            r"^(?:import|from) (datasets|lmdb|pandas|pyarrow|torch|webdataset|pycocotools)",
            block,
            flags=re.MULTILINE,
        )
        for package in imported:
            pytest.importorskip(package, exc_type=ImportError)
        exec(compile(block, f"formats.md, {name}", "exec"), {})  # noqa: S102  # the code under test
    assert capsys.readouterr().out


def test_every_format_and_label_format_is_in_a_table() -> None:
    for name in (*BUILT_IN["format"], *set(LABEL_FORMATS) - {"jsonl"}):
        assert f"\n| `{name}` |" in TEXT


@pytest.mark.parametrize("name", BUILT_IN["format"])
def test_the_page_has_the_default_number_of_samples_of_a_shard(name: str) -> None:
    dataset_format = create("format", name, {}, "")
    (row,) = (line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |"))
    assert row.endswith(f"| {dataset_format.shard_samples:,} |")


def test_a_record_has_the_keys_shown_on_the_page(tricky: Any) -> None:
    from mnistseq import Composer
    from mnistseq.core.gap_rule import GapRule
    from mnistseq.spacings.variable import Variable

    batch = Composer(tricky, GapRule(Variable())).compose([["0", "1"]], 1)
    (shown,) = re.findall(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)
    (record,) = map(json.loads, json_records(batch))
    assert list(record) == list(json.loads(shown))
    assert list(record["objects"]) == list(json.loads(shown)["objects"])
