"""The stream: one order of batches for any number of ranks and workers, and after any stop."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from tests.integrations.stream_runs import CONFIG, RANKS, digests, loader, run  # noqa: E402
from torch.utils.data import DataLoader  # noqa: E402

from mnistseq.errors import ArgumentError  # noqa: E402
from mnistseq.integrations import SequenceStream, collate_ctc  # noqa: E402

pytestmark = pytest.mark.filterwarnings(
    "ignore:This DataLoader will create"  # a warning on a machine with few cores
)


@pytest.fixture(scope="module")
def expected() -> list[str]:
    stream = SequenceStream(CONFIG, 2, seed=5, rank=0, world_size=1, length="2-5")
    return digests(map(collate_ctc, islice(stream, 60)))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(3))
def test_batches_are_the_same_for_any_workers_and_ranks_and_after_any_stop(
    first: int, expected: list[str]
) -> None:
    """The three cases together have every number of workers with every number of ranks."""
    command = [sys.executable, "-m", "tests.integrations.stream_runs", str(first)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert len(found) > 10
    assert sha256("".join(found).encode()).hexdigest() == (
        sha256("".join(expected[: len(found)]).encode()).hexdigest()
    )


@pytest.mark.parametrize("stop", range(9))
@pytest.mark.parametrize("ranks", RANKS)
def test_a_run_resumes_after_any_batch(stop: int, ranks: int, expected: list[str]) -> None:
    state = {"epoch": 0, "batches": stop, "batch_size": 2, "seed": 5}
    found = run(state, ranks, 0, 3)[0]
    assert found == expected[stop : stop + 3 * ranks]


def test_only_delivered_batches_count(expected: list[str]) -> None:
    own = loader(workers=1, prefetch_factor=4)
    assert digests(islice(own, 2)) == expected[:2]
    assert own.state_dict() == {"epoch": 0, "batches": 2, "batch_size": 2, "seed": 5}
    assert digests(islice(own, 2)) == expected[2:4]  # the next iteration resumes


def test_a_distant_batch_costs_no_more_than_the_first() -> None:
    own = loader()
    own.load_state_dict({"epoch": 3, "batches": 10**11, "batch_size": 2, "seed": 5})
    far = digests(islice(own, 1))
    assert own.state_dict()["batches"] == 10**11 + 1
    stream = own.stream
    stream.set_epoch(3, 10**11)
    assert digests(map(collate_ctc, islice(stream, 1))) == far


@pytest.mark.slow
def test_workers_that_are_kept_notice_another_epoch() -> None:
    own = loader(workers=1, persistent_workers=True)
    first = digests(islice(own, 3))
    own.set_epoch(1)
    second = digests(islice(own, 3))
    own.set_epoch(0)
    assert digests(islice(own, 3)) == first
    assert not set(first) & set(second)


@pytest.mark.slow
# PyTorch now and then aborts a worker that it stops in the middle of the endless stream.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*_MultiProcessingDataLoaderIter.__del__"
    ":pytest.PytestUnraisableExceptionWarning"
)
def test_workers_that_are_spawned_start_after_the_same_batch(expected: list[str]) -> None:
    own = loader(workers=2, multiprocessing_context="spawn")
    own.load_state_dict({"epoch": 0, "batches": 3, "batch_size": 2, "seed": 5})
    assert digests(islice(own, 5)) == expected[3:8]


def test_a_plain_loader_takes_the_stream(expected: list[str]) -> None:
    stream = SequenceStream(CONFIG, 2, seed=5, length="2-5")
    plain = DataLoader(stream, batch_size=None, collate_fn=collate_ctc)
    assert digests(islice(plain, 3)) == expected[:3]
    (drawn,) = islice(DataLoader(stream, batch_size=None), 1)
    assert digests(iter([collate_ctc(drawn)])) == expected[:1]


def test_ranks_are_those_of_the_training_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "4")
    stream = SequenceStream(CONFIG, 2)
    assert (stream.rank, stream.world_size) == (1, 4)


def test_a_pickled_stream_is_small() -> None:
    assert len(pickle.dumps(SequenceStream("camera", 64, length="3-7"))) < 10_000


def test_a_batch_has_a_sample() -> None:
    with pytest.raises(ArgumentError, match=r"^batch_size 0: a batch has at least one sample$"):
        SequenceStream(CONFIG, 0)


@pytest.mark.parametrize("epoch", [-1, 2**20])
def test_epochs_are_in_range(epoch: int) -> None:
    with pytest.raises(ArgumentError, match=rf"^epoch {epoch} is out of range: take one from 0 to"):
        loader().set_epoch(epoch)


def test_batches_are_not_negative() -> None:
    with pytest.raises(ArgumentError, match=r"^batch -1 is out of range: take 0 or more$"):
        loader().stream.set_epoch(0, -1)


@pytest.mark.parametrize(("name", "value"), [("batch_size", 3), ("seed", 6)])
def test_the_state_of_another_stream_is_refused(name: str, value: int) -> None:
    state = {"epoch": 0, "batches": 4, "batch_size": 2, "seed": 5, name: value}
    with pytest.raises(ArgumentError, match=rf"^the state is of a stream with {name} {value}, but"):
        loader().load_state_dict(state)
