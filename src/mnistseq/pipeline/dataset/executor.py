"""Make the executor of a data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from mnistseq.core.protocols import Executor
from mnistseq.errors import ArgumentError
from mnistseq.plugins.registry import create, find


def make_executor(
    name: str | None, parameters: Mapping[str, Any], jobs: int | None, shards: int
) -> Executor:
    """Make an executor for a number of shards.

    By default it is "processes", or "serial" if one process is enough. ArgumentError if `jobs` is
    given, but the executor does not use processes; ConfigError if a parameter is invalid.
    """
    if name is None:
        # One shard is made by one process; starting a second would be a waste.
        enough = (jobs == 1 or shards == 1) and not parameters
        name = "serial" if enough else "processes"
        jobs = None if enough else jobs
    if jobs is not None:
        if "jobs" not in {item.name for item in fields(find("executor", name))}:
            raise ArgumentError(f"executor {name} has no jobs to count; leave the number out")
        parameters = {"jobs": jobs, **parameters}
    executor: Executor = create("executor", name, parameters, "executor")
    return executor
