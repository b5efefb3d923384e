"""Recognise splits in the names of folders, files and arrays."""

from __future__ import annotations

import re

_SPLITS = {
    "train": "train",
    "training": "train",
    "test": "test",
    "testing": "test",
    "val": "val",
    "valid": "val",
    "validation": "val",
}

_IN_FILE_NAMES = {"t10k": "test"}
"""MNIST's own name for its test set, used in file names but not in folder names."""


def known_split(name: str) -> str | None:
    """Return ``train``, ``test`` or ``val`` for any spelling of them, else None."""
    return _SPLITS.get(name.lower())


def requested_split(split: str) -> str:
    """Return the split that a config asks for: ``train`` for ``Training``; other names unchanged."""
    return known_split(split) or split


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case: ``("kmnist", "train", "imgs")``."""
    return tuple(re.findall(r"[^\W_]+", name.lower()))


def split_among(words: tuple[str, ...]) -> str | None:
    """Return the split that one of the words names; None if no word or several match."""
    found = {_SPLITS.get(word) or _IN_FILE_NAMES.get(word) for word in words} - {None}
    return found.pop() if len(found) == 1 else None


def is_split_word(word: str) -> bool:
    """Return whether a word names a split."""
    return word in _SPLITS or word in _IN_FILE_NAMES
