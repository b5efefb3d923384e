from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq.core.gap_request import GapRequest
from mnistseq.core.gap_rule import GapRule, Subtype
from mnistseq.core.layout import draw_gaps
from mnistseq.core.randomness import Stream
from mnistseq.spacings.variable import Variable

DRAWS = 20_000
GLYPH = 28


@pytest.mark.parametrize(
    ("subtype", "length", "minimum", "maximum", "width", "exact"),
    [
        ("between", 3, 0, 4, 3 * GLYPH + 5, False),
        ("between", 3, 0, 4, 3 * GLYPH + 5, True),
        ("between", 4, 2, 5, 4 * GLYPH + 9, False),
        ("between", 4, 2, 5, 4 * GLYPH + 12, True),
        ("between", 3, 0, 4, 3 * GLYPH + 50, False),
        ("between", 3, 0, 4, None, False),
        ("between", 3, 3, 3, 3 * GLYPH + 6, True),
        ("between", 3, 3, 3, 3 * GLYPH + 9, False),
        ("between", 4, -3, 1, 4 * GLYPH - 4, False),
        ("between", 4, -3, 1, 4 * GLYPH - 1, True),
        ("between", 3, -4, -1, 3 * GLYPH - 5, False),
        ("between", 3, -2, 2, None, False),
        ("edge", 1, 0, 6, GLYPH + 7, False),
        ("edge", 1, 0, 6, GLYPH + 7, True),
        ("edge", 2, 1, 4, 2 * GLYPH + 7, False),
        ("edge", 2, 1, 4, 2 * GLYPH + 8, True),
        ("edge", 2, 0, 3, None, False),
    ],
)
def test_every_vector_that_fits_is_equally_likely(
    subtype: Subtype, length: int, minimum: int, maximum: int, width: int | None, exact: bool
) -> None:
    count = length + 1 if subtype == "edge" else length - 1
    room = None if width is None else width - length * GLYPH

    def fits(vector: tuple[int, ...]) -> bool:
        if room is None:
            return True
        return sum(vector) == room if exact else sum(vector) <= room

    every = product(range(minimum, maximum + 1), repeat=count)
    expected = [vector for vector in every if fits(vector)]
    assert expected
    rule = GapRule(Variable(), subtype, minimum, maximum, width, "exact" if exact else "pad")
    content = np.full(DRAWS, length * GLYPH)
    gaps = draw_gaps(rule, length, content, Stream(5, 0, DRAWS, "gap"))
    assert gaps.shape == (DRAWS, count)
    seen = Counter(map(tuple, gaps.tolist()))
    assert set(seen) <= set(expected)
    if len(expected) > 1:
        assert chisquare([seen[vector] for vector in expected]).pvalue > 1e-3


@given(st.data())
def test_gaps_are_in_the_range_and_the_room(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 30), "count")
    minimum = data.draw(st.integers(-20, 20), "minimum")
    span = data.draw(st.integers(0, 40), "span")
    contents = data.draw(st.lists(st.integers(600, 900), min_size=1, max_size=6), "contents")
    exact = data.draw(st.booleans(), "exact")
    content = np.array(contents)
    lowest, highest = max(contents) + count * minimum, min(contents) + count * (minimum + span)
    # Any width that all of them can take; beyond the widest, too, where margins may stay.
    width = data.draw(st.integers(lowest, max(lowest, highest + 50 * (not exact))), "width")
    if exact and highest < lowest:
        content = content[:1]
        width = int(content[0]) + count * minimum
    space = GapRequest(count, minimum, minimum + span, content, width, exact)
    gaps = Variable().gaps(space, Stream(1, 0, len(content), "gap"))
    assert gaps.shape == (len(content), count)
    assert gaps.min() >= minimum
    assert gaps.max() <= minimum + span
    total = content + gaps.sum(axis=1)
    assert (total == width).all() if exact else (total <= width).all()


def test_gaps_do_not_depend_on_the_batch() -> None:
    # Unequal content puts the samples in unequal room, some of it tight.
    content = np.random.default_rng(2).integers(100, 220, 50)
    stream = Stream(9, 1_000, 50, "gap")
    together = Variable().gaps(GapRequest(9, 0, 20, content, 250), stream)
    for row in range(50):
        space = GapRequest(9, 0, 20, content[[row]], 250)
        alone = Variable().gaps(space, Stream(9, 1_000 + row, 1, "gap"))
        assert alone[0].tolist() == together[row].tolist()
