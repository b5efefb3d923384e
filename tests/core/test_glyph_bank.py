from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mnistseq import GlyphBank
from mnistseq.core.array_types import Pixels
from mnistseq.core.glyph_bank import ink_boxes
from mnistseq.errors import ArgumentError, SourceError


def naive_box(glyph: Pixels) -> list[int]:
    """One glyph's ink box, pixel by pixel."""
    inked = [(y, x) for y, x in np.ndindex(*glyph.shape[:2]) if np.any(glyph[y, x])]
    if not inked:
        return [0, 0, 0, 0]
    ys, xs = zip(*inked, strict=True)
    return [min(xs), min(ys), max(xs) + 1, max(ys) + 1]


def sparse(*shape: int) -> st.SearchStrategy[Pixels]:
    return arrays(np.uint8, shape, elements=st.sampled_from([0, 1, 255]), fill=st.just(0))


@given(st.one_of(sparse(4, 6, 5), sparse(3, 1, 4), sparse(3, 5, 4, 3)))
def test_ink_boxes_are_tight(glyphs: Pixels) -> None:
    assert ink_boxes(glyphs).tolist() == [naive_box(glyph) for glyph in glyphs]


def test_ink_boxes_of_real_digits(mnist: GlyphBank) -> None:
    some = slice(0, 60_000, 997)
    assert mnist.ink[some].tolist() == [naive_box(glyph) for glyph in mnist.pixels[some]]


def test_mnist_is_all_there(mnist: GlyphBank) -> None:
    assert len(mnist) == 60_000
    assert mnist.height == 28
    assert mnist.alphabet == tuple("0123456789")
    assert mnist.by_label.number.tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip


def test_the_index_finds_the_glyphs_of_a_label(blocks: GlyphBank) -> None:
    index = blocks.by_label
    for code in range(4):
        ids = index.ids[index.first[code] : index.first[code] + index.number[code]]
        assert ids.tolist() == np.flatnonzero(blocks.codes == code).tolist()


def test_index_of_a_label_without_glyphs() -> None:
    bank = GlyphBank(np.ones((2, 3, 3), np.uint8), np.array([0, 2]), ("a", "b", "c"))
    assert bank.by_label.number.tolist() == [1, 0, 1]
    assert bank.widths.tolist() == [3, 3]


def test_the_index_finds_what_a_writer_wrote() -> None:
    codes = np.array([0, 1, 0, 1, 1, 0])
    writers = np.array([70, 70, 9, 70, 9, 2_000])
    bank = GlyphBank(np.ones((6, 3, 3), np.uint8), codes, ("a", "b"), writers=writers)
    index = bank.by_writer
    assert index.writers.tolist() == [9, 70, 2_000]
    assert index.wrote.tolist() == [[True, True], [True, True], [True, False]]
    for place, writer in enumerate(index.writers):
        for code in range(2):
            row = place * index.labels + code
            first, number = index.index.first[row], index.index.number[row]
            expected = np.flatnonzero((writers == writer) & (codes == code))
            assert index.index.ids[first : first + number].tolist() == expected.tolist()


def test_no_writer_is_known(blocks: GlyphBank) -> None:
    message = (
        "source blocks has no writer ids, so source.writer cannot be one: take a "
        "source with writer ids, such as mnist, or source.writer any"
    )
    with pytest.raises(ArgumentError, match=message):
        _ = blocks.by_writer


PLAIN = np.ones((2, 3, 4), np.uint8)


@pytest.mark.parametrize(
    ("pixels", "columns", "message"),
    [
        (
            PLAIN.astype(float),
            {},
            r"glyphs must be uint8 \(N, height, width\) or .*, not float64 \(2, 3, 4\)",
        ),
        (PLAIN[0], {}, r"not uint8 \(3, 4\)"),
        (np.ones((2, 3, 4, 4), np.uint8), {}, r"not uint8 \(2, 3, 4, 4\)"),
        (PLAIN[:0], {"codes": []}, r"source bad has no glyphs: shape \(0, 3, 4\)"),
        (PLAIN[:, :0], {}, r"source bad has no glyphs: shape \(2, 0, 4\)"),
        (PLAIN, {"codes": [0]}, "source bad: 2 glyphs but 1 codes"),
        (PLAIN, {"widths": [4, 4, 4]}, "source bad: 2 glyphs but 3 widths"),
        (PLAIN, {"ink": [[0, 0, 1, 1]]}, "source bad: 2 glyphs but 1 ink"),
        (PLAIN, {"writers": [1]}, "source bad: 2 glyphs but 1 writers"),
        (PLAIN, {"codes": [0, 2]}, "source bad: a code is outside its 2 labels"),
        (PLAIN, {"codes": [-1, 0]}, "source bad: a code is outside its 2 labels"),
        (PLAIN, {"codes": [0.0, 1.0]}, "source bad: codes must be whole numbers, not float64"),
        (PLAIN, {"writers": [0.5, 1.0]}, "source bad: writers must be whole numbers, not float64"),
        (PLAIN, {"alphabet": (0, 1)}, r"source bad: labels must be strings, not \(0, 1\)"),
        (PLAIN, {"alphabet": ("a", "a")}, "source bad: a label occurs twice in its alphabet"),
    ],
)
def test_banks_that_make_no_sense(pixels: Pixels, columns: dict[str, Any], message: str) -> None:
    values: dict[str, Any] = {"codes": [0, 1], "alphabet": ("a", "b"), **columns}
    for name in values.keys() - {"alphabet"}:
        # An empty list would be one of floats.
        values[name] = np.array(values[name], dtype=None if values[name] else np.int64)
    with pytest.raises(SourceError, match=message):
        GlyphBank(pixels, name="bad", **values)
