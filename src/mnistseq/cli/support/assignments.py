"""Parse KEY=VALUE options, and components with such parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Any

import click


def parse_assignments(strings: Sequence[str], option: str) -> list[tuple[str, Any]]:
    """Parse ``KEY=VALUE`` strings to pairs; values that are not JSON are strings.

    Parameters
    ----------
    option : str
        Name of the option, for messages.
    """
    return [_assignment(string, option) for string in strings]


def assignments_of(strings: Sequence[str], option: str) -> dict[str, Any]:
    """Parse ``KEY=VALUE`` strings to a mapping; UsageError if two contradict each other."""
    values: dict[str, Any] = {}
    for key, value in parse_assignments(strings, option):
        if values.setdefault(key, value) != value:
            raise click.UsageError(
                f"{option} {key}={shown(values[key])} and {option} {key}={shown(value)} contradict "
                "each other; give one of them"
            )
    return values


def parse_component(
    string: str, option: str, strings: Collection[str] = (), first: str = "name"
) -> str | dict[str, Any]:
    """Parse ``paper-grain strength=0.5`` as in a config: a name, or a name and parameters.

    Values may contain spaces, as in ``marks colours=[1, 2]``; a parameter starts at a name
    followed by an equals sign.

    Parameters
    ----------
    option : str
        Name of the option, for messages.
    strings : collection of str
        Parameters whose values are always strings, even if they look like JSON.
    first : str
        Key of the first part, which is given without its key.
    """
    name, *parameters = re.split(r"\s+(?=\w+=)", string.strip())
    if not name or re.search(r"[\s=]", name):
        raise click.UsageError(
            f"{option} {string!r}: give a {first}, then the parameters: "
            f"'{first.upper()} KEY=VALUE …'"
        )
    values = assignments_of(parameters, f"{option} {name}:")
    if first in values:
        raise click.UsageError(f"{option} {string!r}: the {first} comes first, without {first}=")
    values |= {key: value for key, value in map(_pair, parameters) if key in strings}
    return {first: name, **values} if values else name


def shown(value: object) -> str:
    """Format a value as written after ``KEY=``."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _pair(string: str) -> tuple[str, str]:
    key, _, value = string.partition("=")
    return key, value


def _assignment(string: str, option: str) -> tuple[str, Any]:
    key, value = _pair(string)
    if not key or "=" not in string:
        raise click.UsageError(f"{option} {string}: give KEY=VALUE")
    try:
        return key, json.loads(value)
    except (ValueError, RecursionError):
        return key, value
