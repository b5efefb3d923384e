"""Decide whether a data set can grow: get more samples while all earlier ones stay unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from mnistseq.errors import Difference
from mnistseq.messages import plural
from mnistseq.pipeline.dataset.manifest import PlanRecord, RandomRecord, RowsRecord
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.row_input import RowInput

_BLOCK = 1 << 20


def is_growth(found: Sequence[Difference]) -> bool:
    """Return whether plans differ only in their number of random sequences or in their rows."""
    return [item.key for item in found] in (["input.samples"], ["input.sha256"])


def obstacle_to_growth(old: PlanRecord, plan: DatasetPlan) -> str | None:
    """Return why a data set cannot grow to a plan, or None if it can."""
    new = plan.record
    if isinstance(old.input, RowsRecord) and isinstance(plan.request.input, RowInput):
        if not _begins_with(plan.request.input.file.path, old.input):
            return "a data set can grow only by sequences after the earlier ones"
    elif new.layout.samples < old.layout.samples:
        return "a data set can grow, but not shrink"
    if isinstance(new.input, RandomRecord) and new.input.balanced:
        return "labels are balanced over the number of samples that was asked for at first"
    for before, after in zip(old.splits, new.splits, strict=True):
        if after.samples < before.samples:
            return (
                f"split {after.name} would have {after.samples:,} instead of "
                f"{plural(before.samples, 'image')}, because shares are rounded; ask for more images"
            )
    return None


def _begins_with(path: Path, record: RowsRecord) -> bool:
    """Return whether a file starts with the recorded content, followed by a new line."""
    digest, left, last = sha256(), record.bytes, b""
    with path.open("rb") as file:
        while block := file.read(min(left, _BLOCK)):
            digest.update(block)
            left, last = left - len(block), block
        at_line_end = last.endswith(b"\n") or file.read(1) in b"\r\n"
    return not left and at_line_end and digest.hexdigest() == record.sha256
