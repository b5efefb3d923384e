"""Files are there whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.file_limit import file_limit

from mnistseq.atomic import publish, remove_leftovers
from mnistseq.errors import OutputError
from mnistseq.locks import locked

KILLED = """
import os, sys
from pathlib import Path
from mnistseq.atomic import publish, remove_leftovers
from mnistseq.locks import locked
os.fsync = lambda handle: os.kill(os.getpid(), 9)
publish({Path(sys.argv[1]): b"half"}, replace=True)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_all_files_appear(tmp_path: Path) -> None:
    publish({tmp_path / "a": b"1", tmp_path / "b": b"2"}, replace=False)
    assert (tmp_path / "a").read_bytes() == b"1"
    assert (tmp_path / "b").read_bytes() == b"2"
    assert names(tmp_path) == ["a", "b"]


def test_an_existing_file_is_kept_and_no_other_appears(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        publish({tmp_path / "a": b"1", tmp_path / "b": b"2", tmp_path / "c": b"3"}, replace=False)
    assert names(tmp_path) == ["b"]
    assert (tmp_path / "b").read_bytes() == b"mine"


def test_an_existing_file_is_replaced_on_request(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"mine")
    publish({tmp_path / "a": b"1", tmp_path / "b": b"2"}, replace=True)
    assert (tmp_path / "b").read_bytes() == b"2"
    assert names(tmp_path) == ["a", "b"]


@pytest.mark.parametrize("kind", ["folder", "link to nothing"])
def test_folders_and_links_count_as_existing(tmp_path: Path, kind: str) -> None:
    if kind == "folder":
        (tmp_path / "a").mkdir()
    else:
        (tmp_path / "a").symlink_to("nothing")
    with pytest.raises(FileExistsError):
        publish({tmp_path / "a": b"1"}, replace=False)
    assert names(tmp_path) == ["a"]


def test_a_folder_is_never_replaced_and_no_file_appears(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"mine")
    (tmp_path / "b").mkdir()
    with pytest.raises(OutputError, match="b: is a folder; give the name of a file"):
        publish({tmp_path / "a": b"1", tmp_path / "b": b"2"}, replace=True)
    assert (tmp_path / "a").read_bytes() == b"mine"
    assert names(tmp_path) == ["a", "b"]


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"the folder .*gone does not exist; create it first"):
        publish({tmp_path / "gone" / "a": b"1"}, replace=False)
    assert names(tmp_path) == []


def test_a_name_that_is_too_long_is_reported(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written: File name too long"):
        publish({tmp_path / ("a" * 300): b"1"}, replace=False)
    assert names(tmp_path) == []


@pytest.mark.parametrize("replace", [False, True])
def test_without_room_for_the_second_file_none_appears(tmp_path: Path, replace: bool) -> None:
    (tmp_path / "old").write_bytes(b"mine")
    first, second = tmp_path / ("old" if replace else "new"), tmp_path / "second"
    message = f"second: .*{os.strerror(errno.EFBIG)}"
    with pytest.raises(OutputError, match=message), file_limit(100):
        publish({first: b"1" * 100, second: b"2" * 101}, replace=replace)
    assert names(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"mine"


@pytest.mark.skipif(os.name == "nt", reason="needs locks of POSIX")
def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, tmp_path / "a"], check=False)
    [left] = names(tmp_path)
    assert left.startswith(".mnistseq-")
    publish({tmp_path / "b": b"whole"}, replace=True)
    assert names(tmp_path) == ["b"]


@pytest.mark.skipif(os.name == "nt", reason="needs locks of POSIX")
def test_only_what_is_certainly_left_is_removed(tmp_path: Path) -> None:
    for name in ("file.png", ".mnistseq-0123", ".mnistseq-0123456789abcdef0"):
        (tmp_path / name).touch()
    used, link, folder, left = (tmp_path / f".mnistseq-{digit * 16}" for digit in "0123")
    used.touch()
    link.symlink_to("file.png")
    folder.mkdir()
    left.touch()
    kept = set(names(tmp_path)) - {left.name}
    with locked(str(used)):
        remove_leftovers(tmp_path)
    assert set(names(tmp_path)) == kept


@pytest.mark.skipif(os.name == "nt", reason="needs locks of POSIX")
def test_a_file_that_is_being_written_is_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process sweeps before the file is whole."""
    names_left: list[int] = []

    def swept(handle: int) -> None:
        remove_leftovers(tmp_path)
        names_left.append(os.fstat(handle).st_nlink)

    monkeypatch.setattr(os, "fsync", swept)
    publish({tmp_path / "a": b"1", tmp_path / "b": b"2"}, replace=False)
    assert names_left == [1, 1]
    assert names(tmp_path) == ["a", "b"]


@pytest.mark.skipif(os.name == "nt", reason="needs locks of POSIX")
def test_a_file_that_is_removed_before_it_is_locked_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    duplicate, calls = os.dup, 0

    def swept(handle: int) -> int:
        nonlocal calls
        calls += 1
        if calls == 1:
            remove_leftovers(tmp_path)
        return duplicate(handle)

    monkeypatch.setattr(os, "dup", swept)
    publish({tmp_path / "a": b"1"}, replace=False)
    assert (names(tmp_path), calls) == (["a"], 2)
