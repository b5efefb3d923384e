"""Coloured ink and paper: what may be given, what is drawn, and that it can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.canvas_transforms.canvases import coloured, drawn, stream
from tests.canvas_transforms.test_patterns import pictures

from mnistseq import Config, GlyphBank, build_composer
from mnistseq.canvas_transforms.colour import MIN_CONTRAST, Colour
from mnistseq.canvas_transforms.paper_picture import PaperPicture
from mnistseq.core.array_types import Floats
from mnistseq.core.canvas import Canvas
from mnistseq.core.composer import Composer
from mnistseq.core.gap_rule import GapRule
from mnistseq.errors import ArgumentError, ConfigError
from mnistseq.imaging.colours import Palette
from mnistseq.pipeline.composers import check_components
from mnistseq.spacings.variable import Variable
from mnistseq.testing import check_canvas_transform

COUNT = 400


def greys(count: int = COUNT) -> Canvas:
    """Images that have every grey from black to white."""
    images = np.tile(np.arange(256, dtype=np.uint8), (count, 1, 1))
    none = np.zeros((0, 4), dtype=np.int64)
    return Canvas(images, none, none, np.zeros(0, dtype=np.int64))


def luma(colours: Any) -> Floats:
    weighed: Floats = np.asarray(colours) @ np.array([0.299, 0.587, 0.114])
    return weighed


@pytest.mark.parametrize(
    "ink", ["#1b3a8c", "#1B3A8C", [27, 58, 140], (27, 58, 140), "rgb(27,58,140)"]
)
def test_black_becomes_the_ink_and_white_the_paper(ink: Any) -> None:
    for canvas in (greys(3), greys(3).with_images(np.repeat(greys(3).images[..., None], 3, 3))):
        images = Colour(ink=ink, paper="ivory").apply(canvas, stream(3)).images
        assert images.shape == (3, 1, 256, 3)
        share = np.arange(256)[:, None] / 255
        mixed = np.array([27, 58, 140]) * (1 - share) + np.array([255, 255, 240]) * share
        assert (images == np.rint(mixed).astype(np.uint8)).all()


def test_a_range_reaches_its_ends_and_what_lies_between() -> None:
    changed = Colour(ink="black..navy", paper="white").apply(greys(), stream(COUNT)).images
    inks = changed[:, 0, 0]
    assert (inks[:, :2] == 0).all()
    assert {inks[:, 2].min(), inks[:, 2].max()} == {0, 128}
    assert len(np.unique(inks[:, 2])) > 80
    assert (changed[:, 0, 255] == 255).all()


def test_a_list_is_drawn_from_evenly() -> None:
    transform = Colour(ink=("red", (0, 0, 200), "black..#000009"), paper="white")
    inks = transform.apply(greys(), stream(COUNT)).images[:, 0, 0]
    number = [(inks[:, 0] == 255).sum(), (inks[:, 2] == 200).sum(), (inks.sum(axis=1) < 10).sum()]
    assert sum(number) == COUNT
    assert min(number) > COUNT / 3 - 5 * np.sqrt(COUNT * 2 / 9)


def test_ink_and_paper_are_drawn_independently() -> None:
    transform = Colour(ink=["black", "navy"], paper=["white", "ivory"])  # type: ignore[arg-type]
    images = transform.apply(greys(), stream(COUNT)).images[:, 0]
    pairs = {(tuple(image[0].tolist()), tuple(image[255].tolist())) for image in images}
    assert len(pairs) == 4


def test_strength_moves_colours_from_black_and_white() -> None:
    half = Colour(strength=0.5, ink="#1b3a8c", paper=(235, 255, 155)).apply(greys(1), stream(1))
    assert half.images[0, 0, 0].tolist() == [14, 29, 70]
    assert half.images[0, 0, 255].tolist() == [245, 255, 205]


def test_boxes_and_where_ink_is_do_not_change(mnist: GlyphBank) -> None:
    canvas = drawn(mnist, ["12549", "7310"])
    changed = Colour(ink="crimson", paper="white").apply(canvas, stream(2))
    assert changed.boxes is canvas.boxes
    assert changed.ink_boxes is canvas.ink_boxes
    assert ((changed.images < 255).any(axis=3) == (canvas.images < 255)).all()


@pytest.mark.parametrize("strength", [0.1, 1.0])
@pytest.mark.parametrize("inverted", [False, True])
def test_ink_keeps_the_least_contrast(strength: float, inverted: bool) -> None:
    """Also between the ends of ranges, where each channel is rounded."""
    dark, light = ("black..#4660a0", "#7f003f..purple"), ("#9fb..#b8f", "white..#e6a800")
    ink, paper = (light, dark) if inverted else (dark, light)
    transform = Colour(strength=strength, ink=ink, paper=paper)
    canvas = greys(4_000)
    canvas = Canvas(canvas.images, canvas.boxes, canvas.ink_boxes, canvas.owner, 0, inverted)
    images = transform.apply(canvas, stream(4_000)).images[:, 0]
    finished = 255 - images if inverted else images
    contrast = luma(finished[:, 255]) - luma(finished[:, 0])
    assert (-contrast if inverted else contrast).min() > MIN_CONTRAST - 2


@pytest.mark.parametrize(
    ("ink", "message"),
    [
        ("blu", r"ink: 'blu' is not a colour; give a CSS name such as navy, .*; did you mean 'blue'\?"),
        ("#12", "ink: '#12' is not a colour"),
        ("#11223344", "ink: '#11223344' is not a colour"),
        ("rgb(300, 0, 0)", "ink: .* is not a colour"),
        ("black..", "ink: '' is not a colour"),
        ("black..blue..red", "ink: 'blue..red' is not a colour"),
        ([1, 2, 256], r"ink: \[1, 2, 256\] is not a colour"),
        (["black", [0, 0, -1]], r"ink: \[0, 0, -1\] is not a colour"),
        ([], "ink: the list of colours is empty; give at least one"),
        ("#808080", "an ink of #808080 and a paper of #a0a0a0 have a brightness of 128 and 160; every"),
        (["black", "white"], "an ink of #ffffff and a paper of #a0a0a0"),
        ("white..black", "an ink of #ffffff and a paper of #a0a0a0"),
    ],
)  # fmt: skip
def test_a_bad_colour_is_refused(ink: Any, message: str, mnist: GlyphBank) -> None:
    with pytest.raises(ArgumentError, match=message):
        Colour(ink=ink, paper="#a0a0a0")
    step = {"name": "colour", "ink": ink, "paper": "#a0a0a0"}
    with pytest.raises(ConfigError, match=rf"canvas.transform\[0\] \(colour\): {message}"):
        build_composer(Config(canvas={"transform": [step]}), mnist)


@pytest.mark.parametrize(
    "ink", [3, True, {"r": 1}, [1, 2], [[1, 2]], ["black", 1], [1.0, 2.0, 3.0], None]
)
def test_another_type_is_refused_with_what_is_allowed(ink: Any, mnist: GlyphBank) -> None:
    with pytest.raises(ArgumentError, match=r"ink: .* is not a colour"):
        Colour(ink=ink)
    with pytest.raises(ConfigError) as refused:
        build_composer(Config(canvas={"transform": [{"name": "colour", "ink": ink}]}), mnist)
    [fault] = refused.value.faults
    assert fault.key == "canvas.transform[0] (colour).ink"
    allowed = "give a colour, a range of two colours, or a list of colours and ranges"
    assert fault.text.endswith(f" is not allowed; {allowed}")


def test_light_ink_on_dark_has_the_colours_given(mnist: GlyphBank) -> None:
    step = {"name": "colour", "ink": "#ffe9a8", "paper": "darkgreen"}
    canvas = {"transform": ["ink-spread", step]}
    config = Config(canvas=canvas, image={"polarity": "light-on-dark"})
    image = build_composer(config, mnist).compose(["350"], 1).images[0]
    assert image[0, 0].tolist() == [0, 100, 0]
    assert (luma(image).max() == luma([255, 233, 168])).all()


def test_colours_of_the_other_polarity_are_refused(mnist: GlyphBank) -> None:
    step = {"name": "colour", "ink": "white", "paper": "darkgreen"}
    with pytest.raises(ConfigError) as lighter:
        check_components(Config(canvas={"transform": ["jpeg", step]}))
    assert str(lighter.value) == (
        "canvas.transform[1] (colour): the ink is lighter than the paper, but the polarity is "
        "dark-on-light; exchange ink and paper, or set image.polarity to light-on-dark"
    )
    light = Config(canvas={"transform": ["colour"]}, image={"polarity": "light-on-dark"})
    with pytest.raises(
        ConfigError, match="ink is darker than the paper, but the polarity is light"
    ):
        build_composer(light, mnist)
    transforms, rule = (Colour(ink="white", paper="black"),), GapRule(Variable())
    with pytest.raises(ArgumentError, match=r"set image\.polarity to light-on-dark"):
        Composer(mnist, rule, canvas_transforms=transforms)


def test_a_palette_draws_only_whole_steps() -> None:
    palette = Palette.of("#000000..#0000ff")
    u = np.array([[0.0, 0.0], [0.5, 0.5], [0.0, np.nextafter(1, 0)]])
    assert palette.drawn(u).tolist() == [[0, 0, 0], [0, 0, 128], [0, 0, 255]]
    assert Palette.of("#0000ff..#000000").drawn(u).tolist() == [[0, 0, 255], [0, 0, 128], [0, 0, 0]]


def test_a_coloured_picture_gives_the_paper_its_colour(tmp_path: Path, mnist: GlyphBank) -> None:
    folder = pictures(tmp_path, np.full((50, 60, 3), (255, 128, 0), dtype=np.uint8))
    canvas = drawn(mnist, ["12549", "7310"])
    grey = PaperPicture(folder).apply(canvas, stream(2)).images
    changed = PaperPicture(folder, colour=True).apply(canvas, stream(2)).images
    assert grey.shape == canvas.images.shape
    assert changed.shape == (*canvas.images.shape, 3)
    assert changed[0, 0, 0].tolist() == [255, 192, 128]
    assert (changed[..., 0] == canvas.images).all()
    already = coloured(canvas)
    for transform in (PaperPicture(folder), PaperPicture(folder, colour=True)):
        assert (transform.apply(already, stream(2)).images[0, 0, 0] == [255, 192, 128]).all()
    check_canvas_transform(PaperPicture(folder, colour=True))
    dark = {"polarity": "light-on-dark"}
    step = {"name": "paper-picture", "folder": folder, "colour": True}
    config = Config(image=dark, canvas={"transform": [step], "height": 50})
    image = build_composer(config, mnist).compose(["350"], 1).images[0]
    assert image[0, 0].tolist() == [127, 64, 0]
    assert image.max() == 255
