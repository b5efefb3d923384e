"""Draw strings that match a regular expression, each determined by a number."""

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
"""Maximum number of repeats without an explicit limit, as in ``*`` and ``+``."""

_MOST_STEPS = 500_000
"""Maximum number of steps for one string, counting parts drawn and characters to choose from."""

_BLOCK = 1024
"""Number of strings whose random words are drawn in one call."""


@contextmanager
def open_pattern(
    pattern: str, alphabet: tuple[str, ...], samples: int, seed: int
) -> Iterator[RowFile]:
    """Draw sequences that match a regular expression, as a temporary file of rows.

    Each sequence depends only on the pattern, the seed and its number. Data sets still keep them
    as rows, because other versions of the library that draws them may draw others.

    Raises
    ------
    ArgumentError
        If the pattern is invalid or strings cannot be drawn from it.
    LabelError
        If a sequence contains a label that is not in the alphabet.
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
    """Return a function that maps numbers to strings that match a pattern.

    Parameters
    ----------
    pattern : str
        A regular expression for the whole string.
    alphabet : tuple of str
        Labels of the source. Where a pattern allows several characters, as in ``.`` or ``[^0]``,
        a label is drawn if possible.

    Raises
    ------
    ArgumentError
        If the pattern is not a regular expression, or strings are too long or cannot be drawn.
        The returned function also raises it, for strings that become too long.
    """
    drawer_class = _drawer_class(pattern)
    check_pattern(pattern)
    labels = frozenset(alphabet)
    # Characters that the library draws where any is allowed; by default only ASCII ones.
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
    """Return a class that draws strings, with limits that its base class does not have."""
    try:
        import rstr
    except ImportError:
        raise MissingPackageError(
            "patterns need the package rstr: pip install 'mnistseq[pattern]'"
        ) from None

    class StringDrawer(rstr.Rstr):
        """Allows any number of repeats; the base class stops at 100."""

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
    """Random choices that depend only on a number, not on set order or the version of Python.

    Of the methods of `random.Random`, only `random` gives the same results in all versions.
    """

    def __init__(self, number: int, labels: frozenset[str]) -> None:
        super().__init__(number)
        self._labels = labels

    def choice(self, seq: Sequence[Any]) -> Any:  # type: ignore[override]  # all it is called with
        """Choose one of the options; of characters, a label if possible."""
        options = list(seq)
        if all(isinstance(option, str) for option in options):
            options = sorted(self._labels.intersection(options)) or sorted(options)
        return options[int(self.random() * len(options))]

    def randint(self, a: int, b: int) -> int:
        """Return a number from `a` to `b`, both included."""
        return a + int(self.random() * (b - a + 1))
