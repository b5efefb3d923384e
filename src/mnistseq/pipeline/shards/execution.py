"""Run tasks with an executor, which may come from a plugin."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
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
    """Yield the result of a function for each task, in any order.

    PluginError if the executor fails, or yields something other than results.
    """
    name = executor.name
    with component_errors("executor", name):
        results = executor.run(tasks, function)
        if not isinstance(results, Generator):
            given = type(results).__name__
            raise PluginError(f"executor {name}: run must be a generator, but returned a {given}")
        with closing(results):
            for result in results:
                if not isinstance(result, kind):
                    given, expected = type(result).__name__, kind.__name__.lower()
                    raise PluginError(
                        f"executor {name} yielded a {given}, which is not a {expected}"
                    )
                yield result
