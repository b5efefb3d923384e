"""SequenceDataset and the functions that collate, in PyTorch's own loader."""

from __future__ import annotations

import multiprocessing
import pickle
from functools import partial
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.utils.data import (  # noqa: E402
    BatchSampler,
    ConcatDataset,
    DataLoader,
    Subset,
)

from mnistseq.integrations import SequenceDataset, collate_boxes, collate_ctc  # noqa: E402
from mnistseq.integrations.samples import IndexedSamples  # noqa: E402
from mnistseq.integrations.torch_collate import CtcBatch  # noqa: E402
from mnistseq.integrations.torch_dataset import DrawnBatch  # noqa: E402

COLOURED = {"preset": "clean", "canvas": {"transform": ["colour"]}}
OF_ONE_SIZE = {"image": {"width": 200}}

pytestmark = pytest.mark.filterwarnings(
    "ignore:This DataLoader will create"  # a warning on a machine with few cores
)


def batches(dataset: Any, collate: Any = collate_ctc, **options: Any) -> list[Any]:
    return list(DataLoader(dataset, batch_size=4, collate_fn=collate, **options))


def assert_equal(one: list[CtcBatch], other: list[CtcBatch]) -> None:
    assert len(one) == len(other)
    for left, right in zip(one, other, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(left, right, strict=True))


@pytest.mark.parametrize("config", ["clean", COLOURED], ids=["grey", "colour"])
def test_a_sample_has_the_tensors_of_what_is_drawn(config: Any) -> None:
    dataset = SequenceDataset(config, 10, seed=3, length="2-5")
    assert len(dataset) == 10
    drawn = IndexedSamples.of(config, 3, {"length": "2-5"}).draw(range(10))
    for item, sample in zip(dataset, drawn, strict=True):  # type: ignore[call-overload]
        pixels = item["image"].numpy()
        assert pixels.dtype == np.uint8
        assert np.array_equal(np.moveaxis(pixels, 0, -1), np.atleast_3d(sample.image))
        assert "".join(dataset.alphabet[code] for code in item["labels"]) == sample.text
        assert item["text"] == sample.text
        assert np.array_equal(item["boxes"].numpy(), sample.boxes)
        assert np.array_equal(item["ink_boxes"].numpy(), sample.ink_boxes)


@pytest.mark.parametrize("config", ["clean", COLOURED, OF_ONE_SIZE], ids=["grey", "colour", "even"])
def test_a_batch_that_was_drawn_at_once_is_that_of_single_samples(config: Any) -> None:
    dataset = SequenceDataset(config, 10, length="2-5")
    chosen = [9, 0, 3]
    at_once = dataset[chosen]
    assert isinstance(at_once, DrawnBatch)
    one_by_one = [dataset[index] for index in chosen]
    assert_equal([collate_ctc(at_once)], [collate_ctc(one_by_one)])
    for one, other in zip(collate_boxes(at_once), collate_boxes(one_by_one), strict=True):
        assert str(one) == str(other)


def test_ctc_batches_are_padded_and_can_be_read_back() -> None:
    dataset = SequenceDataset("clean", 4, texts=["350", "12"])
    images, widths, targets, lengths = collate_ctc(dataset[[0, 1]])
    assert images.dtype == torch.float32
    assert images.shape == (2, 1, 28, int(widths.max()))
    assert float(images.min()) == 0.0
    assert (images[int(widths.argmin()), :, :, int(widths.min()) :] == 1).all()
    assert targets.tolist() == [[4, 6, 1], [2, 3, 0]]
    assert lengths.tolist() == [3, 2]
    assert torch.equal(images[0, 0, :, : widths[0]], dataset[0]["image"][0] / 255)
    dark = collate_ctc(dataset[[0, 1]], fill=0).images
    assert not dark[int(widths.argmin()), :, :, int(widths.min()) :].any()


def test_the_loss_takes_a_ctc_batch() -> None:
    batch = collate_ctc(SequenceDataset("clean", 4, length="3-5")[range(4)])
    scores = torch.zeros(30, 4, 11).log_softmax(2)
    loss = torch.nn.CTCLoss()(scores, batch.targets, torch.full((4,), 30), batch.target_lengths)
    assert 0 < float(loss) < 100


