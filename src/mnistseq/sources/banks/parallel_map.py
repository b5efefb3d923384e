"""Apply a function to many items in parallel, in order, reporting progress."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from mnistseq.machine import available_cores
from mnistseq.progress import Advance, reporting

Item = TypeVar("Item")
Value = TypeVar("Value")

_CHUNK = 8
"""Items in a piece of work, a compromise between memory and overhead."""

_AHEAD = 3
"""Pieces of work scheduled for each thread."""


def parallel_map(
    function: Callable[[Item], Value],
    items: Sequence[Item],
    label: str,
    threads: int | None = None,
) -> Iterator[Value]:
    """Yield the result for each item, computing only a few ahead.

    Threads are better than processes here: Pillow and hashlib release the GIL, and threads work
    in any script and inside any worker.

    Parameters
    ----------
    label : str
        Name of the work in a progress display.
    threads : int, optional
        By default the number of cores that this process may use.
    """

    def work(first: int) -> list[Value]:
        return [function(item) for item in items[first : first + _CHUNK]]

    waiting: deque[Future[list[Value]]] = deque()
    threads = threads or available_cores()
    with reporting(len(items), label) as advance:
        pool = ThreadPoolExecutor(threads)
        try:
            for first in range(0, len(items), _CHUNK):
                waiting.append(pool.submit(work, first))
                if len(waiting) >= _AHEAD * threads:
                    yield from _take(waiting, advance)
            while waiting:
                yield from _take(waiting, advance)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _take(waiting: deque[Future[list[Value]]], advance: Advance) -> Iterator[Value]:
    values = waiting.popleft().result()
    advance(len(values))
    yield from values
