from __future__ import annotations

from hashlib import blake2b, sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnistseq.core.randomness import (
    ALGORITHM,
    CHUNK_WORDS,
    MAX_INDEX,
    MAX_SEED,
    GlyphStream,
    Stream,
)
from mnistseq.errors import ArgumentError, ArgumentTypeError

WORD = 2**64 - 1


def philox(counter: list[int], key: list[int]) -> list[int]:
    """Philox4x64-10 as Salmon et al. publish it, in Python's integers."""
    a, b, c, d = counter
    low_key, high_key = key
    for _ in range(10):
        left, right = 0xD2E7470EE14C6C93 * a, 0xCA5A826395121157 * c
        a, b, c, d = (
            (right >> 64) ^ b ^ low_key,
            right & WORD,
            (left >> 64) ^ d ^ high_key,
            left & WORD,
        )
        low_key = low_key + 0x9E3779B97F4A7C15 & WORD
        high_key = high_key + 0xBB67AE8584CAA73B & WORD
    return [a, b, c, d]


def test_reference_gives_the_published_answers() -> None:
    # kat_vectors of Random123, philox4x64 with 10 rounds
    assert philox([0] * 4, [0] * 2) == [
        0x16554D9ECA36314C,
        0xDB20FE9D672D0FDC,
        0xD7E772CEE186176B,
        0x7E68B68AEC7BA23B,
    ]
    assert philox([WORD] * 4, [WORD] * 2) == [
        0x87B092C3013FE90B,
        0x438C3C67BE8D0224,
        0x9CC7D7C69CD777B6,
        0xA09CAEBF594F0BA0,
    ]


@pytest.mark.parametrize(
    ("seed", "purpose", "index"),
    [(0, "gap", 0), (7, "glyph", 1), (MAX_SEED, "hand", 12_345), (2**63, "", MAX_INDEX - 1)],
)
def test_words_are_the_published_algorithm_at_the_promised_counters(
    seed: int, purpose: str, index: int
) -> None:
    key = [seed, int.from_bytes(blake2b(purpose.encode(), digest_size=8).digest(), "little")]
    # NumPy counts up before it draws: block b of a stretch has the start's counter plus b + 1.
    expected = [
        word
        for chunk in range(3)
        for block in range(4)
        for word in philox([index * 4 + block + 1, chunk, 0, 0], key)
    ]
    words = Stream(seed, index, 1, purpose).words(3 * CHUNK_WORDS)
    assert words.tolist() == [expected]


def test_words_are_pinned() -> None:
    assert ALGORITHM == 3
    words = np.concatenate(
        [
            Stream(seed, start, 9, purpose).words(40)
            for seed in (0, 350, MAX_SEED)
            for start in (0, 1_000_000_007)
            for purpose in ("glyph", "gap", "align", "hand")
        ]
    )
    assert sha256(words.astype("<u8").tobytes()).hexdigest() == (
        "db7dca341fa215f44e797562a98790bea35ea3d59d3bba0a72f52f86c226ef1e"
    )


@given(
    st.integers(0, MAX_SEED), st.integers(0, MAX_INDEX - 20), st.integers(0, 19), st.integers(1, 50)
)
def test_a_sample_owns_its_words(seed: int, start: int, place: int, width: int) -> None:
    batch = Stream(seed, start, 20, "gap").words(width)
    alone = Stream(seed, start + place, 1, "gap").words(width)
    assert batch.shape == (20, width)
    assert batch[place].tolist() == alone[0].tolist()


def test_asking_for_more_words_keeps_the_first() -> None:
    stream = Stream(3, 5, 4, "gap")
    assert (stream.words(100)[:, :17] == stream.words(17)).all()
    assert stream.words(0).shape == (4, 0)


def test_purposes_have_words_of_their_own() -> None:
    stream = Stream(3, 5, 4)
    before = stream.of("glyph").words(20)
    purposes = [stream.of(name).words(20) for name in ("gap", "align", "hand", "new", "")]
    assert (stream.of("glyph").words(20) == before).all()
    drawn = np.stack([before, *purposes])
    assert len(np.unique(drawn)) == drawn.size  # 64-bit words: a repeat would be no accident


def test_seeds_and_samples_have_words_of_their_own() -> None:
    drawn = np.stack([Stream(seed, 0, 50, "gap").words(33) for seed in (0, 1, 2, MAX_SEED)])
    assert len(np.unique(drawn)) == drawn.size


