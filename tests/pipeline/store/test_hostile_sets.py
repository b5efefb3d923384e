"""Data sets from a stranger, with links that lead outside: nothing there is removed or written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.datasets import contents, make, manifest, plan, random_input

from mnistseq.errors import UnsafePathError
from mnistseq.pipeline.verify.check import verify

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs links")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    victim = tmp_path / "victim"
    (victim / "parts").mkdir(parents=True)
    (victim / "important").write_text("theirs")
    (victim / "parts" / "x").write_text("theirs")
    return victim


def test_force_removes_nothing_behind_a_link(tmp_path: Path, victim: Path) -> None:
    """The manifest lists files that lie behind a link in the data set."""
    planned = plan(tmp_path / "set", random_input(4), shard_samples=4)
    make(planned)
    (tmp_path / "set" / "link").symlink_to(victim)
    path = tmp_path / "set" / "manifest.json"
    values = manifest(tmp_path / "set")
    names = ("link/important", "link/parts")
    values["files"] = [{"name": name, "bytes": 1, "sha256": "0" * 64} for name in names]
    path.write_text(json.dumps(values))
    before = contents(victim)
    assert [fault.name for fault in verify(str(tmp_path / "set")).faults] == [*names, "link"]
    with pytest.raises(UnsafePathError, match="link: is a link"):
        make(planned, force=True)
    assert contents(victim) == before


@pytest.mark.parametrize("options", [{}, {"force": True}, {"resume": True}])
def test_a_work_folder_that_is_a_link_is_refused(
    tmp_path: Path, victim: Path, options: dict[str, bool]
) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / ".mnistseq").symlink_to(victim)
    before = contents(victim)
    with pytest.raises(UnsafePathError, match=r"\.mnistseq: is a link"):
        make(plan(tmp_path / "set", random_input(4), shard_samples=4), **options)
    assert contents(victim) == before


def test_a_shard_that_is_a_link_is_a_fault(tmp_path: Path) -> None:
    make(plan(tmp_path / "set", random_input(4), shard_samples=4))
    shard = tmp_path / "set" / "train-00000.tar"
    shard.rename(tmp_path / "elsewhere.tar")
    shard.symlink_to(tmp_path / "elsewhere.tar")
    faults = verify(str(tmp_path / "set")).faults
    assert [fault.name for fault in faults] == ["train-00000.tar"]
    assert "is a link" in faults[0].problem
