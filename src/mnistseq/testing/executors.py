"""Check the contract of executors."""

from __future__ import annotations

from collections.abc import Generator
from itertools import chain

from mnistseq.core.protocols import Executor
from mnistseq.testing.common import check_component, check_unchanged, require

_TASKS = 25
_SQUARES = [number * number for number in range(_TASKS)]


def check_executor(executor: Executor) -> None:
    """Check that an executor yields every receipt once and raises errors of tasks.

    Raises
    ------
    AssertionError
        If the executor violates the contract; the message says how.
    """
    copy = check_component("executor", executor)
    receipts = sorted(executor.run(range(_TASKS), _square))
    require(receipts == _SQUARES, f"{_TASKS} squares came back as {receipts}")
    again = sorted(executor.run(range(_TASKS), _square))
    require(again == _SQUARES, f"a second run of {_TASKS} squares came back as {again}")
    require(list(executor.run([], _square)) == [], "no tasks gave receipts")
    # Tasks come from a generator, and callers may close the result early.
    some = executor.run(chain(range(_TASKS)), _square)
    require(
        isinstance(some, Generator),
        f"run must be a generator, but returned a {type(some).__name__}",
    )
    require(next(some) in _SQUARES, "the first receipt is not the result of a task")
    some.close()
    try:
        receipts = list(executor.run(range(10), _fail_at_seven))
    except ZeroDivisionError:
        pass
    except Exception as error:
        raise AssertionError(
            f"a task raised ZeroDivisionError, but run raised {type(error).__name__}"
        ) from error
    else:
        raise AssertionError(f"a task raised ZeroDivisionError, but run returned {receipts}")
    check_unchanged(executor, copy)


def _square(number: int) -> int:
    return number * number


def _fail_at_seven(number: int) -> int:
    return 1 // (number - 7)