def test_boxes_are_those_of_the_ink_and_never_empty() -> None:
    dataset = SequenceDataset("camera", 8, length="3-5")
    images, targets = collate_boxes(dataset[range(8)])
    for image, target, sample in zip(images, targets, dataset[range(8)], strict=True):
        assert image.shape == sample["image"].shape
        assert target["boxes"].dtype == torch.float32
        assert torch.equal(target["boxes"], sample["ink_boxes"].float())
        assert torch.equal(target["labels"], sample["labels"] + 1)
    batch = dataset[[0]]
    batch.samples.flat_ink_boxes[1] = 0
    (target,) = collate_boxes(batch)[1]
    assert len(target["boxes"]) == len(target["labels"]) == len(dataset[0]["labels"]) - 1


@pytest.mark.parametrize("at_once", [True, False])
def test_masks_are_those_of_the_glyphs_that_have_boxes(*, at_once: bool) -> None:
    dataset = SequenceDataset("camera", 4, length="2-4", masks=True)
    drawn = dataset[range(4)]
    drawn.samples.flat_ink_boxes[1] = 0  # a glyph without ink
    _, targets = collate_boxes(drawn if at_once else list(drawn))
    for number, (target, sample) in enumerate(zip(targets, drawn, strict=True)):
        kept = [glyph for glyph in range(len(sample["labels"])) if (number, glyph) != (0, 1)]
        masks = target["masks"]
        assert masks.dtype == torch.uint8
        assert masks.shape == (len(kept), *sample["image"].shape[1:])
        for mask, glyph, box in zip(masks, kept, target["boxes"].int().tolist(), strict=True):
            assert torch.equal(mask.bool(), sample["mask"] == glyph + 1)
            assert mask.any()
            assert not mask[:, : box[0]].any()
            assert not mask[box[3] :].any()
        assert sample["quads"].shape == (len(sample["labels"]), 4, 2)
    assert "masks" not in collate_boxes(SequenceDataset("clean", 1)[[0]])[1][0]


def test_samples_of_one_size_need_no_collate_function() -> None:
    dataset = SequenceDataset(OF_ONE_SIZE, 8, length=3)
    batch = next(iter(DataLoader(dataset, batch_size=4)))
    assert batch["image"].shape == (4, 1, 28, 200)
    assert batch["labels"].shape == (4, 3)
    assert batch["text"] == [dataset[index]["text"] for index in range(4)]


def test_a_loader_asks_for_a_batch_in_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    draw = IndexedSamples.draw

    def counted(self: IndexedSamples, indices: Any) -> Any:
        calls.append(len(indices))
        return draw(self, indices)

    monkeypatch.setattr(IndexedSamples, "draw", counted)
    dataset = SequenceDataset("clean", 10)
    expected = batches(dataset)
    assert calls == [4, 4, 2]
    lists = BatchSampler(range(10), 4, drop_last=False)
    assert_equal(
        list(DataLoader(dataset, sampler=lists, batch_size=None, collate_fn=collate_ctc)), expected
    )
    assert_equal(batches(Subset(dataset, range(10))), expected)
    assert calls == [4, 4, 2] * 3
    assert_equal(batches(ConcatDataset([dataset])), expected)


def test_shuffling_draws_each_sample_once() -> None:
    dataset = SequenceDataset("clean", 300, length=5)
    loaded = batches(dataset, lambda drawn: [item["text"] for item in drawn], shuffle=True)
    texts = [text for batch in loaded for text in batch]
    assert texts != [item["text"] for item in dataset]  # type: ignore[attr-defined]
    assert sorted(texts) == sorted(item["text"] for item in dataset)  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_workers_of_every_kind_deliver_the_same(method: str) -> None:
    dataset = SequenceDataset("clean", 22, length="2-5")
    expected = batches(dataset)
    loaded = batches(dataset, num_workers=2, multiprocessing_context=method)
    assert_equal(loaded, expected)
    images = {image.numpy().tobytes() for batch in loaded for image in batch.images}
    assert len(images) == 22  # no two workers draw one sample


def test_a_pickled_data_set_is_small() -> None:
    for config in ("clean", "handwritten-form", "camera"):
        assert len(pickle.dumps(SequenceDataset(config, 10**9, length="3-7"))) < 10_000


def test_other_padding_is_a_partial_function() -> None:
    (batch, *_) = batches(SequenceDataset("clean", 8), partial(collate_ctc, fill=0.5))
    narrow = int(batch.widths.argmin())
    assert (batch.images[narrow, :, :, batch.widths[narrow] :] - 0.5).abs().max() < 0.01
