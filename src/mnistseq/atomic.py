"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from errno import EISDIR
from pathlib import Path

from mnistseq.errors import OutputError, WrongPathError
from mnistseq.messages import write_remedy


def publish(files: Mapping[Path, bytes], *, replace: bool) -> None:
    """Write some files so that either all of them appear, whole, or none.

    Each is written in its folder under a temporary name, flushed to disk, and
    only then renamed.

    Parameters
    ----------
    files : mapping
        Path → content.
    replace : bool
        Whether existing files are replaced.

    Raises
    ------
    FileExistsError
        If one exists and `replace` is false. Nothing was changed.
    OutputError
        If one cannot be written. No new file was left behind.
    """
    temporary = {path: path.with_name(f".mnistseq-{secrets.token_hex(8)}") for path in files}
    created: list[Path] = []
    path = Path()
    try:
        for path in files:
            if replace and is_folder(path):
                # Checked now, because a rename that fails later would come after others were done.
                raise IsADirectoryError(EISDIR, "is a folder")
        for path, content in files.items():
            _write_flushed(temporary[path], content)
        for path in files:
            if replace:
                temporary[path].replace(path)
            else:
                _name_new(temporary[path], path)
                created.append(path)
        created.clear()
    except FileExistsError:
        raise
    except OSError as error:
        raise failure(path, error) from error
    finally:
        # Also after an interrupt, when some files have their names and others do not.
        for left in (*created, *temporary.values()):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder; a path that is too long is not."""
    try:
        return path.is_dir()
    except OSError:
        return False


def failure(path: Path, error: OSError) -> OutputError:
    """Return an error that says why a file cannot be written, and what helps."""
    folder = path.parent
    if not os.path.lexists(folder):
        return WrongPathError(f"{path}: the folder {folder} does not exist; create it first")
    if not is_folder(folder):
        return WrongPathError(f"{path}: {folder} is not a folder; choose another path")
    if is_folder(path):
        return WrongPathError(f"{path}: is a folder; give the name of a file")
    reason = error.strerror or error
    return OutputError(f"{path}: cannot be written: {reason}; {write_remedy(error)}")


def _write_flushed(path: Path, content: bytes) -> None:
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _name_new(path: Path, name: Path) -> None:
    """Rename a file unless the name is taken: unlike a rename, a hard link never overwrites."""
    try:
        os.link(path, name)
    except FileExistsError:
        raise
    except OSError:
        # File systems without hard links: claim the name with an empty file, then replace that.
        with open(name, "xb"):
            pass
        try:
            path.replace(name)
        except OSError:
            name.unlink()
            raise
