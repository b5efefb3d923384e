"""Labels that come from outside: names of folders, texts in arrays."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from mnistseq.errors import SourceError

_NAMED = 5


def normal(text: str) -> str:
    """The text as every file system and editor gives it: é as one character, not as two."""
    return unicodedata.normalize("NFC", text)


def check_labels(labels: Iterable[str], where: object, remedy: str) -> None:
    """Raise SourceError if there are labels that nobody could ask for.

    Parameters
    ----------
    labels : iterable of str
    where : object
        What they stand in, for the message.
    remedy : str
        What would help.
    """
    odd = [label for label in labels if not _can_be_asked_for(label)]
    if odd:
        more = f" and {len(odd) - _NAMED} more" if len(odd) > _NAMED else ""
        raise SourceError(
            f"{where}: labels that are empty, have a comma, blanks around them or bytes that are no "
            f"text cannot stand in a sequence: {', '.join(map(repr, odd[:_NAMED]))}{more}; {remedy}"
        )


def _can_be_asked_for(label: str) -> bool:
    try:
        label.encode()  # names of files may hold bytes that are no UTF-8
    except UnicodeEncodeError:
        return False
    return bool(label) and "," not in label and label == label.strip()
