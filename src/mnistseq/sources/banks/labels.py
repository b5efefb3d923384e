"""Normalise and check labels from outside, such as names of folders."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from mnistseq.core.sequences import has_line_break
from mnistseq.errors import SourceError
from mnistseq.messages import listed


def normal(label: str) -> str:
    """Return a label in Unicode normal form NFC, in which é is one character."""
    return unicodedata.normalize("NFC", label)


def check_labels(labels: Iterable[str], where: object, remedy: str) -> None:
    """Raise SourceError if some labels cannot be part of a sequence.

    The message begins with their location and ends with a suggested remedy.
    """
    odd = [repr(label) for label in labels if not _fits_in_sequence(label)]
    if odd:
        raise SourceError(
            f"{where}: labels cannot be empty, or contain the end of a line or undecodable bytes: "
            f"{listed(odd, limit=5)}; {remedy}"
        )


def _fits_in_sequence(label: str) -> bool:
    try:
        label.encode()  # file names may contain bytes that are not UTF-8
    except UnicodeEncodeError:
        return False
    return bool(label) and not has_line_break(label)
