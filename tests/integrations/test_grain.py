"""SequenceSource, read by Grain itself."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

grain = pytest.importorskip("grain")

from mnistseq.integrations import SequenceSource  # noqa: E402
from mnistseq.integrations.samples import IndexedSamples  # noqa: E402

CONFIG = {"image": {"width": 200}}


@pytest.fixture
def source() -> SequenceSource:
    return SequenceSource(CONFIG, 20, seed=3, length=4)


def test_it_is_a_data_source(source: SequenceSource) -> None:
    assert isinstance(source, grain.sources.RandomAccessDataSource)
    assert len(source) == 20
    sample = IndexedSamples.of(CONFIG, 3, {"length": 4}).draw([19])[0]
    for index in (19, -1, np.int64(19)):
        record = source[index]
        assert np.array_equal(record["image"][..., 0], sample.image)
        assert "".join(source.alphabet[code] for code in record["labels"]) == sample.text
        assert np.array_equal(record["boxes"], sample.boxes)
        assert np.array_equal(record["ink_boxes"], sample.ink_boxes)


def test_its_masks_are_batched() -> None:
    source = SequenceSource(CONFIG, 4, seed=3, length=4, masks=True)
    (batch,) = grain.MapDataset.source(source).batch(4)
    assert batch["mask"].shape == (4, 28, 200)
    assert batch["mask"].max() == 4
    assert batch["quads"].shape == (4, 4, 4, 2)


def test_a_map_dataset_shuffles_and_batches_it(source: SequenceSource) -> None:
    batches = list(grain.MapDataset.source(source).shuffle(seed=1).batch(8))
    assert [len(batch["image"]) for batch in batches] == [8, 8, 4]
    assert batches[0]["image"].shape == (8, 28, 200, 1)
    drawn = {image.tobytes() for batch in batches for image in batch["image"]}
    assert drawn == {source[index]["image"].tobytes() for index in range(20)}


def test_its_loader_resumes_from_a_checkpoint(source: SequenceSource) -> None:
    sampler = grain.samplers.IndexSampler(
        20, shard_options=grain.sharding.NoSharding(), shuffle=True, seed=2, num_epochs=1
    )
    loader = grain.DataLoader(data_source=source, sampler=sampler, worker_count=0)
    records = iter(loader)
    for _ in range(5):
        next(records)
    state = records.get_state()
    expected = [record["image"].tobytes() for record in records]
    again = iter(loader)
    again.set_state(state)
    assert [record["image"].tobytes() for record in again] == expected


def test_a_checkpoint_knows_the_source_by_its_representation(source: SequenceSource) -> None:
    assert repr(source) == (
        "SequenceSource(20 samples of seed 3: "
        "<Composer: bank mnist, variable gaps 0 to 20 px, height 28 px>)"
    )


def test_a_pickled_source_is_small(source: SequenceSource) -> None:
    pickled = pickle.dumps(source)
    assert len(pickled) < 10_000
    again: SequenceSource = pickle.loads(pickled)  # noqa: S301
    assert np.array_equal(again[7]["image"], source[7]["image"])


def test_a_loop_over_the_source_ends(source: SequenceSource) -> None:
    records = [record["labels"] for record in source]  # type: ignore[attr-defined]
    assert len(records) == 20
