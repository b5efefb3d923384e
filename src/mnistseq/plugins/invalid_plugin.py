"""InvalidPluginError, and reasons for it in one line."""

from __future__ import annotations

from pathlib import Path

from mnistseq.core.plugin_boundary import describe_error


class InvalidPluginError(Exception):
    """A plugin is invalid; the message tells its author why."""


def reason(error: BaseException) -> str:
    """Describe an error in one line, with the file and line that raised it."""
    if isinstance(error, InvalidPluginError):
        return str(error)
    return describe_error(error, ours=Path(__file__).parent)
