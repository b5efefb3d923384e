"""Banks of pictures → banks of their paths, kept in the cache."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.displays import Recorder

from mnistseq import Config, GlyphBank, load_bank
from mnistseq.core.distance_fields import FIELD_HEIGHT, ON_PATH
from mnistseq.core.glyph_bank import ink_boxes
from mnistseq.errors import SourceError
from mnistseq.imaging.distance_fields import picture_field
from mnistseq.progress import show_progress
from mnistseq.sources.banks import thinned as module
from mnistseq.sources.banks.cache_entries import list_entries
from mnistseq.sources.banks.thinned import thinned


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MNISTSEQ_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def pictures(blocks: GlyphBank) -> GlyphBank:
    return replace(blocks, writers=np.arange(12) % 5, members=np.arange(3, 12), left_out=("x",))


def test_every_glyph_is_thinned(pictures: GlyphBank) -> None:
    paths = thinned(pictures)
    assert paths.paths
    for index, field in enumerate(paths.pixels):
        assert np.array_equal(field, picture_field(pictures.pixels[index]))
    assert np.array_equal(paths.ink, ink_boxes(paths.pixels < ON_PATH))
    assert paths.widths.tolist() == [-(-width * 68 // 11) for width in pictures.widths.tolist()]
    assert paths.height == FIELD_HEIGHT


def test_labels_writers_and_members_are_kept(pictures: GlyphBank) -> None:
    paths = thinned(pictures)
    assert (paths.name, paths.alphabet, paths.left_out) == ("blocks", pictures.alphabet, ("x",))
    for column in ("codes", "writers", "members"):
        assert np.array_equal(getattr(paths, column), getattr(pictures, column))


def test_paths_are_thinned_once(pictures: GlyphBank, monkeypatch: pytest.MonkeyPatch) -> None:
    first = thinned(pictures)
    monkeypatch.delattr(module, "picture_field")
    second = thinned(pictures)
    assert np.array_equal(first.pixels, second.pixels)
    assert second.fingerprint == first.fingerprint == replace(first, fingerprint="").digest()
    assert second.paths


def test_the_fingerprint_is_that_of_the_paths(
    pictures: GlyphBank, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = thinned(pictures).fingerprint
    monkeypatch.setenv("MNISTSEQ_CACHE", str(cache / "other"))
    monkeypatch.setattr(module, "picture_field", lambda picture: picture_field(picture[::-1]))
    assert thinned(pictures).fingerprint != first


def test_paths_are_returned_as_they_are(pictures: GlyphBank) -> None:
    paths = thinned(pictures)
    assert thinned(paths) is paths


def test_the_cache_lists_paths_as_such(pictures: GlyphBank) -> None:
    thinned(pictures)
    assert [entry.source for entry in list_entries()] == ["blocks, pen paths"]


def test_progress_is_reported(pictures: GlyphBank) -> None:
    recorder = Recorder()
    with show_progress(recorder):
        thinned(pictures)
    assert recorder.opened == [(12, "blocks: thinning glyphs", "it")]


@pytest.fixture
def few(tmp_path: Path, blocks: GlyphBank) -> Config:
    np.savez(tmp_path / "few.npz", images=blocks.pixels, labels=blocks.codes)
    source = {"name": "npz", "path": str(tmp_path / "few.npz")}
    return Config(source=source, image={"pen": "0.05"})


def test_a_pickled_bank_of_paths_opens_them_again(few: Config) -> None:
    bank = load_bank(few)
    again = pickle.loads(pickle.dumps(bank))  # noqa: S301  # our own
    assert again.paths
    assert np.array_equal(again.pixels, bank.pixels)


def test_other_paths_elsewhere_are_refused_with_the_remedy(
    few: Config, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pickled = pickle.dumps(load_bank(few))
    monkeypatch.setenv("MNISTSEQ_CACHE", str(cache / "elsewhere"))
    monkeypatch.setattr(module, "picture_field", lambda picture: picture_field(picture[::-1]))
    with pytest.raises(
        SourceError, match=r"provide the same files and the same versions of scikit"
    ):
        pickle.loads(pickled)  # noqa: S301  # our own
