"""Which regular expressions strings can be drawn from, decided before any is drawn.

A drawn string is never compared with its pattern, because that can take longer than the age of
the universe. Instead, what could make a drawn string differ from its pattern is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from mnistseq.errors import ArgumentError

LONGEST = 10_000
"""Characters of a pattern and of a string, and repeats of one part of a pattern."""

_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT"})
_PLAIN = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN", "CATEGORY", "GROUPREF"})
_AT_BEGINNING = frozenset({"AT_BEGINNING", "AT_BEGINNING_STRING"})
_AT_END = frozenset({"AT_END", "AT_END_STRING"})


def check_pattern(pattern: str) -> None:
    """Check that strings can be drawn from a regular expression.

    Raises
    ------
    ArgumentError
        If it is not a regular expression, its strings are too long, or it has a part whose
        strings depend on what is around it.
    """
    if len(pattern) > LONGEST:
        raise ArgumentError(
            f"a pattern has {len(pattern)} characters; allowed are {LONGEST}: use a file of sequences"
        )
    try:
        tree = re._parser.parse(pattern)  # noqa: SLF001
        shortest = tree.getwidth()[0]
        drawable = not tree.state.flags & re.IGNORECASE and _is_drawable(tree)
    except RecursionError:
        raise ArgumentError("a pattern is nested too deeply") from None
    except (re.error, ValueError, OverflowError) as error:
        raise ArgumentError(f"pattern '{pattern}': is not a regular expression: {error}") from None
    if shortest > LONGEST:
        raise ArgumentError(
            f"pattern '{pattern}': its shortest string has {shortest} characters; allowed are "
            f"{LONGEST}"
        )
    if not drawable:
        raise cannot_be_drawn(pattern)


def cannot_be_drawn(pattern: str) -> ArgumentError:
    """Return the error for a pattern that strings cannot be drawn from."""
    return ArgumentError(
        f"pattern '{pattern}': strings that match it cannot be drawn; leave out lookahead, "
        "lookbehind, flags, and anchors within"
    )


def _is_drawable(states: Iterable[Any], *, first: bool = True, last: bool = True) -> bool:
    """Whether strings of some states can be drawn one by one.

    Parameters
    ----------
    states : iterable of (opcode, value)
        As `re` parses them.
    first, last : bool
        Whether they begin or end the whole string.
    """
    states = list(states)
    begun = [first and all(map(_is_anchor, states[:number])) for number in range(len(states))]
    ended = [last and all(map(_is_anchor, states[number + 1 :])) for number in range(len(states))]
    return all(map(_is_state_drawable, states, begun, ended))


def _is_anchor(state: Any) -> bool:
    return str(state[0]) == "AT"


def _is_state_drawable(state: Any, first: bool, last: bool) -> bool:
    opcode, value = str(state[0]), state[1]
    if opcode == "AT":
        return (first and str(value) in _AT_BEGINNING) or (last and str(value) in _AT_END)
    if opcode in _REPEATS:
        return _is_drawable(value[2], first=False, last=False)
    if opcode == "SUBPATTERN":
        _, added_flags, removed_flags, inner = value
        return not (added_flags or removed_flags) and _is_drawable(inner, first=first, last=last)
    if opcode == "BRANCH":
        branches: Sequence[Any] = value[1]
        return all(_is_drawable(branch, first=first, last=last) for branch in branches)
    return opcode in _PLAIN
