"""Texts that match a regular expression, each a function of a number."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from mnistseq.core.sequences import split
from mnistseq.errors import ArgumentError, LabelError

_LONGEST = 10_000

_OPEN = 100
"""Where a repeat has no end, as in ``*`` and ``+``, it ends here."""


def pattern_drawer(pattern: str, alphabet: tuple[str, ...]) -> Callable[[int], str]:
    """A function from numbers to texts that match.

    Parameters
    ----------
    pattern : str
        A regular expression, to be matched as a whole.
    alphabet : tuple of str
        The labels there are: where the pattern leaves a choice of characters,
        as in ``.`` or ``[^0]``, one of them is taken if there is one.

    Raises
    ------
    ArgumentError
        If it is no regular expression, or one that cannot be drawn from; the
        function, too, where a text comes out that does not match.
    """
    try:
        import rstr
    except ImportError:
        raise ArgumentError(
            "--pattern needs the package rstr: pip install 'mnistseq[pattern]'"
        ) from None
    compiled = _compiled(pattern)
    labels = frozenset(alphabet)
    # What the library takes for any character; it has labels beyond ASCII only from here.
    drawable = "".join(label for label in alphabet if len(label) == 1)

    class Maker(rstr.Rstr):
        """With repeats as long as the pattern says: of itself it ends all of them at 100."""

        def _handle_repeat(self, low: int, high: int, value: Any) -> str:
            if high == re._parser.MAXREPEAT:  # noqa: SLF001  # no end
                high = max(low, _OPEN)
            elif high > _LONGEST:
                raise ArgumentError(
                    f"pattern {pattern!r}: repeats something up to {high} times; it can be "
                    f"{_LONGEST} times at most"
                )
            times = self._random.randint(low, high)
            return "".join(self._handle_state(state) for _ in range(times) for state in value)

    def draw(number: int) -> str:
        maker = Maker(_Dice(number, labels), **({"printable": drawable} if drawable else {}))
        try:
            text: str = maker.xeger(pattern)
        except ArgumentError:
            raise
        except (KeyError, ValueError, IndexError, TypeError, AttributeError, RecursionError):
            text = "\n"
        if not compiled.fullmatch(text):
            raise ArgumentError(
                f"pattern {pattern!r}: texts that match it cannot be drawn; leave out what looks "
                "ahead or behind, anchors within, and flags"
            )
        return text

    return draw


def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, which has to be one, and not too long; ArgumentError."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ArgumentError(f"pattern {pattern!r}: is no regular expression: {error}") from None
    shortest = re._parser.parse(pattern).getwidth()[0]  # noqa: SLF001
    if shortest > _LONGEST:
        raise ArgumentError(
            f"pattern {pattern!r}: its shortest text has {shortest} characters; there can be "
            f"{_LONGEST} at most"
        )
    return compiled


def check_labels(pattern: str, text: str, alphabet: tuple[str, ...]) -> None:
    """Raise LabelError where what is drawn is no sequence of labels."""
    known = frozenset(alphabet)
    for label in split(text, alphabet) if text.strip() else [text]:
        if label not in known:
            raise LabelError(
                f"pattern {pattern!r}: makes {text!r}, but {label!r} is no label of the source; it "
                f"has {', '.join(alphabet[:40])}{' and more' if len(alphabet) > 40 else ''}"
            )


class _Dice(random.Random):
    """Choices that hang on a number alone: not on the order of a set, nor on Python's version.

    Of `random.Random`, only the sequence of `random` is the same in every version.
    """

    def __init__(self, number: int, labels: frozenset[str]) -> None:
        super().__init__(number)
        self._labels = labels

    def choice(self, seq: Sequence[Any]) -> Any:  # type: ignore[override]  # all it is called with
        """One of them; of characters, one that is a label."""
        options = list(seq)
        if all(isinstance(option, str) for option in options):
            options = sorted(self._labels.intersection(options)) or sorted(options)
        return options[int(self.random() * len(options))]

    def randint(self, a: int, b: int) -> int:
        """A number from `a` to `b`, both included."""
        return a + int(self.random() * (b - a + 1))
