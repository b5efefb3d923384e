"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from errno import EISDIR
from pathlib import Path

from mnistseq.errors import OutputError


def publish(files: Mapping[Path, bytes], *, replace: bool) -> None:
    """Write some files so that either all of them appear, whole, or none.

    Each is written beside its place under a name of its own, flushed to disk,
    and only then given its name.

    Parameters
    ----------
    files : mapping
        Path → content.
    replace : bool
        Whether a file that is there already gives way.

    Raises
    ------
    FileExistsError
        If one is there already and `replace` is false. Nothing was changed.
    OutputError
        If one cannot be written. Nothing new was left behind.
    """
    beside = {path: path.with_name(f".mnistseq-{secrets.token_hex(8)}") for path in files}
    named: list[Path] = []
    path = Path()
    try:
        for path in files:
            if replace and is_folder(path):
                # Found out now: a rename that fails later would come after others were done.
                raise IsADirectoryError(EISDIR, "is a folder")
        for path, content in files.items():
            _write_flushed(beside[path], content)
        for path in files:
            if replace:
                beside[path].replace(path)
            else:
                _name_new(beside[path], path)
                named.append(path)
        named.clear()
    except FileExistsError:
        raise
    except OSError as error:
        raise OutputError(explain(path, error)) from error
    finally:
        # After an interrupt, too: what got its name without the others is no whole either.
        for left in (*named, *beside.values()):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def is_folder(path: Path) -> bool:
    """Whether a path is a folder; one too long to ask about is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def explain(path: Path, error: OSError) -> str:
    """What went wrong with a file, and what would help."""
    folder = path.parent
    if not os.path.lexists(folder):
        return f"{path}: the folder {folder} is not there; make it first"
    if not is_folder(folder):
        return f"{path}: {folder} is not a folder; give another place"
    if is_folder(path):
        return f"{path}: is a folder, not a file; give a file's name in it"
    return f"{path}: cannot be written: {error.strerror or error}; make room or give another place"


def _write_flushed(path: Path, content: bytes) -> None:
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _name_new(path: Path, name: Path) -> None:
    """Give a file its name, unless that is taken: a link cannot overwrite."""
    try:
        os.link(path, name)
    except FileExistsError:
        raise
    except OSError:
        # File systems without hard links: a name of its own first, the content on top of it.
        with open(name, "xb"):
            pass
        try:
            path.replace(name)
        except OSError:
            name.unlink()
            raise
