"""Shards one after the other, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from mnistseq.core.protocols import Executor

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")


@dataclass(frozen=True)
class Serial(Executor):
    """One task after the other, in this process."""

    name: ClassVar[str] = "serial"

    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Iterator[Receipt]:
        """Call `function` on each task as its receipt is asked for."""
        for task in tasks:
            yield function(task)
