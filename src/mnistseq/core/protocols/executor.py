"""Executor: runs the tasks that make shards."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable
from typing import ClassVar, TypeVar

Task = TypeVar("Task")
Receipt = TypeVar("Receipt")


class Executor(ABC):
    """Runs the tasks that make shards."""

    name: ClassVar[str]

    @abstractmethod
    def run(self, tasks: Iterable[Task], function: Callable[[Task], Receipt]) -> Generator[Receipt]:
        """Call `function` with every task, and yield the results in any order.

        Tasks and function are picklable. A task may run twice, because tasks are pure, but its
        receipt is yielded only once. An error in a task ends the run and is raised here. Callers
        close the generator if they stop early.
        """
