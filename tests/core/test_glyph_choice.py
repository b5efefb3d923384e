from __future__ import annotations

from collections import Counter
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq import Composer, GlyphBank
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_selection import choose_glyphs
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import encode
from mnistseq.errors import LabelError
from mnistseq.sources.array_files.idx import read_idx
from mnistseq.spacings.variable import Variable


def bank_of(glyphs: list[tuple[int, int]], alphabet: str = "abc") -> GlyphBank:
    """A bank with a glyph for each pair of writer and code."""
    writers, codes = np.array(glyphs).T
    return GlyphBank(
        np.ones((len(glyphs), 2, 2), np.uint8), codes, tuple(alphabet), "small", writers=writers
    )


def test_any_glyph_of_the_label_is_equally_likely(blocks: GlyphBank) -> None:
    sequences = encode(["ab"] * 9_000, blocks.alphabet)
    ids = choose_glyphs(blocks, sequences, Stream(3, 0, 9_000), "any").reshape(-1, 2)
    assert set(ids[:, 0]) == {0, 4, 8}
    assert set(ids[:, 1]) == {1, 5, 9}
    # All pairs, so that the two choices are seen to be independent as well.
    pairs = Counter(map(tuple, ids.tolist()))
    assert chisquare([pairs[pair] for pair in product((0, 4, 8), (1, 5, 9))]).pvalue > 1e-3


def test_choices_in_mnist_cover_the_class(mnist: GlyphBank) -> None:
    sequences = encode(["7" * 500] * 40, mnist.alphabet)
    ids = choose_glyphs(mnist, sequences, Stream(3, 0, 40), "any")
    assert (mnist.codes[ids] == 7).all()
    sevens = np.flatnonzero(mnist.codes == 7)
    quarters = np.histogram(np.searchsorted(sevens, ids), bins=50, range=(0, len(sevens)))[0]
    edges = np.diff(np.ceil(np.linspace(0, len(sevens), 51)))
    assert chisquare(quarters, edges / edges.sum() * len(ids)).pvalue > 1e-3


def test_a_glyph_depends_on_its_own_sample_and_place_alone(blocks: GlyphBank) -> None:
    texts = ["a", "abcd", "bb", "d" * 40, "c"]
    sequences = encode(texts, blocks.alphabet)
    together = np.split(
        choose_glyphs(blocks, sequences, Stream(3, 10, 5), "any"), sequences.first[1:]
    )
    for number, text in enumerate(texts):
        longer = encode([text + "abc"], blocks.alphabet)
        alone = choose_glyphs(blocks, longer, Stream(3, 10 + number, 1), "any")
        assert alone[: len(text)].tolist() == together[number].tolist()


def test_a_label_without_a_glyph() -> None:
    bank = GlyphBank(np.ones((1, 2, 2), np.uint8), np.array([0]), ("a", "b"), "small")
    with pytest.raises(LabelError, match="source small has the label 'b' but no glyph of it"):
        choose_glyphs(bank, encode(["ab"], bank.alphabet), Stream(0, 0, 1), "any")


def test_one_writer_is_uniform_among_the_able() -> None:
    # Writer 5 wrote no b; writer 9 wrote ten times as much as the others, which must not count.
    glyphs = [(1, 0), (1, 1), (5, 0), (7, 0), (7, 1), (7, 2), *[(9, 0), (9, 1)] * 10]
    bank = bank_of(glyphs)
    sequences = encode(["aba"] * 6_000, bank.alphabet)
    ids = choose_glyphs(bank, sequences, Stream(2, 0, 6_000), "one").reshape(-1, 3)
    assert bank.writers is not None
    writers = bank.writers[ids]
    assert (writers == writers[:, :1]).all()
    assert (bank.codes[ids] == [0, 1, 0]).all()
    chosen = Counter(writers[:, 0].tolist())
    assert set(chosen) == {1, 7, 9}
    assert chisquare(list(chosen.values())).pvalue > 1e-3
    # Within a writer each of its glyphs of the label is equally likely.
    tens = Counter(ids[writers[:, 0] == 9, 1].tolist())
    assert len(tens) == 10
    assert chisquare(list(tens.values())).pvalue > 1e-3


def test_one_writer_alone_and_in_a_ragged_batch() -> None:
    bank = bank_of([(writer, code) for writer in range(9) for code in range(3)] * 4)
    texts = ["ab", "c", "abcabc", "bb"]
    sequences = encode(texts, bank.alphabet)
    together = choose_glyphs(bank, sequences, Stream(8, 3, 4), "one")
    alone = [
        choose_glyphs(bank, encode([text], bank.alphabet), Stream(8, 3 + number, 1), "one")
        for number, text in enumerate(texts)
    ]
    assert together.tolist() == np.concatenate(alone).tolist()


def test_nobody_wrote_all_of_them() -> None:
    bank = bank_of([(1, 0), (1, 1), (2, 2)])
    message = (
        "no writer in source small wrote all of a, c: take a sequence with fewer different "
        "labels, or source.writer any"
    )
    with pytest.raises(LabelError, match=message):
        choose_glyphs(bank, encode(["ab", "cac"], bank.alphabet), Stream(0, 0, 2), "one")
    fewer = choose_glyphs(bank, encode(["ab", "cc"], bank.alphabet), Stream(0, 0, 2), "one")
    assert fewer.tolist() == [0, 1, 2, 2]


def test_one_writer_of_real_writers(mnist: GlyphBank, shared_data: Path) -> None:
    (path,) = (shared_data / "qmnist").glob("*train*labels*")
    table = read_idx(path.read_bytes(), path)
    writers = table[:60_000, 2].astype(np.int64)
    assert (table[:60_000, 0] == mnist.codes).all()
    bank = GlyphBank(
        mnist.pixels, mnist.codes, mnist.alphabet, "mnist", mnist.widths, mnist.ink, writers
    )
    composer = Composer(bank, GapRule(Variable()), writer="one")
    batch = composer.compose(["0123456789", "77", "350"] * 40, 4)
    for sample in batch:
        assert set(writers[sample.glyph_ids]) == {sample.writer}
        assert [str(code) for code in mnist.codes[sample.glyph_ids]] == list(sample.labels)
    assert len(set(batch.writers)) > 80
    # 536 of the 539 wrote all ten digits.
    assert bank.by_writer.wrote.all(axis=1).sum() == 536
    mixed = Composer(bank, GapRule(Variable())).compose(["0123456789"] * 20, 4)
    assert mixed.writers == (None,) * 20
