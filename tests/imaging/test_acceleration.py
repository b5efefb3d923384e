"""Compiled versions draw the pixels that are pinned, and are used where they pay."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pins.drawings import Materials, digests, draw, drawings, transforms_of
from tests.pins.stored import differences, load_pins

from mnistseq import Config, GlyphBank, build_composer
from mnistseq.canvas_transforms.low_resolution import reduced
from mnistseq.canvas_transforms.trim import surrounded
from mnistseq.core import acceleration
from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.glyph_cells import boxes_of
from mnistseq.core.motion import Motion
from mnistseq.core.painting import paint
from mnistseq.core.pen import Pen
from mnistseq.core.randomness import MAX_INDEX, MAX_SEED, GlyphStream, Stream
from mnistseq.imaging.jpeg_squares import coded, steps_of
from mnistseq.imaging.move_glyphs import turned
from mnistseq.imaging.warp import blur, warp_affine

DRAWINGS = {
    name: drawing
    for name, drawing in drawings().items()
    if transforms_of(drawing) or "preset" in drawing.config
}
PINS = load_pins("pixels")


@pytest.fixture(scope="module")
def materials(mnist: GlyphBank, tmp_path_factory: pytest.TempPathFactory) -> Materials:
    return Materials.made(mnist, tmp_path_factory.mktemp("pictures"))


@pytest.mark.parametrize("name", DRAWINGS)
def test_compiled_versions_draw_what_is_pinned(
    name: str, materials: Materials, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba", exc_type=ImportError)
    monkeypatch.setattr(acceleration, "least_pixels", lambda: 0)
    problems = differences(PINS[name], digests(draw(DRAWINGS[name], materials)))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("preset", ["handwritten-form", "camera"])
def test_compiled_versions_draw_the_same_of_a_large_batch(
    preset: str, mnist: GlyphBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba", exc_type=ImportError)
    composer = build_composer(Config(preset=preset), mnist)
    labels = [str(number) for number in range(7, 90_000, 301)]
    monkeypatch.setattr(acceleration, "least_pixels", lambda: inf)
    plain = composer.compose(labels, 3)
    monkeypatch.setattr(acceleration, "least_pixels", lambda: 0)
    compiled = composer.compose(labels, 3)
    assert all(np.array_equal(a, b) for a, b in zip(plain.images, compiled.images, strict=True))
    assert np.array_equal(plain.flat_boxes, compiled.flat_boxes)
    assert np.array_equal(plain.flat_ink_boxes, compiled.flat_ink_boxes)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (31, 33), (5, 64)])
def test_compiled_versions_change_pictures_of_any_size_alike(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba", exc_type=ImportError)
    generator = np.random.default_rng(5)
    images = generator.integers(0, 256, (40, *size), dtype=np.uint8)
    images[::3] *= generator.random((14, *size)) < 0.05
    maps = generator.normal(0, 1, (40, 2, 3)) * generator.choice([0, 1, 50, 1e5], (40, 1, 1))
    maps[:, 0, 0] = generator.choice([1, 1, -1, 0.5, 2], 40)
    maps[:, 0, 1] *= generator.choice([0, 1], 40)
    maps[:30, 1, 0] = 0
    sigmas = generator.choice([0, 0.4, 1, 6], 40)
    widths = generator.integers(1, size[1] + 1, 40)
    sizes = np.stack([-(-widths // 2), generator.integers(1, size[0] + 1, 40)], axis=1)
    qualities = generator.integers(5, 96, 40)

    def changed(least: float) -> list[Pixels | Ints]:
        monkeypatch.setattr(acceleration, "least_pixels", lambda: least)
        results = [
            warp_affine(images, maps),
            blur(images, sigmas),
            blur(images, sigmas, "nearest", widths),
            reduced(images, widths, sizes),
            coded(np.where(images < 128, 0, 255).astype(np.uint8), widths, steps_of(qualities)),
        ]
        for result in results[2:]:  # what lies right of a width is padding
            result[np.arange(size[1]) >= widths[:, None, None] + np.zeros((size[0], 1))] = 0
        return [*results, surrounded(images, widths, 100)]

    for plain, compiled in zip(changed(inf), changed(0), strict=True):
        assert np.array_equal(plain, compiled)


@pytest.mark.parametrize("start", [0, MAX_INDEX - 30])
def test_compiled_versions_draw_the_same_words(start: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numba", exc_type=ImportError)
    stream = Stream(MAX_SEED, start, 30, "gap")
    for some in (stream, stream.at(np.array([7, 29, 0, 7, 3, 4, 5, 6]))):
        for width in (0, 1, 4, 5, 37):
            drawn = []
            for least in (inf, 0):
                monkeypatch.setattr(acceleration, "least_pixels", lambda least=least: least)
                drawn.append(some.words(width))
            assert drawn[0].shape == drawn[1].shape
            assert np.array_equal(drawn[0], drawn[1])


@pytest.mark.parametrize("size", [(1, 1), (9, 7), (56, 56), (60, 75)])
def test_compiled_versions_draw_pens_of_any_kind_alike(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba", exc_type=ImportError)
    across, down = np.mgrid[:61, :56].astype(float)
    paths = [np.hypot(across - x, down - 30) for x in (-5, 0, 20, 60, 90)]
    fields = np.stack([np.minimum(path * 16, 255).astype(np.uint8).T for path in paths])
    fields = np.concatenate([fields] * 8)
    stream = GlyphStream(Stream(4, 0, 40, "pen"), np.arange(40), np.zeros(40, np.int64))
    random = np.random.default_rng(size)

    def motions(rotate: float) -> list[Motion]:
        angle, slant = random.uniform(-rotate, rotate, 40), random.uniform(-45, 45, 40)
        scale = random.uniform(0.5, 1.4, 40)
        shift = random.normal(0, 5, (40, 2))
        return [Motion(turned(angle, slant, scale), shift, (0.5, 1.0), random.uniform(0, 1, 40))]

    for moves in ([], motions(0), motions(0) + motions(0), motions(40) + motions(0)):
        for pen in (Pen((0.03, 0.25)), Pen((0.001, 0.2), 1.0, 1.0)):
            drawn = []
            for least in (inf, 0):
                monkeypatch.setattr(acceleration, "least_pixels", lambda least=least: least)
                drawn.append(pen.draw(fields, *size, stream, moves))
            assert all(map(np.array_equal, *drawn))


@pytest.mark.parametrize("background", [0, 255])
def test_compiled_versions_paint_and_surround_the_same_ink(
    background: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba", exc_type=ImportError)
    generator = np.random.default_rng(6)
    glyphs = generator.integers(0, 256, (40, 9, 7), dtype=np.uint8)
    glyphs *= generator.random((40, 9, 7)) < generator.random((40, 1, 1)) ** 4
    owner, left = np.arange(40) // 5, generator.integers(-3, 30, 40)
    images, boxes = np.zeros((2, 8, 12, 33), np.uint8), []
    for result, least in zip(images, (inf, 0), strict=True):
        monkeypatch.setattr(acceleration, "least_pixels", lambda least=least: least)
        boxes.append(boxes_of(glyphs))
        ink, top = glyphs ^ np.uint8(background), owner % 3
        paint(ink, owner, left, result, disjoint=False, background=background, top=top)
    assert np.array_equal(images[0], images[1])
    assert np.array_equal(boxes[0], boxes[1])


@settings(max_examples=40)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32), st.integers(1, 100))
def test_grey_jpeg_is_that_of_a_library(height: int, width: int, seed: int, quality: int) -> None:
    from io import BytesIO

    from PIL import Image

    generator = np.random.default_rng(seed)
    images = generator.integers(0, 256, (3, height, width), dtype=np.uint8)
    images[1] = np.where(images[1] < 128, 0, 255)
    images[2] = 100 + images[2] // 16
    widths = generator.integers(1, width + 1, 3)
    back = coded(images, widths, steps_of(np.full(3, quality)))
    for image, own, found in zip(images, widths, back, strict=True):
        encoded = BytesIO()
        Image.fromarray(np.ascontiguousarray(image[:, :own])).save(encoded, "JPEG", quality=quality)
        assert np.array_equal(np.asarray(Image.open(encoded)), found[:, :own])


def test_only_large_batches_of_grey_images_use_compiled_versions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(acceleration, "least_pixels", lambda: 10**9)

    @acceleration.accelerated("nowhere")
    def function(images: Pixels, *others: int) -> tuple[int, ...]:
        return *images.shape, *others

    assert function(np.zeros((2, 3, 4), np.uint8), 5) == (2, 3, 4, 5)
    monkeypatch.setattr(acceleration, "least_pixels", lambda: 0)
    assert function(np.zeros((2, 3, 4, 3), np.uint8)) == (2, 3, 4, 3)
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        function(np.zeros((2, 3, 4), np.uint8))
