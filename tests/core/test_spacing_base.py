"""What the base class of spacings computes for a strategy that only draws gaps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from mnistseq.core.array_types import Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.protocols import Spacing
from mnistseq.core.randomness import Stream
from mnistseq.errors import SpacingError
from mnistseq.spacings.fixed import Fixed
from mnistseq.spacings.variable import Variable


@dataclass(frozen=True)
class Copied(Spacing):
    """Draws what `Variable` draws, and computes nothing."""

    name: ClassVar[str] = "copied"
    pair_ranges: ClassVar[bool] = True

    free: bool = True

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        if request.width is None and not self.free:
            raise SpacingError("gaps are never free")
        return Variable().gaps(request, stream)


def request(width: int | None = None, *, exact: bool = False) -> GapRequest:
    return GapRequest(3, -2, 4, np.array([30, 50]), width, exact)


@pytest.mark.parametrize(("width", "exact"), [(None, False), (33, False), (33, True)])
def test_gaps_are_drawn_to_estimate_their_distribution(width: int | None, exact: bool) -> None:
    asked = replace(request(width, exact=exact), content=np.array([30, 30]))
    computed, drawn = Variable().distribution(asked), Copied().distribution(asked)
    assert computed.draws is None
    assert drawn.draws is not None
    assert drawn.draws > 40_000
    assert [*drawn.chances] == [*computed.chances]
    assert [*drawn.chances.values()] == pytest.approx([*computed.chances.values()], abs=0.01)
    assert sum(drawn.chances.values()) == pytest.approx(1)
    assert Copied().distribution(asked) == drawn, "the seed is not fixed"
    chance = Copied().fit_probability(asked)
    assert chance == pytest.approx(Variable().fit_probability(asked), abs=0.01)


def test_only_the_first_sample_counts() -> None:
    first = replace(request(36), content=np.array([30]))
    assert Copied().fit_probability(request(36)) == Copied().fit_probability(first)
    assert Copied().distribution(
        replace(request(), content=np.array([30]))
    ) == Copied().distribution(request())


def test_a_strategy_without_free_gaps_has_no_probability_that_they_fit() -> None:
    assert Copied(free=False).fit_probability(request(33)) is None
    assert Copied(free=False).fit_probability(request()) == 1
    assert Fixed().fit_probability(request(33)) is None


def test_gaps_of_unequal_ranges_are_drawn() -> None:
    low = np.array([[0, -2, 0]])
    asked = replace(request(), content=np.array([30]), minimums=low, maximums=np.maximum(low, -1))
    found = Variable().distribution(asked)
    assert found.draws is not None
    assert found.chances == pytest.approx({-2: 1 / 6, -1: 1 / 6, 0: 2 / 3}, abs=0.01)
    assert Fixed().distribution(replace(asked, maximums=low)).chances == pytest.approx(
        {-2: 1 / 3, 0: 2 / 3}
    )
    same = replace(asked, minimums=np.full((1, 3), -1), maximums=np.full((1, 3), 4))
    assert Variable().distribution(same).chances == pytest.approx(
        dict.fromkeys(range(-1, 5), 1 / 6)
    )


def test_no_distribution_without_room() -> None:
    for spacing in (Variable(), Fixed(), Copied()):
        with pytest.raises(SpacingError, match="width"):
            spacing.distribution(request(20))
