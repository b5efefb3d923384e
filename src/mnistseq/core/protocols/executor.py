"""Executor: where shards are made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable
from typing import ClassVar, TypeVar

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")


class Executor(ABC):
    """Where shards are made."""

    name: ClassVar[str]

    @abstractmethod
    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Generator[Receipt]:
        """Call `function` on every task, somewhere, and yield what it returns, in any order.

        Tasks and function can be pickled. A task may be run twice because it is
        pure; its receipt is yielded once. An error in a task ends the run and is
        raised here. The result is a generator, which callers close when they stop early.
        """
