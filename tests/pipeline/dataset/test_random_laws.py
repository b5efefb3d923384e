"""Data sets of amounts and of texts with weights: made, resumed, grown, made again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.datasets import hashes, make, manifest, plan, stored

from mnistseq import make_dataset
from mnistseq.errors import ArgumentError, DatasetExistsError, LabelError, SourceError
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.random_input import RandomInput, amounts_law
from mnistseq.pipeline.dataset.request import InputFile
from mnistseq.pipeline.rows.weighted_list import read_weights
from mnistseq.pipeline.shards.layout import SPLIT_DISTANCE
from mnistseq.pipeline.verify.check import verify

DIGITS = tuple("0123456789")


@pytest.fixture(params=["amounts", "weights"])
def given(request: pytest.FixtureRequest, tmp_path: Path) -> RandomInput:
    if request.param == "amounts":
        return RandomInput(amounts_law(DIGITS, "2-5"), 30)
    path = tmp_path / "texts.csv"
    path.write_text("350,3\n12,1\n9,0.5\n")
    return RandomInput(read_weights(path, DIGITS), 30, InputFile(path, "texts.csv"))


def test_a_data_set_grows_to_what_it_would_have_been(tmp_path: Path, given: RandomInput) -> None:
    make(plan(tmp_path / "grown", given))
    larger = replace(given, samples=45)
    make(plan(tmp_path / "grown", larger), resume=True)
    make(plan(tmp_path / "whole", larger))
    assert hashes(tmp_path / "grown") == hashes(tmp_path / "whole")


def test_a_data_set_is_made_again_from_itself(tmp_path: Path, given: RandomInput) -> None:
    make(plan(tmp_path / "one", given))
    if given.file is not None:
        given.file.path.unlink()
    original = FinishedDataset.open(str(tmp_path / "one"))
    with original.plan(str(tmp_path / "two")) as again:
        make(again)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")
    assert verify(str(tmp_path / "two"), redraw=1).faults == ()


def test_splits_have_no_text_in_common(tmp_path: Path, given: RandomInput) -> None:
    planned = plan(tmp_path / "out", given, split="train=0.6,val=0.4", disjoint="text", seed=2)
    make(planned)
    samples = stored(planned)
    train, val = (
        {"".join(samples[first + index].labels) for index in range(count)}
        for first, count in ((0, 18), (SPLIT_DISTANCE, 12))
    )
    assert train.isdisjoint(val)


def test_the_manifest_records_the_law(tmp_path: Path, given: RandomInput) -> None:
    make(plan(tmp_path / "out", given))
    record = manifest(tmp_path / "out")["input"]
    assert record["law"] == given.law.name
    assert (
        ("weights" in record) == (given.file is not None) == (tmp_path / "out/weights.csv").exists()
    )


def test_a_data_set_of_another_law_is_not_resumed(tmp_path: Path, given: RandomInput) -> None:
    make(plan(tmp_path / "out"))
    with pytest.raises(DatasetExistsError, match="law of the sequences was uniform, now"):
        make(plan(tmp_path / "out", given), resume=True)


def test_damaged_weights_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("350,3\n")
    make_dataset({}, tmp_path / "out", count=3, weights=path, seed=1, jobs=1)
    (tmp_path / "out/weights.csv").write_text("350,4\n")
    with (
        pytest.raises(SourceError, match=r"weights\.csv: is missing, or is not the file"),
        FinishedDataset.open(str(tmp_path / "out")).plan(str(tmp_path / "again")),
    ):
        pass


def test_amounts_need_digits() -> None:
    with pytest.raises(
        LabelError, match="amounts need the labels 0 to 9, but the source has no '9'"
    ):
        amounts_law(DIGITS[:9], "3")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"amounts": True, "weights": "w.csv"}, "weights has no effect on amounts"),
        ({"amounts": True, "balance": True}, "balance has no effect on amounts"),
        ({"weights": "w.csv", "length": 3}, "length has no effect on weights"),
        ({"amounts": True, "pattern": "1"}, "amounts has no effect on pattern"),
        ({"amounts": True, "length": "0"}, "length '0': give a number"),
    ],
)
def test_laws_exclude_each_other(
    tmp_path: Path, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        make_dataset({}, tmp_path / "out", count=3, **arguments)  # type: ignore[arg-type]
