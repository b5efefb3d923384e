"""The place that a path or a URL names."""

from __future__ import annotations

from pathlib import Path

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.store.local import LocalStore
from mnistseq.pipeline.store.protocol import Store


def local_folder(root: str) -> Path | None:
    """The folder of this machine that is meant; None for a URL of another kind."""
    path = root.removeprefix("file://")
    return None if "://" in path else Path(path)


def open_store(root: str) -> Store:
    """A folder of this machine, or what is behind a URL."""
    if not root:
        raise ArgumentError("no place is given: it is empty; give a folder or a URL")
    folder = local_folder(root)
    if folder is not None:
        return LocalStore(str(folder))
    # fsspec and its clients are extras, and slow to import.
    from mnistseq.pipeline.store.remote import RemoteStore

    return RemoteStore(root)
