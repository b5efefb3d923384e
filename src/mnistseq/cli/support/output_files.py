"""Check the names of files that a command will write."""

from __future__ import annotations

import os
from pathlib import Path

from mnistseq.atomic import failure, is_folder
from mnistseq.errors import OutputExistsError


def check_output_file(path: str | os.PathLike[str], *, force: bool) -> None:
    """Raise OutputError if a file cannot be written, before anything is drawn or read."""
    if os.path.lexists(path) and not force:
        raise OutputExistsError(f"{path} already exists")
    if not is_folder(Path(path).parent):
        raise failure(Path(path), NotADirectoryError())
