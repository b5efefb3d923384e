"""Lines that were added to a journal outlive the process, and torn lines spoil no others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from mnistseq.errors import UnsafePathError
from mnistseq.pipeline.store.journal import Journal
from mnistseq.pipeline.store.local import LocalStore
from mnistseq.pipeline.store.remote import RemoteStore

NAME = ".mnistseq/receipts.jsonl"


@pytest.fixture
def memory() -> Iterator[str]:
    yield "memory://journal"
    memory = fsspec.filesystem("memory")
    if memory.exists("/journal"):
        memory.rm("/journal", recursive=True)


def test_torn_lines_are_left_out(tmp_path: Path) -> None:
    journal = Journal(LocalStore(str(tmp_path)), "journal")
    journal.append({"a": 1})
    with (tmp_path / "journal").open("a") as file:
        file.write('\n{"torn": ')
    journal.append({"b": 2})
    with (tmp_path / "journal").open("ab") as file:
        file.write(b"\n\xff\0\0")
    journal.append({"c": 3})
    assert journal.records() == [{"a": 1}, {"b": 2}, {"c": 3}]


def test_a_journal_that_was_never_written_is_empty(tmp_path: Path) -> None:
    assert Journal(LocalStore(str(tmp_path / "none")), NAME).records() == []


def test_a_local_line_survives_sigkill(tmp_path: Path) -> None:
    """The process kills itself right after `append`, without any clean-up."""
    script = (
        "import os, signal, sys\n"
        "from mnistseq.pipeline.store.journal import Journal\n"
        "from mnistseq.pipeline.store.local import LocalStore\n"
        "journal = Journal(LocalStore(sys.argv[1]), 'journal')\n"
        "for number in range(7):\n"
        "    journal.append({'number': number})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    records = Journal(LocalStore(str(tmp_path)), "journal").records()
    assert records == [{"number": number} for number in range(7)]


def test_remote_lines_are_written_in_batches(memory: str) -> None:
    store = RemoteStore(memory)
    store.journal_lines, store.journal_seconds = 3, 1000.0
    journal = Journal(store, NAME)
    counts = []
    for number in range(7):
        journal.append({"number": number})
        counts.append(len(store.names(".mnistseq")))
    assert counts == [0, 0, 1, 1, 1, 2, 2]
    journal.flush()
    journal.flush()
    assert len(store.names(".mnistseq")) == 3
    assert Journal(store, NAME).records() == [{"number": number} for number in range(7)]


def test_remote_lines_do_not_wait_longer_than_the_interval(memory: str) -> None:
    store = RemoteStore(memory)
    store.journal_lines, store.journal_seconds = 1000, 0.0
    Journal(store, NAME).append({"number": 1})
    assert Journal(store, NAME).records() == [{"number": 1}]


def test_removing_a_journal_spares_other_files(memory: str) -> None:
    store = RemoteStore(memory)
    store.journal_lines = 1
    store.write(".mnistseq/plan.json", b"{}")
    for number in range(3):
        Journal(store, NAME).append({"number": number})
    Journal(store, NAME).remove()
    assert store.names(".mnistseq") == ["plan.json"]


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_journal_that_is_a_link_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "journal").symlink_to(tmp_path / "mine")
    with pytest.raises(UnsafePathError, match="journal: is a link"):
        Journal(LocalStore(str(tmp_path / "set")), "journal").append({"a": 1})
    assert (tmp_path / "mine").read_text() == "mine"
