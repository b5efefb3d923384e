"""Ray: a real cluster on loopback, whose processes die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.datasets import hashes
from tests.executors.dask_cluster import free_port
from tests.executors.runs import OPTIONS, SHARDS, CountedTasks, ReceivedReceipts, plan_of

from mnistseq.core.protocols import Executor
from mnistseq.errors import ArgumentError
from mnistseq.executors.ray import Ray
from mnistseq.executors.serial import Serial
from mnistseq.pipeline.dataset.run import run_dataset
from mnistseq.testing import check_executor

ROOT = Path(__file__).parents[2]
SECONDS = 100.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("ray") is None,
        reason=f"Ray has no wheel for Python {sys.version_info[0]}.{sys.version_info[1]} here",
    ),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Two workers, which the executor finds started."""
    import ray

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
        ray.init(
            num_cpus=2,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="ERROR",
            _node_ip_address="127.0.0.1",
        )
        try:
            yield
        finally:
            ray.shutdown()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set as one process makes it."""
    folder = tmp_path_factory.mktemp("local") / "set"
    run_dataset(plan_of(folder), Serial())
    return folder


@dataclass(frozen=True)
class DyingOnce:
    """A function whose process is killed once, in the middle of a task."""

    function: Callable[[Any], Any]
    flag: Path

    def __call__(self, task: Any) -> Any:
        receipt = self.function(task)
        try:
            self.flag.touch(exist_ok=False)
        except FileExistsError:
            return receipt
        os.kill(os.getpid(), signal.SIGKILL)
        return None


@dataclass(frozen=True)
class Deadly(Executor):
    """Ray, with one worker killed."""

    name: ClassVar[str] = "deadly"
    flag: Path

    def run(self, tasks: Iterable[Any], function: Callable[[Any], Any]) -> Generator[Any]:
        return Ray().run(tasks, DyingOnce(function, self.flag))


@pytest.mark.usefixtures("cluster")
def test_ray_meets_the_contract_of_executors() -> None:
    check_executor(Ray())


@pytest.mark.usefixtures("cluster")
def test_ray_knows_few_tasks() -> None:
    tasks = CountedTasks(iter(range(100)))
    for received, _ in enumerate(Ray().run(tasks, abs)):
        assert tasks.taken - received <= 2 * 2
    assert tasks.taken == 100


@pytest.mark.usefixtures("cluster")
@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL on Windows")
def test_the_tasks_of_a_killed_worker_are_repeated(tmp_path: Path, local: Path) -> None:
    told = ReceivedReceipts()
    executor = Deadly(tmp_path / "died")
    summary = run_dataset(plan_of(tmp_path / "set"), executor, progress=told)
    assert executor.flag.exists()
    assert summary.made == SHARDS
    assert len(told.names) == told.names.total() == SHARDS
    assert hashes(tmp_path / "set") == hashes(local)


@pytest.mark.skipif(os.name != "posix", reason="processes have other names on Windows")
@pytest.mark.parametrize(("dies", "says"), [("raylet", "with --resume to make the rest"), ("", "")])
def test_a_run_whose_cluster_or_client_is_lost_is_resumed(
    tmp_path: Path, local: Path, dies: str, says: str
) -> None:
    import psutil

    folder = tmp_path / "set"
    command = [sys.executable, "-m", "mnistseq", "batch", "-o", str(folder), *OPTIONS]
    command += ["--executor", "ray", "--executor-option", "workers=2"]
    client = subprocess.Popen(
        command,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    family: list[psutil.Process] = []
    try:
        end = time.monotonic() + SECONDS
        while len(list(folder.glob("*.tar"))) < 3:
            assert client.poll() is None
            assert time.monotonic() < end
            time.sleep(0.02)
        family = psutil.Process(client.pid).children(recursive=True)
        victims = [process for process in family if dies and dies in process.name()]
        for process in victims or [client]:
            process.kill()
        output, _ = client.communicate(timeout=SECONDS)
    finally:
        # What loses its parent ends by itself, sooner or later.
        for process in family:
            if process.is_running():
                process.kill()
        client.kill()
    assert client.returncode != 0
    assert says in output
    assert not (folder / "manifest.json").exists()
    summary = run_dataset(plan_of(folder), Serial(), resume=True)
    assert summary.made < SHARDS
    assert hashes(folder) == hashes(local)


@pytest.mark.parametrize("scheme", ["", "ray://"])
def test_a_missing_head_is_reported(scheme: str) -> None:
    """In a process of its own, where no cluster has been joined."""
    address = f"{scheme}127.0.0.1:{free_port()}"
    code = (
        f"from mnistseq.executors.ray import Ray\nlist(Ray({address!r}, patience=1).run([1], abs))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert f"ExecutorError: ray {address}: cannot be reached: " in found.stderr
    assert "; check the head" in found.stderr


def test_an_empty_address_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"^address is empty; give .*head:6379, or auto, or le"):
        Ray("")


def test_a_missing_extra_is_reported() -> None:
    code = (
        "import sys; sys.modules['ray'] = None\n"
        "from mnistseq.executors.ray import Ray\n"
        "list(Ray().run([1], abs))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert "pip install 'mnistseq[ray]'" in found.stderr
