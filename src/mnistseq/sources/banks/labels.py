"""Labels from outside: names of folders, strings in arrays."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from mnistseq.core.sequences import has_line_break
from mnistseq.errors import SourceError
from mnistseq.messages import listed


def normal(label: str) -> str:
    """Return a label in Unicode's form NFC: é as one character, not as two."""
    return unicodedata.normalize("NFC", label)


def check_labels(labels: Iterable[str], where: object, remedy: str) -> None:
    """Raise SourceError if there are labels that no sequence can contain.

    Parameters
    ----------
    where : object
        What contains them, for the message.
    remedy : str
        What would help.
    """
    odd = [repr(label) for label in labels if not _fits_in_sequence(label)]
    if odd:
        raise SourceError(
            f"{where}: labels cannot be empty, or contain the end of a line or undecodable bytes: "
            f"{listed(odd, limit=5)}; {remedy}"
        )


def _fits_in_sequence(label: str) -> bool:
    try:
        label.encode()  # names of files may hold bytes that are not UTF-8
    except UnicodeEncodeError:
        return False
    return bool(label) and not has_line_break(label)
