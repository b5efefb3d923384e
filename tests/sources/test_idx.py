"""The source idx: a pair of files that a config names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from mnistseq import Config, build_composer, load_bank

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
