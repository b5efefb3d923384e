"""Packages that only some formats need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from mnistseq.errors import OutputError


def needed(module: str, extra: str) -> Any:
    """Import a module, or raise OutputError that says which extra brings it."""
    try:
        return import_module(module)
    except ImportError as error:
        raise OutputError(
            f"format {extra} needs the package {module.partition('.')[0]}, which does not import "
            f"({error}): pip install 'mnistseq[{extra}]'"
        ) from error
