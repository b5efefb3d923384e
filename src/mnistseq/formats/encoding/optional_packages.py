"""Packages that only some formats need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from mnistseq.errors import MissingPackageError


def import_optional(module: str, extra: str) -> Any:
    """Import a module of an optional package.

    Parameters
    ----------
    module : str
    extra : str
        The extra of mnistseq that installs it, which has the name of the format.

    Raises
    ------
    OutputError
        If the module cannot be imported.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingPackageError(
            f"format {extra} needs the package {module.partition('.')[0]}, which cannot be imported "
            f"({error}): pip install 'mnistseq[{extra}]'"
        ) from error
