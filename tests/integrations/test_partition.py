"""Batches are divided among ranks and workers without loss, and in one order."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnistseq.errors import ArgumentError
from mnistseq.integrations.partition import batch_numbers, process_rank


def delivered(first: int, ranks: int, workers: int, steps: int) -> list[list[int]]:
    """What each rank gets in each step, where a loader asks its workers in turn."""
    streams = [
        [batch_numbers(first, rank, ranks, worker, workers) for worker in range(workers)]
        for rank in range(ranks)
    ]
    return [[next(streams[rank][step % workers]) for rank in range(ranks)] for step in range(steps)]


@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(1, 5), st.integers(1, 12))
def test_a_step_of_all_ranks_has_the_next_batches(
    first: int, ranks: int, workers: int, steps: int
) -> None:
    for step, numbers in enumerate(delivered(first, ranks, workers, steps)):
        begin = first + step * ranks
        assert sorted(numbers) == list(range(begin, begin + ranks))
        assert [number % ranks for number in numbers] == list(range(ranks))


@given(st.integers(1, 9), st.integers(1, 5))
def test_from_the_start_a_batch_has_the_worker_of_the_rule(ranks: int, workers: int) -> None:
    for rank in range(ranks):
        for worker in range(workers):
            for number in islice(batch_numbers(0, rank, ranks, worker, workers), 5):
                assert (number % ranks, number // ranks % workers) == (rank, worker)


def test_a_process_alone_is_the_first_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RANK", raising=False)
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    assert process_rank() == (0, 1)


def test_the_variables_of_a_launcher_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "3")
    monkeypatch.setenv("WORLD_SIZE", "8")
    assert process_rank() == (3, 8)
    assert process_rank(0, 2) == (0, 2)


def test_a_rank_needs_the_number_of_all() -> None:
    with pytest.raises(ArgumentError, match=r"^rank and world_size belong together: give both, or"):
        process_rank(rank=1)


def test_a_rank_is_below_the_number_of_all() -> None:
    with pytest.raises(ArgumentError, match=r"^rank 2 of 2: ranks are 0 to 1$"):
        process_rank(2, 2)
