from __future__ import annotations

from pathlib import Path

import pytest

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.store.local import LocalStore
from mnistseq.pipeline.store.open import local_folder, open_store
from mnistseq.pipeline.store.remote import RemoteStore


@pytest.mark.parametrize(
    ("root", "folder"),
    [
        ("out", "out"),
        ("/a/b", "/a/b"),
        ("file:///a/b", "/a/b"),
        ("file://localhost/a/b", "/a/b"),
        ("local:///a/b", "/a/b"),
    ],
)
def test_paths_and_file_urls_are_folders_of_this_machine(root: str, folder: str) -> None:
    assert local_folder(root) == Path(folder)
    assert isinstance(open_store(root), LocalStore)


def test_other_urls_are_remote() -> None:
    pytest.importorskip("fsspec")
    assert local_folder("memory://set") is None
    assert isinstance(open_store("memory://set"), RemoteStore)


@pytest.mark.parametrize(
    "root",
    ["file://server/share", "file://user:hidden@localhost/a", "file://user:hid/den@localhost/a"],
)
def test_file_urls_with_a_host_or_a_user_are_refused(root: str) -> None:
    with pytest.raises(ArgumentError, match="names a host or user before the path") as found:
        open_store(root)
    assert "hid" not in str(found.value)


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(ArgumentError, match="no folder is given"):
        open_store("")
