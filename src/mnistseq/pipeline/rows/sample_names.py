"""Check names of samples and splits, which must be valid on every file system."""

from __future__ import annotations

import re

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.store.file_names import is_portable

_LONGEST = 100
"""Maximum length in bytes; a number and a suffix may follow, and most file systems allow 255."""

_FORBIDDEN = re.compile(r'[/\\:*?"<>|.\x00-\x1f\x7f\ud800-\udfff]')
_RESERVED = ("classes",)
"""Names of other files that formats write."""


def check_name(name: str) -> str:
    """Return the name; raise ArgumentError if some file system or format cannot have it."""
    problem = _problem(name)
    if problem:
        raise ArgumentError(f"name {name!r} {problem}")
    return name


def _problem(name: str) -> str | None:
    if _FORBIDDEN.search(name):
        return (
            'cannot be a file name; leave out . / \\ : * ? " < > | and characters that are not '
            "printable"
        )
    if len(name.encode()) > _LONGEST:
        return f"is longer than {_LONGEST} bytes"
    if name != name.strip() or name.startswith("__"):
        return "begins or ends with a blank, or begins with __, which readers skip"
    if not is_portable(name):
        return "is the name of a device on Windows; put something before it"
    if name.lower() in _RESERVED:
        return "is the name of a file of the format; put something before it"
    return None
