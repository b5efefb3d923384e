"""The source idx: a pair of files that a config names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mnistseq import Config, build_composer, load_bank
from mnistseq.errors import SourceError
from mnistseq.sources.idx import Idx

Pair = Callable[..., tuple[Path, Path]]


def test_a_config_draws_from_a_pair(pair: Pair, tmp_path: Path) -> None:
    pair()
    parameters = {"images": "images", "labels": "labels", "polarity": "dark-on-light"}
    config = Config(source={"name": "idx", "path": str(tmp_path), "parameters": parameters})
    bank = load_bank(config)
    np.testing.assert_array_equal(bank.pixels, 255 - np.arange(120).reshape(6, 5, 4))
    sample = build_composer(config).compose(["012"], seed=1)[0]
    x0, y0, x1, y1 = sample.boxes[1]
    np.testing.assert_array_equal(
        sample.image[y0:y1, x0:x1], 255 - bank.pixels[sample.glyph_ids[1]]
    )


def test_pictures_stored_column_by_column_are_turned(
    pair: Pair, tmp_path: Path, make_idx: Callable[..., bytes]
) -> None:
    upright = np.arange(120).reshape(6, 5, 4)
    pair(images=make_idx(upright.swapaxes(1, 2)))
    source = {"name": "idx", "path": str(tmp_path)}
    names = {"images": "images", "labels": "labels"}
    for transpose, expected in ((True, upright), (False, upright.swapaxes(1, 2))):
        parameters = {**names, "transpose": transpose}
        bank = load_bank(Config(source={**source, "parameters": parameters}))
        np.testing.assert_array_equal(bank.pixels, expected)


def test_files_are_found_by_their_names_and_the_split(
    make_idx: Callable[..., bytes], tmp_path: Path
) -> None:
    for split, value in (("train", 1), ("t10k", 2), ("validation", 3)):
        images = np.full((2, 5, 4), value)
        (tmp_path / f"my-{split}-images.idx3-ubyte").write_bytes(make_idx(images))
        (tmp_path / f"my-{split}-labels-idx1-ubyte").write_bytes(make_idx(np.array([0, 1])))
    (tmp_path / "readme-images.txt").write_text("")
    source = {"name": "idx", "path": str(tmp_path)}
    for split, value in (("Training", 1), ("test", 2), ("val", 3)):
        bank = load_bank(Config(source={**source, "split": split}))
        assert bank.pixels.max() == value
    assert Idx().splits(str(tmp_path)) == ("test", "train", "val")
    with pytest.raises(SourceError, match="no images and labels of the split 'more' are among its"):
        load_bank(Config(source={**source, "split": "more"}))


def test_a_pair_without_a_split_in_its_names_serves_every_split(pair: Pair, tmp_path: Path) -> None:
    pair()
    for split in ("train", "test"):
        bank = load_bank(Config(source={"name": "idx", "path": str(tmp_path), "split": split}))
        assert len(bank) == 6
    assert Idx().splits(str(tmp_path)) == ()
