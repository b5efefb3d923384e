"""Batches of NumPy arrays."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from mnistseq.errors import ArgumentError
from mnistseq.integrations import array_batches
from mnistseq.integrations.samples import IndexedSamples


def test_batches_have_padded_arrays() -> None:
    batch = next(array_batches("clean", 2, seed=3, texts=["350", "12"]))
    one, other = IndexedSamples.of("clean", 3, {"texts": ["350", "12"]}).draw([0, 1])
    widths = [one.image.shape[1], other.image.shape[1]]
    assert batch["width"].tolist() == widths
    assert batch["length"].tolist() == [3, 2]
    assert batch["image"].shape == (2, 28, max(widths), 1)
    assert batch["image"].dtype == np.uint8
    for row, sample in zip(batch["image"][..., 0], (one, other), strict=True):
        width = sample.image.shape[1]
        assert np.array_equal(row[:, :width], sample.image)
        assert (row[:, width:] == 255).all()
    assert batch["labels"].tolist() == [[3, 5, 0], [1, 2, -1]]
    for name in ("boxes", "ink_boxes"):
        boxes = one.boxes if name == "boxes" else one.ink_boxes
        assert batch[name].shape == (2, 3, 4)
        assert np.array_equal(batch[name][0], boxes)
        assert not batch[name][1, 2].any()


def test_masks_are_padded_like_images() -> None:
    batch = next(array_batches("clean", 2, seed=3, texts=["350", "12"], masks=True))
    texts = {"texts": ["350", "12"], "masks": True}
    samples = IndexedSamples.of("clean", 3, texts).draw([0, 1])  # type: ignore[arg-type]
    assert batch["mask"].shape == batch["image"].shape[:3]
    assert batch["mask"].dtype == np.uint16
    for row, quads, sample in zip(batch["mask"], batch["quads"], samples, strict=True):
        assert sample.mask is not None
        assert sample.quads is not None
        width = sample.mask.shape[1]
        assert np.array_equal(row[:, :width], sample.mask)
        assert not row[:, width:].any()
        assert np.array_equal(quads[: len(sample.labels)], sample.quads)
    assert not batch["quads"][1, 2].any()
    assert "mask" not in next(array_batches("clean", 1))


def test_colours_are_kept() -> None:
    config = {"preset": "clean", "canvas": {"transform": ["colour"]}}
    assert next(array_batches(config, 2))["image"].shape[3] == 3


def test_ranks_take_turns_and_a_run_resumes() -> None:
    def texts(first: int, rank: int, world_size: int) -> list[bytes]:
        drawn = array_batches("clean", 3, first=first, rank=rank, world_size=world_size)
        return [batch["labels"].tobytes() for batch in islice(drawn, 3)]

    whole = texts(0, 0, 1) + texts(3, 0, 1)
    assert len(set(whole)) == 6
    assert texts(0, 0, 2) == whole[0::2]
    assert texts(0, 1, 2) == whole[1::2]
    assert texts(3, 1, 2)[0] == whole[3]


def test_a_batch_size_is_checked_at_the_call() -> None:
    with pytest.raises(ArgumentError, match=r"^batch_size 0: a batch has at least one sample$"):
        array_batches("clean", 0)


def test_a_rank_is_checked_at_the_call() -> None:
    with pytest.raises(ArgumentError, match=r"^rank 2 of 2: ranks are 0 to 1$"):
        array_batches("clean", 1, rank=2, world_size=2)
