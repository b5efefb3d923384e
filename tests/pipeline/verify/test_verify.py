"""Verifying a data set from Python: its result, its progress, and which shards are drawn again."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.datasets import make, plan, random_input

from mnistseq.pipeline.dataset.manifest import Manifest
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.verify.check import verify
from mnistseq.pipeline.verify.redraw import choose_shards
from mnistseq.pipeline.verify.result import DatasetFault, Verification


def test_the_result_lists_faults(tmp_path: Path) -> None:
    root = str(tmp_path / "out")
    make(plan(tmp_path / "out"))
    assert verify(root) == Verification(root, ())
    (tmp_path / "out" / "train-00002.tar").unlink()
    found = verify(root)
    assert found.faults == (DatasetFault("train-00002.tar", "is missing"),)
    assert not found.passed


@pytest.mark.parametrize(("redraw", "total"), [(0.0, 6), (1.0, 10)])
def test_progress_is_reported_check_by_check(tmp_path: Path, redraw: float, total: int) -> None:
    make(plan(tmp_path / "out", random_input(40)))
    steps = []
    result = verify(
        str(tmp_path / "out"),
        redraw,
        progress=lambda done, expected: steps.append((done, expected)),
    )
    assert result.passed
    assert steps == [(done, total) for done in range(total + 1)]


def test_a_share_of_the_shards_is_chosen_by_the_seed(tmp_path: Path) -> None:
    planned = plan(tmp_path / "many", shard_samples=1)
    receipts = [Receipt.of(task.shard, 1, "0" * 64) for task in planned.tasks({})]
    found = Manifest.of(planned.record, [], receipts)
    assert choose_shards(found, 0.3) == choose_shards(found, 0.3)
    assert 8 <= len(choose_shards(found, 0.3)) <= 28
    assert len(choose_shards(found, 1e-9)) == 1
    assert choose_shards(found, 1.0) == [receipt.name for receipt in receipts]
    assert set(choose_shards(found, 0.1)) <= set(choose_shards(found, 0.3))
