"""``disjoint="text"``: no text and no glyph is in two splits, through resume and remake."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from tests.datasets import contents, make, manifest, plan, random_input, row_input, stored
from tests.pipeline.dataset.test_resume import stop_after

from mnistseq.core.random_sequences import RandomSequences
from mnistseq.errors import ArgumentError
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.dataset.request import Input
from mnistseq.pipeline.verify.check import verify

SPLIT = "train=0.7,val=0.3"


def planned(root: Path, given: Input, **options: Any) -> DatasetPlan:
    return plan(root, given, split=SPLIT, disjoint="text", **options)


def texts_and_glyphs(made: DatasetPlan) -> list[tuple[set[str], set[int]]]:
    """The texts and glyph ids of every split."""
    samples = stored(made)
    found: dict[str, tuple[set[str], set[int]]] = defaultdict(lambda: (set(), set()))
    for split in made.layout.splits:
        for index in range(split.first, split.first + split.samples):
            texts, glyphs = found[split.name]
            texts.add("".join(samples[index].labels))
            glyphs.update((samples[index].record or {})["glyph_ids"])
    return list(found.values())


def test_random_sequences_have_no_text_in_two_splits(tmp_path: Path) -> None:
    made = planned(tmp_path / "out", random_input(300, 1, 2))
    make(made)
    (train_texts, train_glyphs), (val_texts, val_glyphs) = texts_and_glyphs(made)
    assert train_texts.isdisjoint(val_texts)
    assert train_glyphs.isdisjoint(val_glyphs)
    assert [split.samples for split in made.layout.splits] == [210, 90]
    assert manifest(tmp_path / "out")["disjoint"] == "text"


def test_rows_have_no_text_in_two_splits(tmp_path: Path) -> None:
    content = "sequence,count\n" + "".join(f"{number % 100},2\n" for number in range(150))
    made = planned(tmp_path / "out", row_input(tmp_path / "r.csv", content))
    make(made)
    (train, _), (val, _) = texts_and_glyphs(made)
    assert train.isdisjoint(val)
    assert len(train | val) == 100
    assert sum(split.samples for split in made.layout.splits) == 300
    assert 0.15 < made.layout.splits[1].samples / 300 < 0.45


def test_a_run_that_was_stopped_is_resumed(tmp_path: Path) -> None:
    make(planned(tmp_path / "whole", random_input(60)))
    stop_after(planned(tmp_path / "out", random_input(60)), 3)
    make(planned(tmp_path / "out", random_input(60)), resume=True)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.parametrize("random", [True, False], ids=["random", "rows"])
def test_a_data_set_is_verified_and_made_again(tmp_path: Path, random: bool) -> None:
    content = "".join(f"{number}\n" for number in range(40))
    made = planned(
        tmp_path / "out", random_input(40) if random else row_input(tmp_path / "r.csv", content)
    )
    make(made)
    assert verify(str(tmp_path / "out"), redraw=1.0).passed
    with FinishedDataset.open(str(tmp_path / "out")).plan(str(tmp_path / "again")) as again:
        make(again)
    assert contents(tmp_path / "again") == contents(tmp_path / "out")


def test_another_division_is_another_data_set(tmp_path: Path) -> None:
    make(plan(tmp_path / "glyph", random_input(40), split=SPLIT))
    make(planned(tmp_path / "text", random_input(40)))
    assert contents(tmp_path / "glyph") != contents(tmp_path / "text")


@pytest.mark.parametrize(
    ("rule", "split", "message"),
    [
        (
            RandomSequences(10, 3, 3, balanced=True),
            SPLIT,
            "sequences cannot be balanced where no text is in two splits",
        ),
        (
            RandomSequences(10, 1, 1),
            "a=0.99,b=0.01",
            "split b has hardly any text for its share of 0.01, because no text is in two splits",
        ),
    ],
)
def test_sequences_whose_texts_cannot_be_divided(
    tmp_path: Path, rule: RandomSequences, split: str, message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        plan(tmp_path / "out", RandomInput(rule, 200), split=split, disjoint="text")
