"""What a notebook shows of samples, batches, composers and configs."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
from PIL import Image

from mnistseq import Composer, Config, GlyphBank, build_composer


def pictures(html: str) -> list[Image.Image]:
    encoded = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    return [Image.open(io.BytesIO(base64.b64decode(text))) for text in encoded]


def composer_of(mnist: GlyphBank) -> Composer:
    return build_composer(Config(image={"width": 120}), mnist)


def test_a_sample_is_its_picture(mnist: GlyphBank) -> None:
    sample = composer_of(mnist).compose(["350"], 7)[0]
    shown = Image.open(io.BytesIO(sample._repr_png_()))
    assert np.array_equal(np.asarray(shown), sample.image)


def test_boxes_are_shown_on_request(mnist: GlyphBank) -> None:
    sample = composer_of(mnist).compose(["350"], 7)[0]
    assert sample.show().mode == "L"
    cells, ink = (np.asarray(sample.show(boxes=name)) for name in ("cell", "ink"))
    assert cells.shape == ink.shape == (28, 120, 3)
    assert not np.array_equal(cells, ink)


def test_a_batch_shows_its_first_samples(mnist: GlyphBank) -> None:
    batch = composer_of(mnist).compose(["350", "12"] * 10, 7)
    html = batch._repr_html_()
    assert "samples 0 to 19 of seed 7, the first 12" in html
    for shown, sample in zip(pictures(html), batch[:12], strict=True):
        assert np.array_equal(np.asarray(shown), sample.image)


def test_a_composer_shows_what_it_draws(mnist: GlyphBank) -> None:
    assert len(pictures(composer_of(mnist)._repr_html_())) == 3


def test_labels_are_text_and_not_html() -> None:
    glyphs = GlyphBank(np.full((1, 4, 4), 255, np.uint8), np.array([0]), ("<b>&",))
    html = build_composer(Config(), glyphs).compose([["<b>&"]], 0)._repr_html_()
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;" in html


def test_a_config_shows_what_is_not_the_default() -> None:
    html = Config(image={"width": 390}, preset="clean")._repr_html_()
    assert "<th style='text-align:left'>image.width</th><td>390</td>" in html
    assert "clean" in html
    assert "spacing.min" not in html
