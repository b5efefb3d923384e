"""Check that strings can be drawn from a regular expression.

Drawn strings are never matched against their pattern, because that can take exponential time.
Instead, anything that could make a drawn string not match is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from mnistseq.errors import ArgumentError

LONGEST = 10_000
"""Maximum length of a pattern and of a string, and maximum number of repeats of a part."""

_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT"})
_PLAIN = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN", "CATEGORY", "GROUPREF"})
_AT_BEGINNING = frozenset({"AT_BEGINNING", "AT_BEGINNING_STRING"})
_AT_END = frozenset({"AT_END", "AT_END_STRING"})


def check_pattern(pattern: str) -> None:
    """Check that strings can be drawn from a regular expression.

    ArgumentError if it is not a regular expression, its strings are too long, or some part depends
    on its context.
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
    """Return the error for a pattern from which strings cannot be drawn."""
    return ArgumentError(
        f"pattern '{pattern}': strings that match it cannot be drawn; leave out lookahead, "
        "lookbehind, flags, and anchors within"
    )


def _is_drawable(states: Iterable[Any], *, first: bool = True, last: bool = True) -> bool:
    """Return whether strings can be drawn from each state, as `re` parses them, independently.

    `first` and `last` are whether the states are at the start or end of the whole string.
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
