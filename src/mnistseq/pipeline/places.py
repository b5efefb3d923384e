"""The place that a path or a URL names."""

from __future__ import annotations

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.local import LocalStore
from mnistseq.pipeline.store import Store


def open_store(root: str) -> Store:
    """A folder of this machine, or what is behind a URL."""
    if not root:
        raise ArgumentError("no place is given: it is empty; give a folder or a URL")
    if root.startswith("file://"):
        return LocalStore(root.removeprefix("file://"))
    if "://" in root:
        # fsspec and its clients are extras, and slow to import.
        from mnistseq.pipeline.remote import RemoteStore

        return RemoteStore(root)
    return LocalStore(root)
