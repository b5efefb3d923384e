"""Strings that match a regular expression, each a function of a number."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mnistseq import messages
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import split
from mnistseq.errors import ArgumentError, LabelError, MissingPackageError
from mnistseq.pipeline.rows.pattern_syntax import LONGEST, cannot_be_drawn, check_pattern
from mnistseq.pipeline.rows.row_file import RowFile
from mnistseq.pipeline.store.write_errors import temp_file_errors
from mnistseq.temporary import temporary_file

_OPEN_END = 100
"""Most repeats of what has no upper limit, as in ``*`` and ``+``."""

_MOST_STEPS = 500_000
"""Parts of a pattern that are drawn for one string, and characters that a part chooses from."""

_BLOCK = 1024
"""Strings whose random words are drawn in one call."""


@contextmanager
def open_pattern(
    pattern: str, alphabet: tuple[str, ...], samples: int, seed: int
) -> Iterator[RowFile]:
    """Draw sequences that match a regular expression, as a temporary file of rows.

    Each sequence is a function of the pattern, the seed and its number. A data set keeps them as
    rows all the same, because another version of the library that draws them may draw others.

    Raises
    ------
    ArgumentError
        If the pattern is invalid, or cannot be drawn from.
    LabelError
        If a sequence has a label that is not in the alphabet.
    OutputError
        If there is no room for the temporary file.
    """
    draw = pattern_drawer(pattern, alphabet)
    with temporary_file() as file:
        with temp_file_errors(f"pattern {pattern}"):
            for start in range(0, samples, _BLOCK):
                count = min(_BLOCK, samples - start)
                words = Stream(seed, start, count, "pattern").words(1)[:, 0].tolist()
                for string in map(draw, words):
                    _check_labels(pattern, string, alphabet)
                    file.write(json.dumps(string).encode() + b"\n")
            file.flush()
        yield RowFile(Path(file.name), "jsonl", f"pattern {pattern}", is_pattern=True)


def pattern_drawer(pattern: str, alphabet: tuple[str, ...]) -> Callable[[int], str]:
    """Return a function from numbers to strings that match a pattern.

    Parameters
    ----------
    pattern : str
        A regular expression that the whole string matches.
    alphabet : tuple of str
        Labels. Where the pattern allows several characters, as in ``.`` or ``[^0]``, a label is
        drawn if one is allowed.

    Raises
    ------
    ArgumentError
        If the pattern is not a regular expression, its strings are too long, or they cannot be
        drawn. The returned function raises it for a string that becomes too long.
    """
    drawer_class = _drawer_class(pattern)
    check_pattern(pattern)
    labels = frozenset(alphabet)
    # The characters that the library draws where any is allowed: without them, only ASCII ones.
    drawable = "".join(label for label in alphabet if len(label) == 1)

    def draw(number: int) -> str:
        choices = _Choices(number, labels)
        drawer = drawer_class(choices, **({"printable": drawable} if drawable else {}))
        try:
            string: str = drawer.xeger(pattern)
        except ArgumentError:
            raise
        except (KeyError, ValueError, IndexError, TypeError, AttributeError, RecursionError):
            raise cannot_be_drawn(pattern) from None
        if len(string) > LONGEST:
            raise _too_long(pattern)
        return string

    return draw


def _drawer_class(pattern: str) -> Any:
    """Return the class that draws strings, with limits that its base class lacks."""
    try:
        import rstr
    except ImportError:
        raise MissingPackageError(
            "patterns need the package rstr: pip install 'mnistseq[pattern]'"
        ) from None

    class StringDrawer(rstr.Rstr):
        """Draws repeats of any length; the base class stops each at 100."""

        _steps = 0

        def _handle_state(self, state: Any) -> Any:
            opcode, value = state
            self._steps += value[1] - value[0] + 1 if opcode.name == "RANGE" else 1
            if self._steps > _MOST_STEPS:
                raise ArgumentError(
                    f"pattern {pattern!r}: drawing one string takes more than {_MOST_STEPS} steps; "
                    "use fewer repeats and smaller ranges of characters"
                )
            return super()._handle_state(state)

        def _handle_repeat(self, low: int, high: int, value: Any) -> str:
            if high == re._parser.MAXREPEAT:  # noqa: SLF001
                high = max(low, _OPEN_END)
            elif high > LONGEST:
                raise ArgumentError(
                    f"pattern '{pattern}': repeats a part up to {high} times; allowed are {LONGEST}"
                )
            parts, length = [], 0
            for _ in range(self._random.randint(low, high)):
                part = "".join(map(self._handle_state, value))
                parts.append(part)
                length += len(part)
                if length > LONGEST:
                    raise _too_long(pattern)
            return "".join(parts)

    return StringDrawer


def _too_long(pattern: str) -> ArgumentError:
    return ArgumentError(
        f"pattern '{pattern}': its strings become too long; allowed are {LONGEST} characters"
    )


def _check_labels(pattern: str, string: str, alphabet: tuple[str, ...]) -> None:
    """Raise LabelError if a string is not a sequence of labels."""
    try:
        unknown = [label for label in split(string, alphabet) if label not in alphabet]
        problem = messages.unknown_label(unknown[0], alphabet) if unknown else None
    except LabelError as error:
        problem = str(error)
    if problem is not None:
        raise LabelError(f"pattern '{pattern}': text {string!r}: {problem}")


class _Choices(random.Random):
    """Choices that depend on a number only, and not on the order of a set or Python's version.

    Of `random.Random`, only `random` is the same in every version.
    """

    def __init__(self, number: int, labels: frozenset[str]) -> None:
        super().__init__(number)
        self._labels = labels

    def choice(self, seq: Sequence[Any]) -> Any:  # type: ignore[override]  # all it is called with
        """Return one of the options; of characters, one that is a label if possible."""
        options = list(seq)
        if all(isinstance(option, str) for option in options):
            options = sorted(self._labels.intersection(options)) or sorted(options)
        return options[int(self.random() * len(options))]

    def randint(self, a: int, b: int) -> int:
        """Return a number from `a` to `b`, both included."""
        return a + int(self.random() * (b - a + 1))
