"""The glyphs of several banks as one bank, and how they are chosen."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq import Composer, GlyphBank
from mnistseq.core.array_types import Ints
from mnistseq.core.bank_splits import split_bank
from mnistseq.core.bank_union import BankUnion, mix_banks
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_bank import ink_boxes
from mnistseq.core.glyph_cells import GlyphCells
from mnistseq.core.glyph_index import UNKNOWN_WRITER, Mixture
from mnistseq.core.glyph_selection import Writer, choose_glyphs
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import encode
from mnistseq.errors import ArgumentError, LabelError
from mnistseq.spacings.variable import Variable


def bank_of(
    labels: str, writers: list[int] | None = None, height: int = 4, width: int = 3
) -> GlyphBank:
    """A bank with a glyph for each character, all of different strength."""
    alphabet = tuple(dict.fromkeys(labels))
    strengths = np.arange(100, 100 + len(labels), dtype=np.uint8)
    return GlyphBank(
        np.broadcast_to(strengths[:, None, None], (len(labels), height, width)).copy(),
        np.array([alphabet.index(label) for label in labels]),
        alphabet,
        f"bank of {labels}",
        writers=None if writers is None else np.array(writers),
    )


def weighted(banks: list[GlyphBank], *weights: float) -> GlyphBank:
    sizes = np.array([len(bank) for bank in banks])
    mixture = Mixture(np.cumsum(sizes) - sizes, np.array(weights))
    return replace(mix_banks(banks), mixture=mixture)


def choose(bank: GlyphBank, text: str, times: int, writer: Writer = "any") -> Ints:
    sequences = encode([text] * times, bank.alphabet)
    ids = choose_glyphs(bank, sequences, Stream(5, 0, times), writer)
    return ids.reshape(times, -1)


def test_labels_and_glyphs_are_in_order_of_their_banks() -> None:
    bank = mix_banks([bank_of("bab"), bank_of("/a"), bank_of("c")])
    assert bank.alphabet == ("b", "a", "/", "c")
    assert bank.codes.tolist() == [0, 1, 0, 2, 1, 3]
    assert bank.pixels[:, 0, 0].tolist() == [100, 101, 102, 100, 101, 100]
    assert bank.name == "bank of bab + bank of /a + bank of c"
    assert bank.writers is None


def test_glyphs_of_another_height_are_scaled_to_that_of_the_first() -> None:
    small, large = bank_of("a", height=6, width=4), bank_of("b", height=12, width=20)
    bank = mix_banks([small, large])
    assert bank.pixels.shape == (2, 6, 10)
    assert bank.widths.tolist() == [4, 10]
    scaled = GlyphCells.of(large).scaled(6)
    assert np.array_equal(bank.pixels[1], scaled.pixels[0])
    assert not bank.pixels[0, :, 4:].any()
    assert bank.ink.tolist() == ink_boxes(bank.pixels).tolist()


def test_grey_glyphs_have_three_channels_beside_colour() -> None:
    colour = replace(bank_of("a"), pixels=np.full((1, 4, 3, 3), (1, 2, 3), np.uint8))
    bank = mix_banks([bank_of("b"), colour])
    assert bank.pixels.shape == (2, 4, 3, 3)
    assert bank.pixels[:, 0, 0].tolist() == [[100] * 3, [1, 2, 3]]


def test_blocks_of_any_size_make_the_same_union(blocks: GlyphBank) -> None:
    union = BankUnion([blocks, bank_of("ab", height=20, width=9)])
    whole = mix_banks(union.banks)
    pieces = list(union.blocks(block_bytes=1))
    assert len(pieces) == len(whole)
    for name in ("pixels", "widths", "ink"):
        column = np.concatenate([getattr(piece, name) for piece in pieces])
        assert np.array_equal(column, getattr(whole, name)), name


def test_the_fingerprint_depends_on_the_banks_and_their_order() -> None:
    one, other = bank_of("a"), bank_of("b")
    assert BankUnion([one, other]).fingerprint == BankUnion([one, other]).fingerprint
    prints = {
        BankUnion(banks).fingerprint for banks in ([one, other], [other, one], [one], [one] * 2)
    }
    assert len(prints) == 4


def test_no_two_banks_have_a_writer_in_common() -> None:
    bank = mix_banks(
        [bank_of("ab", [7, 3]), bank_of("ab"), bank_of("abc", [3, 90, UNKNOWN_WRITER])]
    )
    assert bank.writers is not None
    assert bank.writers.tolist() == [7, 3, -1, -1, 8, 9, -1]


def test_what_was_left_out_names_the_bank() -> None:
    bank = mix_banks([bank_of("a"), replace(bank_of("b"), left_out=("x.png: damaged",))])
    assert bank.left_out == ("bank of b: x.png: damaged",)


def test_without_weights_all_glyphs_of_a_label_are_equally_likely() -> None:
    bank = mix_banks([bank_of("aaab"), bank_of("ac")])
    chosen = Counter(choose(bank, "a", 8_000).ravel().tolist())
    assert set(chosen) == {0, 1, 2, 4}
    assert chisquare(list(chosen.values())).pvalue > 1e-3


def test_with_weights_the_source_is_chosen_first() -> None:
    bank = weighted([bank_of("aaab"), bank_of("c"), bank_of("a")], 1.0, 5.0, 3.0)
    chosen = Counter(choose(bank, "abc", 8_000).ravel().tolist())
    assert (chosen[3], chosen[4]) == (8_000, 8_000)
    counts = [chosen[glyph] for glyph in (0, 1, 2, 5)]
    assert chisquare(counts, [2_000 / 3] * 3 + [6_000]).pvalue > 1e-3


def test_weights_equal_to_the_numbers_choose_as_without_weights() -> None:
    banks = [bank_of("aaa"), bank_of("aa")]
    plain, like_plain = mix_banks(banks), weighted(banks, 3.0, 2.0)
    assert choose(plain, "aaaa", 500).tolist() == choose(like_plain, "aaaa", 500).tolist()


def test_a_choice_by_weight_never_leaves_the_candidates() -> None:
    mixture = Mixture(np.array([0, 5, 6]), np.array([0.1, 0.7, 1e-9]))
    numbers = np.array([[2, 0, 0], [0, 3, 0], [1, 1, 0], [0, 0, 4], [2, 3, 4]])
    for chance in (0.0, 0.5, np.nextafter(1.0, 0.0)):
        steps = mixture.steps(np.full(len(numbers), chance), numbers)
        assert (steps >= 0).all()
        assert (steps < numbers.sum(axis=1)).all()
        if chance == 0.0:
            assert steps.tolist() == [0] * 5


def test_by_weight_only_members_are_chosen() -> None:
    bank = weighted([bank_of("aaa"), bank_of("aa")], 1.0, 1.0).restricted(np.array([1, 2, 4]))
    chosen = Counter(choose(bank, "a", 4_000).ravel().tolist())
    assert set(chosen) == {1, 2, 4}
    assert chisquare([chosen[1], chosen[2], chosen[4]], [1_000, 1_000, 2_000]).pvalue > 1e-3


def test_labels_without_a_known_writer_come_from_any_glyph_under_one_writer() -> None:
    bank = mix_banks([bank_of("abab", [1, 1, 2, 2]), bank_of("//a")])
    ids = choose(bank, "a/b", 3_000, "one")
    assert bank.writers is not None
    assert (bank.writers[ids[:, 0]] == bank.writers[ids[:, 2]]).all()
    assert set(ids[:, 1].tolist()) == {4, 5}
    # The glyph by an unknown writer could be by another one.
    assert 6 not in ids
    assert Counter(bank.writers[ids[:, 0]].tolist()).keys() == {1, 2}
    assert set(choose(bank, "//", 50, "one").ravel().tolist()) == {4, 5}


def test_a_sample_has_the_writer_of_the_glyphs_whose_writer_is_known() -> None:
    bank = mix_banks([bank_of("abab", [1, 1, 2, 2]), bank_of("/")])
    batch = Composer(bank, GapRule(Variable()), writer="one").compose(["a/b", "//", "ab"], 3)
    first, second, third = batch.writers
    assert {first, third} <= {1, 2}
    assert second is None
    assert batch[1].writer is None


def test_writers_of_a_source_are_chosen_by_its_weight() -> None:
    banks = [bank_of("ab" * 4, [1, 1, 2, 2, 3, 3, 4, 4]), bank_of("ab", [1, 1]), bank_of("/")]
    bank = weighted(banks, 1.0, 3.0, 1.0)
    assert bank.writers is not None
    ids = choose(bank, "a/b", 4_000, "one")
    writers = Counter(bank.writers[ids[:, 0]].tolist())
    assert chisquare([writers[w] for w in (1, 2, 3, 4, 5)], [250] * 4 + [3_000]).pvalue > 1e-3


def test_no_writer_is_known_for_any_label() -> None:
    bank = replace(bank_of("ab"), writers=np.array([UNKNOWN_WRITER] * 2))
    assert choose(bank, "ab", 2, "one").tolist() == [[0, 1]] * 2


def test_a_writer_who_lacks_a_label_that_others_wrote_is_not_able() -> None:
    bank = mix_banks([bank_of("ab", [1, 2]), bank_of("/")])
    with pytest.raises(LabelError, match=r"no writer in source .* wrote all of a, b"):
        choose(bank, "a/b", 1, "one")


def test_splits_by_writer_share_the_labels_without_a_known_writer() -> None:
    bank = mix_banks(
        [bank_of("ab" * 20, [n // 2 for n in range(40)]), bank_of("/"), bank_of("a" * 20)]
    )
    parts = split_bank(bank, (("train", 0.5), ("val", 0.5)), "writer", seed=3)
    members = [set(part.members.tolist()) for part in parts.values() if part.members is not None]
    assert members[0] & members[1] == {40}
    assert members[0] | members[1] == set(range(61))
    assert bank.writers is not None
    for part in members:
        assert len(part & set(range(40))) == 20  # half of the writers
        assert len(part & set(range(41, 61))) == 10  # half of the glyphs by unknown writers


def test_splits_by_glyph_need_a_glyph_for_each() -> None:
    bank = mix_banks([bank_of("ab" * 20), bank_of("/")])
    with pytest.raises(ArgumentError, match="would have no glyph of /: give it a larger share"):
        split_bank(bank, (("train", 0.5), ("val", 0.5)), "glyph", seed=3)


def test_sources_without_writers_have_none_together() -> None:
    bank = mix_banks([bank_of("a"), bank_of("b")])
    with pytest.raises(ArgumentError, match=r"bank of a \+ bank of b has no writer ids"):
        _ = bank.by_writer
