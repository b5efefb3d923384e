"""Wording shared by messages: suggestions, lists, plurals, sizes and durations.

All functions return strings; errors are raised where they belong.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Sequence
from itertools import islice

_LISTED = 20
"""Number of names that a message lists before it counts the rest."""

_WRITE_REMEDIES = {
    errno.ENOSPC: "free some space",
    getattr(errno, "EDQUOT", errno.ENOSPC): "free some space",
    errno.EACCES: "check the permissions",
    errno.EPERM: "check the permissions",
    errno.EROFS: "choose another folder",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EISDIR: "a folder has this name: remove it",
    errno.EIO: "check the disk",
}

_LONG_WORD = re.compile(r"(\S{200})\S{800,}")
"""A very long word, and its beginning."""


def write_remedy(error: OSError) -> str:
    """Return the remedy for a write error, such as ``free some space``."""
    return _WRITE_REMEDIES.get(error.errno or 0, "choose another folder")


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'webdataset'?``, or nothing if no known name is similar.

    Case is ignored.
    """
    from difflib import get_close_matches  # needed only for messages

    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(given.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[close[0]]!r}?" if close else ""


def listed(names: Iterable[str], limit: int = _LISTED) -> str:
    """Return ``a, b, c`` or, past the limit, ``a, b, c and 17 more``."""
    names = list(names)
    return ", ".join(islice(names, limit)) + and_more(len(names) - limit)


def and_more(count: int) -> str:
    """Return `` and 17 more``, or nothing if nothing is left out."""
    return f" and {count} more" if count > 0 else ""


def unknown(kind: str, given: str, known: Sequence[str]) -> str:
    """Return ``unknown format 'webdatset'; did you mean 'webdataset'?``, or list the known names."""
    meant = did_you_mean(given, known)
    return f"unknown {kind} {given!r}" + (meant or f"; choose from {listed(known) or 'none'}")


def unknown_label(label: str, alphabet: Sequence[str]) -> str:
    """Return the message for a label that a source does not have, with a suggestion.

    A label that consists of several others is most likely a sequence without commas:
    ``unknown label '10'; write 1,0 for 2 labels``.
    """
    text = f"unknown label {label!r}"
    if len(label) > 1 and set(label) <= set(alphabet):
        return f"{text}; write {','.join(label)} for {plural(len(label), 'label')}"
    shown = (repr(known) if known == "," or known != known.strip() else known for known in alphabet)
    return text + (did_you_mean(label, alphabet) or f"; the source has {listed(shown)}")


def printable(text: str, *, lines: bool = False) -> str:
    """Escape characters that would control a terminal instead of being printed.

    File names and untrusted values may contain such characters.

    Parameters
    ----------
    text : str
    lines : bool
        Whether line breaks are kept.
    """
    kept = "\n" if lines else ""
    return "".join(
        letter if letter.isprintable() or letter in kept else ascii(letter)[1:-1] for letter in text
    )


def shortened(text: str) -> str:
    """Truncate very long words, such as numbers with thousands of digits."""
    return _LONG_WORD.sub(r"\1…", text)


def beginning(text: str, most: int = 60) -> str:
    """Return a string, or its beginning if it is too long for a caption."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def plural(count: int, thing: str, things: str | None = None) -> str:
    """Return ``1 shard`` or ``2 shards``."""
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"


def size(count: float) -> str:
    """Return a number of bytes as ``812 B``, ``5.1 kB`` or ``5.1 GB`` (powers of 1,000)."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 99.95 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def duration(seconds: float) -> str:
    """Return seconds as ``0.8 s``, ``42 s``, ``8 min`` or ``2 h 5 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def rate(per_second: float, thing: str) -> str:
    """Return a speed as ``840 images/s`` or ``1.6k images/s``."""
    number = f"{per_second:.0f}"
    for unit, scale in (("M", 1e6), ("k", 1e3)):
        if per_second >= 0.9995 * scale:
            value = per_second / scale
            number = f"{value:.1f}{unit}" if value < 99.95 else f"{value:.0f}{unit}"
            break
    return f"{number} {thing}/s"


def unreadable(path: object, error: OSError) -> str:
    """Return ``a.csv: no such file or folder`` or ``a.csv: cannot be read: Permission denied``."""
    if isinstance(error, FileNotFoundError):
        return f"{path}: no such file or folder"
    return f"{path}: cannot be read: {error.strerror or error}"
