from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mnistseq import Composer, GlyphBank, to_float
from mnistseq.core.gap_rule import GapRule
from mnistseq.errors import ArgumentError
from mnistseq.spacings.variable import Variable


@pytest.fixture
def composer(blocks: GlyphBank) -> Composer:
    return Composer(replace(blocks, writers=np.arange(12) // 4 + 40), GapRule(Variable(), width=99))


def test_a_batch_of_equal_lengths(composer: Composer) -> None:
    batch = composer.compose(["abc", "dda"], 5, 8)
    assert len(batch) == 2
    assert isinstance(batch.images, np.ndarray)
    assert isinstance(batch.boxes, np.ndarray)
    assert isinstance(batch.ink_boxes, np.ndarray)
    assert isinstance(batch.glyph_ids, np.ndarray)
    assert batch.images.shape == (2, 9, 99)
    assert batch.images.dtype == np.uint8
    assert batch.boxes.shape == batch.ink_boxes.shape == (2, 3, 4)
    assert batch.glyph_ids.shape == (2, 3)
    assert batch.boxes.dtype == batch.ink_boxes.dtype == batch.glyph_ids.dtype == np.int64
    assert batch.labels == (("a", "b", "c"), ("d", "d", "a"))
    assert batch.texts == ("abc", "dda")


def test_a_batch_of_unequal_lengths(composer: Composer) -> None:
    batch = composer.compose(["abc", "d,d", list("abcd")], 5, 8)
    assert [box.shape for box in batch.boxes] == [(3, 4), (2, 4), (4, 4)]
    assert [box.shape for box in batch.ink_boxes] == [(3, 4), (2, 4), (4, 4)]
    assert [ids.shape for ids in batch.glyph_ids] == [(3,), (2,), (4,)]
    assert np.concatenate(list(batch.boxes)).tolist() == batch.flat_boxes.tolist()
    assert batch.texts == ("abc", "dd", "abcd")


def test_widths_that_differ_make_a_list(composer: Composer) -> None:
    free = replace(composer, gaps=GapRule(Variable()))
    batch = free.compose(["abc", "dd"], 5)
    assert isinstance(batch.images, list)
    assert [image.shape[0] for image in batch.images] == [9, 9]
    for sample in batch:
        assert sample.image.shape[1] == sample.boxes[-1, 2]


def test_samples_are_the_rows(composer: Composer) -> None:
    batch = composer.compose(["abc", "dda", "bab"], 5, 8)
    samples = list(batch)
    assert [sample.index for sample in samples] == [8, 9, 10]
    assert {sample.seed for sample in samples} == {5}
    for place, sample in enumerate(samples):
        assert np.array_equal(sample.image, batch.images[place])
        assert np.array_equal(sample.boxes, batch.boxes[place])
        assert np.array_equal(sample.ink_boxes, batch.ink_boxes[place])
        assert np.array_equal(sample.glyph_ids, batch.glyph_ids[place])
        assert sample.labels == batch.labels[place]
        assert sample.text == batch.texts[place]
    assert batch[-1].index == 10
    with pytest.raises(IndexError):
        batch[3]


def test_the_writer_of_a_sample_is_the_one_who_wrote_all_of_it(composer: Composer) -> None:
    mixed = composer.compose(["abcd"] * 50 + ["aa"] * 50, 5)
    for sample, writer in zip(mixed, mixed.writers, strict=True):
        wrote = set((sample.glyph_ids // 4 + 40).tolist())
        assert sample.writer == writer == (wrote.pop() if len(wrote) == 1 else None)
    assert {None, 40, 41, 42} == set(mixed.writers)
    one = replace(composer, writer="one").compose(["abcd", "ab"] * 50, 5)
    assert set(one.writers) == {40, 41, 42}


def test_no_writer_is_known(blocks: GlyphBank) -> None:
    batch = Composer(blocks, GapRule(Variable())).compose(["abc", "d,d"], 5)
    assert batch.flat_writers is None
    assert batch.writers == (None, None)
    assert batch[1].writer is None


def test_long_labels_are_joined_with_commas() -> None:
    pixels = np.ones((2, 3, 3), np.uint8)
    bank = GlyphBank(pixels, np.array([0, 1]), ("cat", "7"))
    batch = Composer(bank, GapRule(Variable())).compose(["cat,7", "7,7"], 0)
    assert batch.texts == ("cat,7", "77")
    assert batch[0].labels == ("cat", "7")


def test_seeds_of_numpy_are_plain_numbers_in_the_end(composer: Composer) -> None:
    batch = composer.compose(["abc"], np.int64(5), np.int32(8))  # type: ignore[arg-type]
    assert type(batch.seed) is type(batch.start) is type(batch[0].index) is int
    assert batch[0].index == 8


def test_floats_run_from_0_to_1() -> None:
    every = np.arange(256, dtype=np.uint8).reshape(16, 16)
    floats = to_float(every)
    assert floats.dtype == np.float32
    assert floats[0, 0] == 0.0
    assert floats[-1, -1] == 1.0
    assert (np.rint(floats * 255) == every).all()
    assert floats.ravel().tolist() == [float(np.float32(level / 255)) for level in range(256)]


def test_a_slice_of_a_batch_is_a_batch(composer: Composer) -> None:
    batch = replace(
        composer.compose(["abc", "dd", "dab", "ba"], 5, 8), names=("one", "two", "three", "four")
    )
    part = batch[1:3]
    assert (len(part), part.start, part.seed, part.keys) == (2, 9, 5, ("two", "three"))
    assert part.labels == (("d", "d"), ("d", "a", "b"))
    for index, sample in enumerate(part):
        whole = batch[index + 1]
        assert (sample.index, sample.text, sample.writer) == (
            whole.index, whole.text, whole.writer,
        )  # fmt: skip
        for name in ("image", "boxes", "ink_boxes", "glyph_ids"):
            assert np.array_equal(getattr(sample, name), getattr(whole, name)), name
    assert [sample.index for sample in batch[-2:]] == [10, 11]
    assert batch[:1].texts == ("abc",)


def test_a_slice_may_be_empty_but_not_skip_samples(composer: Composer) -> None:
    batch = composer.compose(["abc", "dda"], 5)
    for empty in (batch[2:], batch[2:1]):
        assert (len(empty), list(empty), empty.labels, empty.texts) == (0, [], (), ())
        assert (empty.writers, empty.keys, len(empty.boxes)) == ((), (), 0)
    with pytest.raises(ArgumentError, match="has consecutive samples, but a slice with step 2"):
        _ = batch[::2]


def test_representations_are_short(composer: Composer) -> None:
    batch = composer.compose(["abc", "dda"], 5, 8)
    assert repr(batch) == "<SampleBatch: samples 8 to 9 of seed 5>"
    assert repr(batch[1:]) == "<SampleBatch: sample 9 of seed 5>"
    assert repr(batch[1:1]) == "<SampleBatch: no samples of seed 5>"
    assert repr(batch[0]) == "<Sample 8 of seed 5: 'abc', 99 x 9 px>"
    assert len(repr(replace(batch[1], labels=("a",) * 900))) < 100
    assert repr(composer) == "<Composer: bank blocks, variable gaps 0 to 20 px, height 9 px>"
    assert repr(composer.bank) == "<GlyphBank blocks: 12 glyphs of 4 labels, 11 x 9 px>"
    part = composer.bank.restricted(np.arange(5))
    assert repr(part) == "<GlyphBank blocks: 5 of 12 glyphs of 4 labels, 11 x 9 px>"
