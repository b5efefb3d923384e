"""Dask: a real scheduler and real workers, which die."""

from __future__ import annotations

import gzip
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path

import distributed
import pytest
from tests.datasets import hashes
from tests.executors.dask_cluster import SECONDS, DaskCluster, free_port
from tests.executors.runs import (
    SHARDS,
    CountedTasks,
    ReceivedReceipts,
    options,
    plan_of,
)

import mnistseq
from mnistseq.errors import ArgumentError, ExecutorError, OutputError, SourceError
from mnistseq.executors.dask import Dask
from mnistseq.executors.serial import Serial
from mnistseq.pipeline.dataset.run import run_dataset
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.verify.check import verify
from mnistseq.testing import check_executor

# What it leaves to the garbage collector when its scheduler is killed is its own.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A worker with one thread and one with two."""
    made = DaskCluster(tmp_path_factory.mktemp("dask"))
    try:
        made.add_worker()
        made.add_worker(threads=2)
        yield made
    finally:
        made.close()


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[DaskCluster]:
    """A scheduler that a test may do to as it likes."""
    (tmp_path / "dask").mkdir()
    made = DaskCluster(tmp_path / "dask")
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set as one process makes it."""
    folder = tmp_path_factory.mktemp("local") / "set"
    run_dataset(plan_of(folder), Serial())
    return folder


def start_batch(
    folder: Path, cluster: DaskCluster, *more: str, shards: int = SHARDS
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mnistseq", "batch", "-o", str(folder), *options(shards)]
    command += ["--executor", "dask", "--executor-option", f"address={cluster.address}", *more]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for_shards(folder: Path, number: int) -> None:
    end = time.monotonic() + SECONDS
    while len(list(folder.glob("*.tar"))) < number:
        assert time.monotonic() < end, "no shards appear"
        time.sleep(0.02)


def wait_for_idle_workers(cluster: DaskCluster) -> None:
    def busy(dask_worker: distributed.Worker) -> int:
        return len(dask_worker.state.executing) + len(dask_worker.state.ready)

    end = time.monotonic() + SECONDS
    with distributed.Client(cluster.address, set_as_default=False) as client:
        while any(client.run(busy).values()):
            assert time.monotonic() < end, "workers go on"
            time.sleep(0.02)


def test_dask_meets_the_contract_of_executors(cluster: DaskCluster) -> None:
    check_executor(Dask(cluster.address))


def test_a_local_cluster_is_started_without_an_address() -> None:
    receipts = list(Dask(workers=1).run(range(5), str))
    assert sorted(receipts) == ["0", "1", "2", "3", "4"]


def test_batch_on_a_cluster_makes_the_bytes_of_one_process(
    tmp_path: Path, cluster: DaskCluster, local: Path
) -> None:
    process = start_batch(tmp_path / "set", cluster)
    _, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, errors
    assert hashes(tmp_path / "set") == hashes(local)
    assert verify(str(tmp_path / "set"), 0.01).passed


def test_the_scheduler_knows_few_tasks_and_keeps_none(cluster: DaskCluster) -> None:
    tasks = CountedTasks(iter(range(300)))
    received = 0
    for _ in Dask(cluster.address).run(tasks, abs):
        received += 1
        # Three threads; what came back together is yielded one by one.
        assert tasks.taken - received <= 2 * 3
    assert received == 300
    with distributed.Client(cluster.address, set_as_default=False) as client:

        def state(dask_scheduler: object) -> tuple[int, int]:
            tasks, allowed = "tasks", "allowed_failures"
            return len(getattr(dask_scheduler, tasks)), getattr(dask_scheduler, allowed)

        end = time.monotonic() + SECONDS
        while (found := client.run_on_scheduler(state)) != (0, 20):
            assert time.monotonic() < end, f"tasks left, deaths allowed: {found}"
            time.sleep(0.1)


def test_endless_tasks_are_cancelled_when_the_caller_stops(cluster: DaskCluster) -> None:
    receipts = Dask(cluster.address).run(count(), abs)
    assert len(list(islice(receipts, 10))) == 10
    receipts.close()
    assert sorted(Dask(cluster.address).run(range(3), abs)) == [0, 1, 2]


def test_the_tasks_of_a_killed_worker_are_repeated(
    tmp_path: Path, own_cluster: DaskCluster, local: Path
) -> None:
    first, _ = own_cluster.add_worker(), own_cluster.add_worker()
    told = ReceivedReceipts()

    def progress(receipt: Receipt) -> None:
        told(receipt)
        if told.names.total() == 5:
            first.send_signal(signal.SIGKILL)

    summary = run_dataset(plan_of(tmp_path / "set"), Dask(own_cluster.address), progress=progress)
    assert first.wait(SECONDS) == -signal.SIGKILL
    assert summary.made == SHARDS
    assert told.names == dict.fromkeys(told.names, 1)
    assert len(told.names) == SHARDS
    assert hashes(tmp_path / "set") == hashes(local)


def test_a_killed_scheduler_is_an_error_and_the_run_is_resumed(
    tmp_path: Path, own_cluster: DaskCluster, local: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own_cluster.add_worker()
    own_cluster.add_worker()
    told = ReceivedReceipts()

    def progress(receipt: Receipt) -> None:
        told(receipt)
        if told.names.total() == 5:
            own_cluster.scheduler.send_signal(signal.SIGKILL)

    # Dask's loggers keep what they have from the root, where it would be caught.
    log = logging.getLogger("distributed.client")
    log.addHandler(caplog.handler)
    log.warning("this is heard")
    began = time.monotonic()
    with pytest.raises(ExecutorError, match="cluster cannot be reached, or was lost") as found:
        run_dataset(plan_of(tmp_path / "set"), Dask(own_cluster.address), progress=progress)
    assert found.value.resumable
    log.removeHandler(caplog.handler)
    assert "this is heard" in caplog.text
    assert "Traceback" not in caplog.text
    assert time.monotonic() - began < SECONDS
    assert not (tmp_path / "set" / "manifest.json").exists()
    summary = run_dataset(plan_of(tmp_path / "set"), Serial(), resume=True)
    assert 0 < summary.made <= SHARDS - told.names.total()
    assert hashes(tmp_path / "set") == hashes(local)


def test_the_run_of_a_killed_client_is_resumed(
    tmp_path: Path, cluster: DaskCluster, local: Path
) -> None:
    folder = tmp_path / "set"
    process = start_batch(folder, cluster)
    wait_for_shards(folder, 3)
    # A shard is kept if the client has noted it, which takes a moment more.
    noted = folder / ".mnistseq" / "receipts.jsonl"
    until = time.monotonic() + SECONDS
    while not (noted.exists() and noted.read_text("utf-8")) and time.monotonic() < until:
        time.sleep(0.005)
    process.kill()
    process.communicate(timeout=SECONDS)
    # What a worker is at it ends: a file that is looked at would be gone to its place.
    wait_for_idle_workers(cluster)
    assert not (folder / "manifest.json").exists()
    whole = hashes(local)
    there = {path.name: whole[path.name] for path in folder.glob("*.tar")}
    assert there.items() <= hashes(folder).items()
    again = start_batch(folder, cluster, "--resume")
    output, errors = again.communicate(timeout=SECONDS)
    assert again.returncode == 0, errors
    assert f"({SHARDS} made now)" not in output
    assert hashes(folder) == whole


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGINT for one process on Windows")
def test_an_interrupt_cancels_waiting_tasks(tmp_path: Path, cluster: DaskCluster) -> None:
    folder = tmp_path / "set"
    # Of so many shards that it is not through before it hears of it.
    process = start_batch(folder, cluster, shards=10 * SHARDS)
    wait_for_shards(folder, 3)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, errors
    assert "the same command with --resume continues" in errors
    # What a worker is at it ends, and then nothing goes on behind our back.
    wait_for_idle_workers(cluster)
    before = hashes(folder)
    assert len(list(folder.glob("*.tar"))) < 10 * SHARDS
    time.sleep(0.5)
    assert hashes(folder) == before


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGINT for a group on Windows")
def test_ctrl_c_prints_one_message_with_a_local_cluster(tmp_path: Path) -> None:
    """A terminal sends it to all processes."""
    command = [sys.executable, "-m", "mnistseq", "batch", "-o", str(tmp_path / "set")]
    command += [*options(10 * SHARDS), "--executor", "dask"]
    with subprocess.Popen(
        [*command, "--executor-option", "workers=2"],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        wait_for_shards(tmp_path / "set", 3)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, errors
    (told,) = [line for line in errors.splitlines() if " images, " not in line]
    assert told.startswith("Error: stopped; finished shards are kept")


def test_other_versions_on_a_worker_are_refused(tmp_path: Path, own_cluster: DaskCluster) -> None:
    """A package like ours in all but what it says of itself."""
    copy = tmp_path / "other" / "mnistseq"
    copy.mkdir(parents=True)
    assert mnistseq.__file__ is not None
    for entry in Path(mnistseq.__file__).parent.iterdir():
        if entry.name == "version.py":
            (copy / entry.name).write_text('__version__ = "9.9.9"\n')
        else:
            (copy / entry.name).symlink_to(entry)
    own_cluster.add_worker(path=copy.parent)
    with pytest.raises(ExecutorError, match=r"mnistseq 9\.9\.9, planned .*Install the same"):
        run_dataset(plan_of(tmp_path / "set"), Dask(own_cluster.address))
    assert not list(tmp_path.glob("set/*.tar"))


def test_other_glyphs_on_a_worker_are_refused(tmp_path: Path, cluster: DaskCluster) -> None:
    """The worker finds other files than the plan was made from."""
    data = Path(str(mnistseq.__file__)).parent / "data" / "mnist"
    folder = tmp_path / "glyphs"
    folder.mkdir()
    for name in ("images-idx3-ubyte", "labels-idx1-ubyte"):
        (folder / name).write_bytes(gzip.decompress((data / f"t10k-{name}.gz").read_bytes()))
    images, labels = folder / "images-idx3-ubyte", folder / "labels-idx1-ubyte"
    parameters = {"images": str(images), "labels": str(labels)}
    source = {"name": "idx", "parameters": parameters}
    plan = plan_of(tmp_path / "set", source=source)
    old = labels.read_bytes()
    labels.write_bytes(old[:8] + bytes((label + 1) % 10 for label in old[8:]))
    with pytest.raises(SourceError, match=r"has other glyphs here .* than where the data set was"):
        run_dataset(plan, Dask(cluster.address))
    assert not list(tmp_path.glob("set/*.tar"))


def refuse(number: int) -> int:
    if number == 2:
        raise OutputError("no room for 2")
    return number


def test_errors_of_ours_leave_no_traceback_in_the_log_of_a_worker(
    tmp_path: Path, own_cluster: DaskCluster
) -> None:
    own_cluster.add_worker()
    with pytest.raises(OutputError, match=r"^no room for 2$"):
        list(Dask(own_cluster.address).run(range(3), refuse))
    assert "Traceback" not in (tmp_path / "dask" / "log").read_text("utf-8")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", r"^address is empty; give .*tcp://scheduler:8786, or leave it out$"),
        ("nonsense", r"^dask: 'nonsense' is not an address: .*; give .*tcp://scheduler:8786$"),
        (
            "http://host:1",
            r"^dask: 'http://host:1' is not an address: .*; give .*tcp://scheduler:8786$",
        ),
    ],
)
def test_strings_that_are_not_addresses_are_refused(address: str, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        list(Dask(address).run(range(3), abs))


def fatal(number: int) -> int:
    os._exit(number)


def test_a_task_that_kills_its_workers_ends_the_run() -> None:
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        pytest.raises(
            ExecutorError, match=r"too many workers died at the same shard.*option deaths"
        ),
    ):
        list(Dask(workers=1, deaths=1).run([3], fatal))


@pytest.mark.parametrize(
    ("start", "message"),
    [(lambda: None, "no worker came within 1 s"), (free_port, "cannot be reached")],
)
def test_a_cluster_without_scheduler_or_workers_is_reported(
    own_cluster: DaskCluster, start: Callable[[], int | None], message: str
) -> None:
    port = start() or own_cluster.port
    with pytest.raises(ExecutorError, match=message):
        list(Dask(f"tcp://127.0.0.1:{port}", patience=1).run(range(3), abs))


def test_a_missing_extra_is_reported() -> None:
    code = (
        "import sys; sys.modules['distributed'] = None\n"
        "from mnistseq.executors.dask import Dask\n"
        "list(Dask().run([1], abs))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert "pip install 'mnistseq[dask]'" in found.stderr
