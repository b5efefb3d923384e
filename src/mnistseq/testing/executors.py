"""The contract of executors."""

from __future__ import annotations

from itertools import chain

from mnistseq.core.protocols import Executor
from mnistseq.testing.common import check_component, check_unchanged, need

_TASKS = 25
_SQUARES = [number * number for number in range(_TASKS)]


def check_executor(executor: Executor) -> None:
    """Check an executor: every receipt once, errors raised, nothing else.

    Raises
    ------
    AssertionError
        That says what the executor does and what it should do.
    """
    copy = check_component("executor", executor)
    receipts = sorted(executor.run(range(_TASKS), _square))
    need(receipts == _SQUARES, f"{_TASKS} squares came back as {receipts}")
    again = sorted(executor.run(range(_TASKS), _square))
    need(again == _SQUARES, f"a second run of {_TASKS} squares came back as {again}")
    need(list(executor.run([], _square)) == [], "no tasks gave receipts")
    # Tasks come from a generator, and whoever asked may stop asking.
    some = executor.run(chain(range(_TASKS)), _square)
    need(next(iter(some)) in _SQUARES, "the first receipt is none of ours")
    del some
    try:
        receipts = list(executor.run(range(10), _fail_at_seven))
    except ZeroDivisionError:
        pass
    except Exception as error:
        raise AssertionError(
            f"a task raised ZeroDivisionError, but run {type(error).__name__}"
        ) from error
    else:
        raise AssertionError(f"a task raised ZeroDivisionError, but run returned {receipts}")
    check_unchanged(executor, copy)


def _square(number: int) -> int:
    return number * number


def _fail_at_seven(number: int) -> int:
    return 1 // (number - 7)
