"""Names that rows give their samples: such as any file system takes, and each once in a shard."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

from mnistseq.errors import ArgumentError

_LONGEST = 100
"""Bytes. A number may follow, then a dot and an ending; most file systems take 255."""

_FORBIDDEN = re.compile(r'[/\\:*?"<>|.\x00-\x1f\x7f\ud800-\udfff]')
_DEVICES = re.compile(r"con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]", re.IGNORECASE)
"""What Windows takes for a device, whatever its ending."""

_OURS = ("classes",)
"""What a format calls a file of its own beside the samples."""


def check_name(name: str) -> str:
    """The name, or ArgumentError where not every file system and format could hold it."""
    problem = _problem(name)
    if problem:
        raise ArgumentError(f"name {name!r} {problem}")
    return name


def _problem(name: str) -> str | None:
    if _FORBIDDEN.search(name):
        return "cannot be a file's; leave out . / \\ : * ? \" < > | and what does not print"
    if len(name.encode()) > _LONGEST:
        return f"is longer than {_LONGEST} bytes"
    if name != name.strip() or name.startswith("__"):
        return "begins or ends with a blank, or begins with __, which readers pass over"
    if _DEVICES.fullmatch(name):
        return "stands for a device on Windows; put something before it"
    if name.lower() in _OURS:
        return "is taken by a file of the format; put something before it"
    return None


class Taken:
    """The names in the shard that is being filled, one of them for each split.

    Only those are known, so that memory does not grow with the rows. Names that
    differ in case alone are the same: so they are on macOS and Windows.

    Parameters
    ----------
    shard_samples : int
    """

    def __init__(self, shard_samples: int) -> None:
        self._shard_samples = shard_samples
        self._number: dict[str, int] = {}
        self._names: dict[str, set[str]] = {}

    def first_of(self, split: str, names: Iterable[str], before: int = 0) -> str | None:
        """The first of these names that their shard has already.

        They come next in a split, or after so many others that are not noted yet.
        """
        room = max(0, -self._number.get(split, 0) % self._shard_samples - before)
        there = self._names.get(split, set())
        return next((name for name in islice(names, room) if _alike(name) in there), None)

    def add(self, split: str, names: Iterable[str]) -> None:
        """Note names as samples of a split, in their order."""
        number = self._number.get(split, 0)
        there = self._names.setdefault(split, set())
        for name in names:
            if number % self._shard_samples == 0:
                there.clear()
            there.add(_alike(name))
            number += 1
        self._number[split] = number


def _alike(name: str) -> str:
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
