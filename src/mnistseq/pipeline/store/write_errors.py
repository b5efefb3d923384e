"""Errors for files and folders that cannot be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mnistseq.atomic import is_folder
from mnistseq.errors import OutputError
from mnistseq.messages import write_remedy


def cannot_write(root: str, name: str, error: OSError) -> OutputError:
    """Return an error that says what could not be written, why, and what to do.

    It is `name` in the folder or URL `root` or, if `name` is empty, `root` itself.
    """
    if isinstance(error, FileNotFoundError) and "://" not in root and not is_folder(Path(root)):
        return OutputError(f"{root}: the folder no longer exists; nothing can be written to it")
    path = f"{root}/{name}" if name else root
    reason = error.strerror or error
    return OutputError(f"{path}: cannot be written: {reason}; {write_remedy(error)}")


def cannot_create(folder: Path, error: OSError) -> OutputError:
    """Return an error for a folder that cannot be created."""
    reason = error.strerror or error
    return OutputError(f"cannot create folder {folder}: {reason}; {write_remedy(error)}")


@contextmanager
def temp_file_errors(display_name: str) -> Iterator[None]:
    """Convert OSErrors to an OutputError about a temporary file and its content."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{display_name}: cannot be kept in a temporary file: {error.strerror or error}; "
            "set TMPDIR to a folder with enough free space"
        ) from error
