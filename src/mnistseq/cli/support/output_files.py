"""Files that a command writes under a name that was given."""

from __future__ import annotations

import os

from mnistseq.errors import OutputExistsError


def refuse_existing(path: str | os.PathLike[str], *, force: bool) -> None:
    """Raise OutputExistsError if something has the name, before anything is drawn or read."""
    if os.path.lexists(path) and not force:
        raise OutputExistsError(f"{path} already exists")
