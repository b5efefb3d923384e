"""Applying a function to many items in parallel, in their order, with progress reported."""

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
"""Items in a piece of work: more would take memory, fewer would take time to hand out."""

_AHEAD = 3
"""Pieces of work handed out for each thread."""


def parallel_map(
    function: Callable[[Item], Value],
    items: Sequence[Item],
    label: str,
    threads: int | None = None,
) -> Iterator[Value]:
    """Yield the function's value for each item; a few are computed ahead, never all of them.

    Threads serve better than processes here: Pillow and hashlib release Python's lock, and
    threads need nothing from the calling script and work inside any worker.

    Parameters
    ----------
    label : str
        Names the work in a progress display.
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
