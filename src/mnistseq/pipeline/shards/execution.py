"""Run tasks by an executor, which may be anyone's."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TypeVar

from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import Executor
from mnistseq.errors import PluginError
from mnistseq.pipeline.shards.spec import Task

Result = TypeVar("Result")


def run_tasks(
    executor: Executor,
    tasks: Iterable[Task],
    function: Callable[[Task], Result],
    kind: type[Result],
) -> Iterator[Result]:
    """Yield what a function returns for each task, in any order.

    Raises
    ------
    PluginError
        If the executor fails, or returns something that is not of the expected kind.
    """
    with component_errors("executor", executor.name):
        for result in _closing(executor.run(tasks, function)):
            if not isinstance(result, kind):
                raise PluginError(
                    f"executor {executor.name} returned an object of type "
                    f"{type(result).__name__}, not a {kind.__name__.lower()}"
                )
            yield result


def _closing(results: Iterator[Result]) -> Iterator[Result]:
    """Yield the results, and close a generator when its caller stops early."""
    try:
        yield from results
    finally:
        if isinstance(results, Generator):
            results.close()
