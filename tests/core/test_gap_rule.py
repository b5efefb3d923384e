from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mnistseq.core.gap_rule import GapRule
from mnistseq.errors import SpacingError
from mnistseq.spacings.variable import Variable


def rule(**fields: Any) -> GapRule:
    return GapRule(Variable(), **fields)


def test_a_rule_without_overrides_is_itself() -> None:
    own = rule(width=300)
    assert own.override() is own


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"minimum": 4}, (4, 20, 300)),
        ({"maximum": 4}, (0, 4, 300)),
        ({"width": 90}, (0, 20, 90)),
        ({"minimum": -3, "maximum": 0, "width": 1}, (-3, 0, 1)),
    ],
)
def test_overrides_replace_range_and_width_only(
    given: dict[str, int], expected: tuple[int, int, int]
) -> None:
    own = rule(width=300, subtype="edge", fit="exact", align="right")
    changed = own.override(**given)
    assert (changed.minimum, changed.maximum, changed.width) == expected
    assert (changed.subtype, changed.fit, changed.align) == ("edge", "exact", "right")


@pytest.mark.parametrize("fit", ["pad", "exact", "resize"])
def test_margins_that_transforms_add_are_taken_off_an_overriding_width(fit: Any) -> None:
    changed = rule(width=300, fit=fit, added_width=39).override(width=120)
    widths = changed.line_width, changed.stretch_to
    assert widths == ((None, 81) if fit == "resize" else (81, None))
    free = rule(fit=fit, added_width=39)
    assert (free.line_width, free.stretch_to) == (None, None)


def test_a_width_that_the_margins_use_up() -> None:
    message = (
        "width 39 is too small for the margins of canvas.transform, which take 39 px: take a "
        "width of 40 or more, or smaller margins"
    )
    with pytest.raises(SpacingError, match=message):
        rule(added_width=39).override(width=39)
    assert rule(added_width=39).override(width=40).line_width == 1


def test_a_range_without_a_gap() -> None:
    message = (
        "a minimum gap of 30 px exceeds the maximum of 20 px: take a minimum of 20 or less, or a "
        "maximum of 30 or more"
    )
    with pytest.raises(SpacingError, match=message):
        rule().override(minimum=30)
    assert rule().override(minimum=20).maximum == 20


def test_requests_count_gaps_by_subtype() -> None:
    content = np.array([84, 70])
    between = rule(width=200, fit="exact", added_width=10).request(3, content)
    assert (between.count, between.width, between.exact, between.added_width) == (2, 190, True, 10)
    assert rule(subtype="edge").request(3, content).count == 4
    assert rule(subtype="edge").request(1, content).count == 2
    assert rule().request(1, content).count == 0
