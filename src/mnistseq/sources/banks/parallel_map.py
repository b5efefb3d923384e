"""The same for many things: in parallel, in their order, with a bar on a terminal."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Value = TypeVar("Value")

_TOGETHER = 8
"""Things in one piece of work: more would only take memory, fewer time to hand them out."""

_AHEAD = 3
"""Pieces handed out for each thread."""


def parallel_map(
    function: Callable[[Item], Value], items: Sequence[Item], label: str
) -> Iterator[Value]:
    """The function's value for each item; a few are worked on ahead, never all of them.

    Threads, not processes: Pillow decodes and scales, and hashlib hashes,
    without Python's lock, and threads ask nothing of the caller's script and
    work in any worker.
    """

    def work(first: int) -> list[Value]:
        return [function(item) for item in items[first : first + _TOGETHER]]

    waiting: deque[Future[list[Value]]] = deque()
    threads = available_threads()
    with progress(len(items), label) as update:
        pool = ThreadPoolExecutor(threads)
        try:
            for first in range(0, len(items), _TOGETHER):
                waiting.append(pool.submit(work, first))
                if len(waiting) >= _AHEAD * threads:
                    yield from _take(waiting, update)
            while waiting:
                yield from _take(waiting, update)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def progress(total: int, label: str) -> Iterator[Callable[[int], object]]:
    """A function that moves a bar on, where there is a terminal to show it."""
    from tqdm import tqdm  # of no use to those whose glyphs are in the cache

    # Two seconds: what is done sooner needs no bar; None: nor does what is no terminal.
    with tqdm(total=total, desc=label, leave=False, disable=None, delay=2) as bar:
        yield bar.update


def _take(waiting: deque[Future[list[Value]]], update: Callable[[int], object]) -> Iterator[Value]:
    values = waiting.popleft().result()
    update(len(values))
    yield from values


def available_threads() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
