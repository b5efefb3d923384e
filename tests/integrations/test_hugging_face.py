"""Data sets of Hugging Face that are drawn, not read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

datasets = pytest.importorskip("datasets")

from datasets.distributed import split_dataset_by_node  # noqa: E402

from mnistseq.core.samples import Sample  # noqa: E402
from mnistseq.errors import ArgumentError  # noqa: E402
from mnistseq.integrations import to_dataset, to_iterable_dataset  # noqa: E402
from mnistseq.integrations.samples import IndexedSamples  # noqa: E402


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)


def check(row: dict[str, Any], sample: Sample) -> None:
    assert np.array_equal(np.asarray(row["image"]), sample.image)
    assert row["text"] == sample.text
    assert row["index"] == sample.index
    assert row["objects"]["categories"] == list(sample.labels)
    x, y, width, height = np.array(row["objects"]["ink_bbox"]).T
    assert np.array_equal(np.stack([x, y, x + width, y + height], axis=1), sample.ink_boxes)


def samples(count: int) -> list[Sample]:
    return list(IndexedSamples.of("clean", 3, {"length": "2-5"}).draw(range(count)))


def test_a_drawn_data_set_has_images_and_boxes() -> None:
    made = to_dataset("clean", 300, seed=3, length="2-5")
    assert len(made) == 300
    assert made.features["image"] == datasets.Image()
    assert made.features["text"] == datasets.Value("string")
    assert set(made.features["objects"]) == {"bbox", "ink_bbox", "categories"}
    drawn = samples(300)
    for index in (0, 255, 256, 299):
        check(made[index], drawn[index])
    assert made.shuffle(seed=1).select(range(2))[0]["text"] in {sample.text for sample in drawn}


def test_a_drawn_stream_has_the_same_rows_and_features() -> None:
    stream = to_iterable_dataset("clean", 70, seed=3, length="2-5")
    assert stream.num_shards == 64
    assert stream.features == to_dataset("clean", 1).features
    rows = list(stream)
    assert len(rows) == 70
    for row, sample in zip(rows, samples(70), strict=True):
        check(row, sample)


def test_masks_are_a_column_of_both() -> None:
    options: Any = {"seed": 3, "length": 3, "masks": True}
    made = to_dataset("clean", 2, **options)
    stream = to_iterable_dataset("clean", 2, **options)
    assert stream.features == made.features
    masks = [row["objects"]["masks"] for row in stream]
    assert masks == [row["objects"]["masks"] for row in made]
    assert [len(own) for own in masks] == [3, 3]


def test_ranks_take_whole_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "5")
    stream = to_iterable_dataset("clean", 130, seed=3, length="2-5")
    assert stream.num_shards == 65
    parts = [split_dataset_by_node(stream, rank, 5) for rank in range(5)]
    assert [part.num_shards for part in parts] == [13] * 5
    by_rank = [{row["index"] for row in part} for part in parts]
    assert sorted(index for part in by_rank for index in part) == list(range(130))


def test_shards_that_ranks_cannot_divide_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setenv("WORLD_SIZE", "4")
    message = r"^num_shards 6 is not a multiple of the 4 ranks, so each rank would draw all samples: take 8$"
    with pytest.raises(ArgumentError, match=message):
        to_iterable_dataset("clean", 10, num_shards=6)
    assert to_iterable_dataset("clean", 10, num_shards=8).num_shards == 8


def test_a_drawn_stream_resumes() -> None:
    stream = to_iterable_dataset("clean", 20, num_shards=2)
    rows = iter(stream)
    for _ in range(7):
        next(rows)
    state = stream.state_dict()
    rest = [row["index"] for row in rows]
    again = to_iterable_dataset("clean", 20, num_shards=2)
    again.load_state_dict(state)
    assert [row["index"] for row in again] == rest == list(range(7, 20))
