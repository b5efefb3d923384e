"""Files are there whole or not at all."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnistseq.atomic import publish
from mnistseq.errors import OutputError


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


@pytest.fixture
def limited() -> Iterator[int]:
    """Room for files of 100 bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    yield 100
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("replace", [False, True])
def test_without_room_for_the_second_file_none_appears(
    tmp_path: Path, limited: int, replace: bool
) -> None:
    (tmp_path / "old").write_bytes(b"mine")
    first, second = tmp_path / ("old" if replace else "new"), tmp_path / "second"
    with pytest.raises(OutputError, match=f"second: .*{os.strerror(errno.EFBIG)}"):
        publish({first: b"1" * limited, second: b"2" * (limited + 1)}, replace=replace)
    assert names(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == b"mine"
