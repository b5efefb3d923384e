"""The error for anything wrong with a plugin, and how a reason for it reads."""

from __future__ import annotations

from pathlib import Path

from mnistseq.core.plugin_boundary import describe_error


class InvalidPluginError(Exception):
    """Something is wrong with a plugin; the text says what, to its author."""


def reason(error: BaseException) -> str:
    """Return an error as one line, with the file and line that raised it."""
    if isinstance(error, InvalidPluginError):
        return str(error)
    return describe_error(error, ours=Path(__file__).parent)
