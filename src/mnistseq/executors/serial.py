"""Make shards one after the other in this process."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from mnistseq.core.protocols import Executor

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")


@dataclass(frozen=True)
class Serial(Executor):
    """Runs one task after the other in this process."""

    name: ClassVar[str] = "serial"

    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Generator[Receipt]:
        """Call `function` on each task when its receipt is requested."""
        for task in tasks:
            yield function(task)
