"""``classes.txt``: the labels of a source, one per line, ordered by class number.

Source: labelImg, https://github.com/HumanSignal/labelImg, "Annotation visualization" (YOLO).
"""

from __future__ import annotations

from mnistseq.errors import FormatLimitError

CLASSES = "classes.txt"


def classes_text(alphabet: tuple[str, ...]) -> str:
    """Return the content of ``classes.txt``.

    FormatLimitError if a label contains a tab or the end of a line.
    """
    for label in alphabet:
        if any(character in label for character in "\t\n\r"):
            raise FormatLimitError(
                f"label {label!r} contains a tab or a line end, which label files of plain text "
                "cannot hold: use only the label formats jsonl and doctr, or another format"
            )
    return "\n".join((*alphabet, ""))


def parse_classes(content: bytes) -> list[str]:
    """Parse a ``classes.txt``."""
    return content.decode().split("\n")[:-1]
