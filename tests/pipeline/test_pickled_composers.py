"""A pickled composer carries what opens its glyphs again, not the glyphs."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mnistseq import Composer, GlyphBank, build_composer
from mnistseq.core.array_types import Pixels
from mnistseq.core.bank_splits import split_bank
from mnistseq.errors import SourceError
from mnistseq.testing.common import elsewhere

TEXTS = ["350", "11", "987654"]


def images_of(composer: Composer, seed: int) -> list[Pixels]:
    return list(composer.compose(TEXTS, seed).images)


def assert_draws_the_same(pickled: bytes, composer: Composer) -> None:
    [there] = elsewhere([(images_of, (pickle.loads(pickled), 7))])  # noqa: S301
    for one, other in zip(images_of(composer, 7), there, strict=True):
        assert np.array_equal(one, other)


def test_a_composer_of_a_source_is_small_and_draws_the_same_in_another_process() -> None:
    composer = build_composer({"source": {"split": "test"}, "image": {"crop": "ink"}})
    images_of(composer, 1)  # what is computed while drawing is not pickled either
    pickled = pickle.dumps(composer)
    assert len(pickled) < 10_000
    assert_draws_the_same(pickled, composer)
    again = pickle.loads(pickled)  # noqa: S301
    assert isinstance(again.bank.pixels, np.memmap)
    assert pickle.dumps(again) == pickled


def test_the_largest_source_that_ships_with_the_package_is_small() -> None:
    assert len(pickle.dumps(build_composer())) < 10_000


def test_a_split_keeps_its_members(mnist: GlyphBank) -> None:
    parts = split_bank(mnist, (("train", 0.9), ("val", 0.1)), "glyph", seed=3)
    composer = build_composer(bank=parts["val"])
    pickled = pickle.dumps(composer)
    assert len(pickled) < 10_000
    again: Composer = pickle.loads(pickled)  # noqa: S301
    assert again.bank.members is not None
    assert again.bank.members.tolist() == composer.bank.members.tolist()  # type: ignore[union-attr]


def test_without_its_cache_the_source_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNISTSEQ_CACHE", str(tmp_path))
    composer = build_composer({"source": {"split": "test"}})
    pickled = pickle.dumps(composer)
    shutil.rmtree(tmp_path)
    assert_draws_the_same(pickled, composer)


def test_other_glyphs_of_the_source_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNISTSEQ_CACHE", str(tmp_path / "cache"))
    arrays = tmp_path / "glyphs.npz"
    source = {"name": "npz", "path": str(arrays)}
    ones = np.ones((2, 4, 4), np.uint8)
    np.savez(arrays, x_train=ones, y_train=np.arange(2))
    pickled = pickle.dumps(build_composer({"source": source}))
    np.savez(arrays, x_train=2 * ones, y_train=np.arange(2))
    shutil.rmtree(tmp_path / "cache")
    with pytest.raises(SourceError, match=r"source npz glyphs\.npz has other glyphs here .* than"):
        pickle.loads(pickled)  # noqa: S301


def test_a_bank_made_of_arrays_carries_its_glyphs(blocks: GlyphBank, mnist: GlyphBank) -> None:
    composer = build_composer(bank=blocks)
    assert_draws_the_same(pickle.dumps(build_composer(bank=replace(mnist))), build_composer())
    again: Composer = pickle.loads(pickle.dumps(composer))  # noqa: S301
    assert np.array_equal(again.bank.pixels, blocks.pixels)
    # Other arrays of a source's bank are not lost.
    brighter = replace(mnist, pixels=np.maximum(mnist.pixels[:], 1))
    kept: GlyphBank = pickle.loads(pickle.dumps(brighter))  # noqa: S301
    assert np.array_equal(kept.pixels, brighter.pixels)