def test_rows_pick_samples_and_picks_of_picks() -> None:
    stream = Stream(3, 5, 10, "gap")
    rows = np.array([7, 2, 2, 9])
    assert (stream.at(rows).words(18) == stream.words(18)[rows]).all()
    assert (stream.at(rows).at(np.array([3, 0])).words(18) == stream.words(18)[[9, 7]]).all()
    assert (stream.at(rows).of("hand").words(3) == stream.of("hand").words(3)[rows]).all()


@given(st.lists(st.integers(0, MAX_INDEX - 1), min_size=1, max_size=6), st.integers(1, 40))
def test_any_indices_in_any_order_have_the_words_of_each(indices: list[int], width: int) -> None:
    for chosen in (indices, indices[:1] * 2, [indices[0] // 2, indices[0] // 2 + 500]):
        stream = Stream.of_indices(3, np.array(chosen)).of("gap")
        alone = [Stream(3, index, 1, "gap").words(width)[0].tolist() for index in chosen]
        assert stream.words(width).tolist() == alone
        assert stream.indices.tolist() == chosen
        assert len(stream) == len(chosen)


def test_uniforms_are_the_top_53_bits() -> None:
    stream = Stream(11, 0, 2_000, "gap")
    uniforms = stream.uniform(16)
    exact = [[(word >> 11) / 2**53 for word in row] for row in stream.words(16).tolist()]
    assert uniforms.tolist() == exact
    assert uniforms.min() >= 0
    assert uniforms.max() < 1
    # Mean and variance of 32,000 uniforms, to five standard errors.
    assert abs(uniforms.mean() - 1 / 2) < 5 / np.sqrt(12 * uniforms.size)
    assert abs(uniforms.var() - 1 / 12) < 5 / np.sqrt(180 * uniforms.size)


def test_numpy_integers_are_integers() -> None:
    # An int32 would overflow when the counter is made from it.
    stream = Stream(np.int64(7), np.int32(2**30), 2, "gap")  # type: ignore[arg-type]
    assert (stream.words(4) == Stream(7, 2**30, 2, "gap").words(4)).all()
    assert type(stream.seed) is type(stream.start) is int


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seed_out_of_range(seed: int) -> None:
    message = f"seed {seed} is out of range: take one from 0 to {MAX_SEED}"
    with pytest.raises(ArgumentError, match=message):
        Stream(seed, 0, 1)
    Stream(0, 0, 1)
    Stream(MAX_SEED, 0, 1)


@pytest.mark.parametrize("start", [-1, MAX_INDEX - 2, 2**64])
def test_index_out_of_range(start: int) -> None:
    message = f"index {start} is out of range: take one from 0 to {MAX_INDEX - 3}"
    with pytest.raises(ArgumentError, match=message):
        Stream(0, start, 3)
    assert Stream(0, MAX_INDEX - 3, 3).words(1).shape == (3, 1)


@pytest.mark.parametrize(
    ("seed", "start", "message"),
    [
        (1.5, 0, r"seed must be a whole number, not 1\.5"),
        (0, "2", r"start must be a whole number, not '2'"),
    ],
)
def test_fractions_and_texts_are_no_seeds(seed: object, start: object, message: str) -> None:
    with pytest.raises(ArgumentTypeError, match=message):
        Stream(seed, start, 1)  # type: ignore[arg-type]


def test_glyphs_have_words_by_their_sample_and_place() -> None:
    lengths = np.array([3, 1, 7])
    owner = np.repeat(np.arange(3), lengths)
    place = np.concatenate([np.arange(length) for length in lengths])
    batch = GlyphStream(Stream(5, 70, 3, "noise"), owner, place)
    assert len(batch) == 11
    for width in (1, 4, 9):
        together = batch.words(width)
        assert len(np.unique(together)) == 11 * width
        for row in range(11):
            # In a batch of another shape, where the sample is shorter and stands alone.
            sample = Stream(5, 70 + int(owner[row]), 1, "noise")
            places = np.arange(place[row] + 1)
            alone = GlyphStream(sample, np.zeros_like(places), places).words(width)
            assert alone[-1].tolist() == together[row].tolist()
    assert (batch.uniform(4) == (batch.words(4) >> np.uint64(11)) * 2.0**-53).all()
    kinds = [batch.words(4), batch.of("a").words(4), batch.of("b").words(4)]
    kinds.append(batch.samples.words(4)[owner][:1])
    assert len(np.unique(np.concatenate(kinds))) == 3 * 44 + 4
