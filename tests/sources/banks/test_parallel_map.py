"""Applying a function to many items in parallel: in order, a few ahead, with progress reported."""

from __future__ import annotations

import threading
import time
from itertools import islice

import pytest
from tests.displays import Recorder

from mnistseq.machine import available_cores
from mnistseq.progress import show_progress
from mnistseq.sources.banks.parallel_map import parallel_map


@pytest.mark.parametrize("threads", [None, 1, 5])
@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 500])
def test_values_come_in_order(count: int, threads: int | None) -> None:
    def slow_at_first(item: int) -> int:
        time.sleep(0.0005 * (count - item) / max(count, 1))
        return item * item

    squares = [number * number for number in range(count)]
    assert list(parallel_map(slow_at_first, range(count), "x", threads)) == squares


def test_a_few_items_are_computed_ahead_and_never_all() -> None:
    begun: list[int] = []
    values = parallel_map(begun.append, range(10_000), "x")
    assert next(values) is None
    time.sleep(0.1)
    assert 0 < len(begun) <= 8 * 3 * available_cores()
    values.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(begun) <= 8 * 3 * available_cores()
    list(islice(parallel_map(begun.append, range(100), "x"), 100))


def test_an_error_ends_the_work_and_leaves_no_thread() -> None:
    before = threading.active_count()

    def fail_at_ninety(item: int) -> int:
        if item == 90:
            raise ZeroDivisionError
        return item

    seen: list[int] = []
    with pytest.raises(ZeroDivisionError):
        seen.extend(parallel_map(fail_at_ninety, range(1_000), "x"))
    assert seen == list(range(88))  # whole pieces of eight
    assert threading.active_count() == before


def test_progress_is_reported_item_by_item() -> None:
    recorder = Recorder()
    with show_progress(recorder):
        assert sum(parallel_map(abs, range(20), "sorting buttons")) == 190
    assert recorder.opened == [(20, "sorting buttons", "it")]
    assert recorder.steps == [8, 8, 4]
