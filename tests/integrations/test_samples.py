"""Samples by index: the same as those of a data set, whatever they show."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnistseq import build_composer
from mnistseq.core.random_sequences import RandomSequences
from mnistseq.errors import ArgumentError, LabelError, SpacingError
from mnistseq.integrations.samples import IndexedSamples, sample_indices
from mnistseq.pipeline.rows.patterns import open_pattern

CONFIG = {"image": {"width": 200}}


def samples_of(config: Any = CONFIG, **options: Any) -> IndexedSamples:
    return IndexedSamples.of(config, 7, options)  # type: ignore[arg-type]


def test_random_samples_are_those_of_the_composer() -> None:
    sequences = RandomSequences(10, 3, 5).draw(7, 0, 30)
    whole = build_composer(CONFIG).compose(sequences, 7)
    part = samples_of(length="3-5").draw([29, 4, 4])
    for sample, index in zip(part, (29, 4, 4), strict=True):
        assert sample.index == index
        assert sample.text == whole[index].text
        assert np.array_equal(sample.image, whole[index].image)


def test_balanced_labels_occur_equally_often() -> None:
    codes = samples_of(balance=True, length=2).draw(range(30)).codes
    for position in range(2):
        assert np.bincount(np.asarray(codes)[:, position]).tolist() == [3] * 10


def test_amounts_and_weights_are_those_of_a_data_set(tmp_path: Path) -> None:
    assert samples_of(amounts=True, length="2-4").draw([3]).texts[0][0] != "0"
    (tmp_path / "weights.csv").write_text("text,weight\n12,1\n345,2\n")
    texts = samples_of(weights=tmp_path / "weights.csv").draw(range(50)).texts
    assert set(texts) == {"12", "345"}


def test_texts_are_shown_in_turn() -> None:
    batch = samples_of(texts=["350", "12", [4, 5]]).draw([4, 0, 2, 3])
    assert batch.texts == ("12", "350", "45", "350")


def test_a_pattern_draws_the_texts_of_a_data_set() -> None:
    samples = samples_of(pattern="[1-3]{2,4}0")
    with open_pattern("[1-3]{2,4}0", samples.composer.bank.alphabet, 5, 7) as rows:
        expected = [json.loads(line) for line in rows.path.read_text().splitlines()]
    assert list(samples.draw([4, 1]).texts) == [expected[4], expected[1]]


def test_a_split_has_glyphs_of_its_own() -> None:
    assert len(samples_of(split="test").composer.bank) == 10_000
    mixed = {"source": {"mix": [{"name": "mnist"}, {"name": "mnist"}]}}
    assert len(samples_of(mixed, split="test").composer.bank) == 20_000


def test_a_pickle_is_small_and_draws_the_same() -> None:
    samples = samples_of("camera", length="3-7")
    pickled = pickle.dumps(samples)
    assert len(pickled) < 10_000
    again: IndexedSamples = pickle.loads(pickled)  # noqa: S301
    for one, other in zip(again.draw([5, 9]), samples.draw([5, 9]), strict=True):
        assert np.array_equal(one.image, other.image)


def test_one_kind_of_text_at_most() -> None:
    with pytest.raises(
        ArgumentError, match=r"^length has no effect on pattern; leave one of them out"
    ):
        samples_of(length=3, pattern="1+")


def test_given_texts_cannot_be_balanced() -> None:
    with pytest.raises(
        ArgumentError, match=r"^balance has no effect on texts; leave one of them out"
    ):
        samples_of(texts=["1"], balance=True)


def test_texts_must_not_be_empty() -> None:
    with pytest.raises(ArgumentError, match=r"^texts is empty: give at least one text$"):
        samples_of(texts=[])


def test_a_text_with_an_unknown_label_is_refused_at_once() -> None:
    with pytest.raises(LabelError, match=r"^unknown label 'x'"):
        samples_of(texts=["12", "1x"])


def test_a_text_that_does_not_fit_is_refused_at_once() -> None:
    with pytest.raises(SpacingError, match=r"^width 200 is too small"):
        samples_of(texts=["12", "1" * 12])


def test_a_length_that_does_not_fit_is_refused_at_once() -> None:
    with pytest.raises(SpacingError, match=r"^width 200 is too small"):
        samples_of(length="5-12")


def test_a_length_must_be_a_number_or_a_range() -> None:
    with pytest.raises(ArgumentError, match=r"^length '0': give a number of labels or a range"):
        samples_of(length=0)


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"^source mnist has no split 'holdout'; it has train"):
        samples_of(split="holdout")


def test_indices_are_counted_from_the_end_too() -> None:
    assert sample_indices([0, 4, -1, -5, np.int64(2)], 5).tolist() == [0, 4, 4, 0, 2]


@pytest.mark.parametrize("index", [5, -6])
def test_an_index_out_of_range_ends_a_loop(index: int) -> None:
    with pytest.raises(IndexError, match=rf"^sample {index} is out of range: there are 5$"):
        sample_indices([0, index], 5)
