"""Growing a data set: more random sequences, while every earlier sample stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

from mnistseq.errors import Difference
from mnistseq.pipeline.dataset.manifest import PlanRecord, RandomRecord


def is_growth(found: Sequence[Difference]) -> bool:
    """Return whether plans differ in nothing but the number of random sequences."""
    return [item.key for item in found] == ["input.samples"]


def obstacle_to_growth(old: PlanRecord, new: PlanRecord) -> str | None:
    """Return why a data set cannot grow from one plan to another, or None if it can."""
    if new.layout.samples < old.layout.samples:
        return "a data set can grow, but not shrink"
    if isinstance(new.input, RandomRecord) and new.input.balanced:
        return "labels are balanced over the number of samples that was asked for at first"
    if len(new.splits) > 1:
        return (
            "splits follow one another, so with several splits earlier samples would move from one "
            "to another"
        )
    return None
