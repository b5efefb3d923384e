"""Local processes: every receipt once, whoever dies, and nobody left over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import psutil
import pytest

from mnistseq.errors import ConfigError, ExecutorError, LabelError, OutputError
from mnistseq.executors.processes import Processes
from mnistseq.executors.serial import Serial
from mnistseq.machine import available_cores
from mnistseq.plugins.registry import create
from mnistseq.testing import check_executor

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them"),
]


@pytest.mark.parametrize("executor", [Processes(1), Processes(2)], ids=repr)
def test_processes_meet_the_contract(executor: Processes) -> None:
    check_executor(executor)


def children() -> list[psutil.Process]:
    """Processes below this one that work; what keeps track of resources is not one of them."""
    found = psutil.Process().children(recursive=True)
    return [child for child in found if "spawn_main" in " ".join(_command(child))]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline() if process.status() != psutil.STATUS_ZOMBIE else []
    except psutil.Error:
        return []


def gone(seconds: float = 2.0) -> bool:
    """Whether no process is left, or will be in a moment."""
    end = time.monotonic() + seconds
    while children() and time.monotonic() < end:
        time.sleep(0.02)
    return not children()


def test_tasks_are_taken_as_they_are_needed() -> None:
    """A generator of ten million tasks is never drawn in whole."""
    taken = count()
    receipts = Processes(2).run((next(taken) for _ in count()), str)
    assert len(list(islice(receipts, 10))) == 10
    receipts.close()
    assert next(taken) < 30
    assert gone()


def test_no_process_is_left_at_the_end() -> None:
    assert sorted(Processes(2).run(range(20), abs)) == list(range(20))
    assert gone()


def test_no_process_is_left_when_the_caller_stops() -> None:
    receipts = Processes(2).run(range(1000), _slowly)
    next(receipts)
    assert children()
    del receipts
    assert gone()


def _slowly(number: int) -> int:
    time.sleep(0.05)
    return number


def test_no_process_is_left_after_an_error() -> None:
    with pytest.raises(LabelError, match=r"^no such label$"):
        list(Processes(2).run(range(1000), _fail))
    assert gone()


def _fail(number: int) -> int:
    if number == 5:
        raise LabelError("no such label")
    return _slowly(number)


def test_receipts_that_arrive_with_an_error_are_yielded() -> None:
    """What is finished is to be noted, even if the shard beside it failed."""
    seen: list[int] = []
    with pytest.raises(LabelError):
        seen.extend(Processes(1).run(range(1000), _fail))
    assert seen == [0, 1, 2, 3, 4]


class PickyError(Exception):
    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")


def _picky(number: int) -> int:
    raise PickyError("this", f"that {number}")


def _unpicklable(number: int) -> int:
    error = ValueError("with a generator")
    error.inner = (x for x in [number])  # type: ignore[attr-defined]
    raise error


def test_errors_that_cannot_be_pickled_are_described() -> None:
    with pytest.raises(ExecutorError, match=r"^PickyError at 1: this: that 1$"):
        list(Processes(1).run([1], _picky))
    with pytest.raises(ExecutorError, match=r"^ValueError at 1: with a generator$"):
        list(Processes(1).run([1], _unpicklable))


@pytest.mark.parametrize("kind", [ConfigError, LabelError, OutputError, ExecutorError])
def test_our_errors_reach_the_caller_unchanged(kind: type[Exception]) -> None:
    with pytest.raises(kind, match=r"^it's so$"):
        list(Processes(1).run([kind], _raise))


def _raise(kind: type[Exception]) -> int:
    raise kind("it's so")


def _die_once(task: tuple[int, str]) -> int:
    """Kill the own process at numbers divisible by three, the first time."""
    number, folder = task
    if number % 3 == 0:
        try:
            with open(f"{folder}/{number}", "x"):
                pass
        except FileExistsError:
            return number
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_the_tasks_of_dead_processes_are_repeated(tmp_path: Path) -> None:
    """Many deaths, but only one at each task: none is blamed for what others died at."""
    tasks = [(number, str(tmp_path)) for number in range(1, 30)]
    assert sorted(Processes(2).run(tasks, _die_once)) == list(range(1, 30))
    assert len(list(tmp_path.iterdir())) == 9
    assert gone()


def _die(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_a_task_that_kills_three_processes_is_an_error() -> None:
    with pytest.raises(ExecutorError) as error:
        list(Processes(2).run(range(1000), _die))
    assert str(error.value).startswith("3 worker processes died at the same task (3): killed, or")
    assert "If memory was short, use fewer processes" in str(error.value)
    assert gone()


def test_a_process_killed_from_outside_is_replaced() -> None:
    receipts = Processes(2).run(range(60), _slowly)
    seen = [next(receipts)]
    for _ in range(2):
        children()[0].kill()
        seen += islice(receipts, 5)
    assert sorted([*seen, *receipts]) == list(range(60))
    assert gone()


@pytest.fixture
def script(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has two others at work on what never ends."""
    path = tmp_path / "script.py"
    path.write_text(
        "import sys, time\n"
        "from mnistseq.executors.processes import Processes\n"
        "def work(number):\n"
        "    time.sleep(0.1 if number < 2 else 600)\n"
        "    return number\n"
        "if __name__ == '__main__':\n"
        "    for receipt in Processes(2).run(range(100), work):\n"
        "        print(receipt, flush=True)\n"
    )
    running = subprocess.Popen(
        [sys.executable, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield running
    running.kill()
    running.communicate()


def test_processes_end_when_their_parent_is_killed(script: subprocess.Popen[str]) -> None:
    """Nobody goes on when it was killed and could tell no one."""
    assert script.stdout is not None
    script.stdout.readline()
    assert len(children()) >= 2
    script.kill()
    assert gone()


def test_a_script_without_a_main_guard_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text(
        "from mnistseq.executors.processes import Processes\n"
        "print(list(Processes(1).run(range(3), abs)))\n"
    )
    done = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(
        "mnistseq.errors.ExecutorError: 3 worker processes died at the same task"
    )
    assert "below if __name__ == '__main__'" in last
    assert gone()


def test_starting_processes_ignore_ctrl_c(script: subprocess.Popen[str]) -> None:
    """Ctrl-C goes to all processes, and those that only begin then are deaf to it as well."""
    end = time.monotonic() + 20
    while not children() and time.monotonic() < end:
        time.sleep(0.002)
    os.killpg(script.pid, signal.SIGINT)
    _, err = script.communicate(timeout=10)
    assert script.returncode == -signal.SIGINT
    assert err.count("Traceback") == 1  # the script's own
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert gone()


def test_the_number_of_processes_is_checked() -> None:
    assert available_cores() >= 1
    assert create("executor", "processes", {"jobs": 3}, "executor") == Processes(3)
    with pytest.raises(ConfigError):
        create("executor", "processes", {"jobs": 0}, "executor")


def test_the_requested_number_of_processes_works() -> None:
    pids = set(Processes(2).run(range(40), _pid))
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert set(Serial().run(range(3), _pid)) == {os.getpid()}


def _pid(_: int) -> int:
    time.sleep(0.02)
    return os.getpid()


_PEAK = """
import json, sys
from pathlib import Path
from mnistseq.executors.processes import Processes
from mnistseq.pipeline.dataset.run import run_dataset
from tests.executors.test_processes import peak_of_family
from tests.datasets import random_input, plan, row_input
if __name__ == "__main__":
    root = Path(sys.argv[1])
    given = row_input(root / "r.csv", "sequence,count\\n0123456789,40000\\n")
    config = {"image": {"width": 390}}
    planned = plan(root / "out", given, format_name="webdataset", shard_samples=10_000, config=config)
    peaks = {}
    summary = run_dataset(planned, Processes(2), progress=lambda _: peak_of_family(peaks))
    print(json.dumps([summary.samples, list(peaks.values())]))
"""


def peak_of_family(peaks: dict[int, float]) -> None:
    """Note the peak of memory, in MiB, of this process and of those below it."""
    for process in [psutil.Process(), *children()]:
        status = Path(f"/proc/{process.pid}/status").read_text("ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        peaks[process.pid] = int(line.split()[1]) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="the peak is read from /proc")
def test_each_process_needs_less_than_400_mib(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(tmp_path)],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "."},
    )
    samples, peaks = json.loads(done.stdout)
    assert samples == 40_000
    assert len(peaks) == 3
    assert max(peaks) < 400, peaks
