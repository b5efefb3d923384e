"""How a plan that differs from an existing one is described."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.datasets import plan, random_input, row_input

from mnistseq.errors import Difference
from mnistseq.pipeline.dataset.differences import describe, differences


def described(tmp_path: Path, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    plans = [plan(tmp_path / "out", **options).record for options in (old, new)]
    return [describe(item) for item in differences(*plans)]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({}, []),
        ({"seed": 8}, ["seed was 7, now 8"]),
        ({"config": {"spacing": {"max": 9}}}, ["spacing.max was 20, now 9"]),
        ({"config": {"image": {"width": 300}}}, ["image.width was not set, now 300"]),
        ({"config": {"image": {"transform": True}}}, ["image.transform was off, now on"]),
        ({"config": {"canvas": {"transform": ["jpeg"]}}}, ["canvas.transform was empty, now jpeg"]),
        ({"format_name": "files"}, ["format was webdataset, now files"]),
        ({"shard_samples": 11}, ["samples in a shard was 10, now 11"]),
        ({"split": "a=0.5,b=0.5"}, ["splits was train=1.0, now a=0.5, b=0.5"]),
        (
            {"parameters": {"quality": 7}},
            ["format parameter quality was 95, now 7"],
        ),
        ({"given": random_input(61)}, ["number of samples was 60, now 61"]),
        ({"given": random_input(60, 4, 6)}, ["shortest length was 3, now 4"]),
        (
            {"given": random_input(61), "seed": 8},
            ["seed was 7, now 8", "number of samples was 60, now 61"],
        ),
    ],
)
def test_each_key_is_named_with_both_values(
    tmp_path: Path, changes: dict[str, Any], lines: list[str]
) -> None:
    assert described(tmp_path, {}, changes) == lines


def test_another_kind_of_input_is_one_difference(tmp_path: Path) -> None:
    given = row_input(tmp_path / "r.csv", "sequence,count\n12,60\n")
    assert described(tmp_path, {"given": given}, {}) == [
        "input was a file or pattern, now random sequences"
    ]


def test_another_content_of_the_rows_is_reported_without_hashes(tmp_path: Path) -> None:
    old = row_input(tmp_path / "a.csv", "sequence,count\n12,60\n")
    new = row_input(tmp_path / "b.csv", "sequence,count\n13,60\n")
    assert described(tmp_path, {"given": old}, {"given": new}) == ["the sequences are different"]


def test_the_path_of_a_source_is_not_compared(tmp_path: Path) -> None:
    old = plan(tmp_path / "out").record
    config = {**old.config, "source": {**old.config["source"], "path": "elsewhere"}}  # type: ignore[dict-item]
    new = replace(old, config=config, source=replace(old.source, name="mnist in elsewhere"))
    assert differences(old, new) == []


def test_another_source_is_reported_without_its_fingerprint(tmp_path: Path) -> None:
    old = plan(tmp_path / "out").record
    source = {**old.config["source"], "split": "test"}  # type: ignore[dict-item]
    new = replace(
        old,
        config={**old.config, "source": source},
        source=replace(old.source, fingerprint="0" * 64, glyphs=10_000),
    )
    assert [describe(item) for item in differences(old, new)] == [
        "source.split was train, now test"
    ]
    changed = replace(old, source=replace(old.source, fingerprint="0" * 64))
    assert [describe(item) for item in differences(old, changed)] == [
        "the source has different glyphs"
    ]


def test_keys_that_follow_from_others_are_reported_where_only_they_differ(tmp_path: Path) -> None:
    old = plan(tmp_path / "out").record
    new = replace(old, skipped=replace(old.skipped, rows=3))
    assert differences(old, new) == [Difference("skipped.rows", 0, 3)]


def test_a_long_value_is_cut() -> None:
    text = describe(Difference("config.canvas.transform", ["x"] * 99, []))
    assert len(text) < 150
    assert text.endswith("…, now empty")


def test_keys_that_an_older_version_did_not_have_count_as_their_defaults(tmp_path: Path) -> None:
    new = plan(tmp_path / "out").record
    canvas = {"transform": new.config["canvas"]["transform"]}  # type: ignore[index]
    old = replace(new, config={**new.config, "canvas": canvas})
    assert differences(old, new) == []
    higher = plan(tmp_path / "out", config={"canvas": {"height": 64}}).record
    assert [describe(item) for item in differences(old, higher)] == [
        "canvas.height was not set, now 64"
    ]
