"""Open the store of a path or URL."""

from __future__ import annotations

from pathlib import Path

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.store.local import LocalStore
from mnistseq.pipeline.store.protocol import Store


def local_folder(root: str) -> Path | None:
    """Return the local folder of a path or file URL; None for other kinds of URL.

    ArgumentError if a file URL contains another machine, a user or a password.
    """
    scheme, separator, rest = root.partition("://")
    if not separator:
        return Path(root)
    if scheme not in {"file", "local"}:
        return None
    host, slash, path = rest.partition("/")
    if host not in {"", "localhost"}:
        # The URL is not repeated, because it may contain a password.
        raise ArgumentError(
            f"{scheme}://…: names a host or user before the path, but a file URL can only lead to "
            "this machine; give a folder, or file:///path"
        )
    return Path(slash + path)


def open_store(root: str) -> Store:
    """Return the store for a folder of this machine or a URL."""
    if not root:
        raise ArgumentError("no folder is given: the name is empty; give a folder or a URL")
    folder = local_folder(root)
    if folder is not None:
        return LocalStore(str(folder))
    # fsspec and its clients are extras, and slow to import.
    from mnistseq.pipeline.store.remote import RemoteStore

    return RemoteStore(root)
