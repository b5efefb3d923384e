"""Import optional packages, with an error that says how to install them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from mnistseq.errors import MissingPackageError


def import_optional(module: str, purpose: str, install: str) -> Any:
    """Import a module of an optional package.

    Parameters
    ----------
    module : str
        ``pyarrow.parquet``
    purpose : str
        What needs the module: ``format parquet``.
    install : str
        Argument for ``pip install``: ``mnistseq[parquet]``.

    Raises
    ------
    MissingPackageError
        If the module cannot be imported.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingPackageError(
            f"{purpose} needs the package {module.partition('.')[0]}, which cannot be imported "
            f"({error}): pip install '{install}'"
        ) from error
