"""Timing several things against each other on a machine that others use, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter


def interleaved(
    contestants: Mapping[str, Callable[[int], object]], rounds: int
) -> dict[str, list[float]]:
    """Seconds of each call, every contestant once a round, so that all see the same weather.

    Parameters
    ----------
    contestants : mapping
        Name → what to call; it is given the number of the round, from 1. Round 0 is not counted.
    rounds : int
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, call in contestants.items():
            begin = perf_counter()
            call(number)
            if number:
                seconds[name].append(perf_counter() - begin)
    return seconds


def ratio(seconds: Mapping[str, list[float]], one: str, other: str) -> float:
    """How many times as long `one` took as `other`: the median over the rounds."""
    return median(a / b for a, b in zip(seconds[one], seconds[other], strict=True))
