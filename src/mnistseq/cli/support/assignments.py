"""Values of options of the form KEY=VALUE, and of transforms with such parameters."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import click


def parse_assignments(strings: Sequence[str], option: str) -> list[tuple[str, Any]]:
    """Return ``KEY=VALUE`` strings as pairs; a value that is not JSON is a string.

    Parameters
    ----------
    strings : sequence of str
    option : str
        The option that gave them, for messages.
    """
    return [_assignment(string, option) for string in strings]


def assignments_of(strings: Sequence[str], option: str) -> dict[str, Any]:
    """Return ``KEY=VALUE`` strings as a mapping, or raise UsageError if two contradict each other."""
    values: dict[str, Any] = {}
    for key, value in parse_assignments(strings, option):
        if values.setdefault(key, value) != value:
            raise click.UsageError(
                f"{option} {key}={shown(values[key])} and {option} {key}={shown(value)} contradict "
                "each other; give one of them"
            )
    return values


def parse_transform(string: str, option: str) -> str | dict[str, Any]:
    """Return ``paper-grain strength=0.5`` as a config has it: a name, or a name and parameters.

    Values may contain spaces, as in ``marks colours=[1, 2]``: a parameter begins at a name
    with an equals sign.
    """
    name, *parameters = re.split(r"\s+(?=\w+=)", string.strip())
    if not name or re.search(r"[\s=]", name):
        raise click.UsageError(
            f"{option} {string!r}: give the name of a transform, then its parameters: "
            "'NAME KEY=VALUE …'"
        )
    values = assignments_of(parameters, f"{option} {name}:")
    if "name" in values:
        raise click.UsageError(f"{option} {string!r}: the name comes first, without name=")
    return {"name": name, **values} if values else name


def shown(value: object) -> str:
    """Return a value as it is written after KEY=."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _assignment(string: str, option: str) -> tuple[str, Any]:
    key, equals, value = string.partition("=")
    if not (key and equals):
        raise click.UsageError(f"{option} {string}: give KEY=VALUE")
    try:
        return key, json.loads(value)
    except (ValueError, RecursionError):
        return key, value
