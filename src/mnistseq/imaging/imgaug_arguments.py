"""Objects of imgaug's classes, made from the names and arguments in a config."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from inspect import isabstract
from typing import Any

import numpy as np

from mnistseq.errors import ConfigError
from mnistseq.imaging.imgaug_loading import load_imgaug

_WRITERS_OF_FILES = frozenset({"SaveDebugImageEveryNBatches"})
"""Classes that write files. A config only says what is drawn, and may be a stranger's."""

_KINDS = "augmenter", "parameter", "helper"


def augmenter_names() -> list[str]:
    """Return the names of all augmenters of the installed imgaug."""
    return sorted(classes_of("augmenter"))


@lru_cache(maxsize=3)
def classes_of(kind: str) -> dict[str, type]:
    """Return imgaug's classes of one kind by name.

    Parameters
    ----------
    kind : {'augmenter', 'parameter', 'helper'}
        A helper is any other class of `imgaug.augmenters`, such as a mask generator.
    """
    imgaug = load_imgaug()
    augmenter = imgaug.augmenters.Augmenter
    parameter = imgaug.parameters.StochasticParameter
    module = imgaug.parameters if kind == "parameter" else imgaug.augmenters

    def belongs(member: object) -> bool:
        if not isinstance(member, type) or isabstract(member) or member.__name__[0] == "_":
            return False
        if member.__name__ in _WRITERS_OF_FILES:
            return False
        if kind == "helper":
            ours = member.__module__.startswith("imgaug.augmenters.")
            return ours and not issubclass(member, augmenter | parameter)
        return issubclass(member, parameter if kind == "parameter" else augmenter)

    found = {name: member for name, member in vars(module).items() if belongs(member)}
    for part in ("pillike", "imgcorruptlike") if kind == "augmenter" else ():
        members = vars(getattr(imgaug.augmenters, part)).items()
        found |= {
            f"{part}.{name}": member
            for name, member in members
            if belongs(member) and member.__module__.endswith(part)
        }
    return found


def make(kind: str, name: str, arguments: Mapping[str, Any]) -> Any:
    """Make an object of one of imgaug's classes.

    Parameters
    ----------
    kind : {'augmenter', 'parameter', 'helper'}
    name : str
    arguments : mapping
        As in a config. Two numbers in a list are a range, as imgaug's tuples are; any other
        list is a choice, as its lists are. ``{"choice": [1, 2]}``, ``{"tuple": [1, 2, 3, 4]}``
        and ``{"array": [[0, 1], [1, 0]]}`` state explicitly which one is meant.
        ``{"augmenter": …, "arguments": …}`` is another augmenter, and likewise ``parameter``
        (one of imgaug's distributions) and ``helper``.

    Raises
    ------
    ConfigError
        If there is no class of that name, or it does not accept these arguments.
    """
    known = classes_of(kind)
    if name not in known:
        close = get_close_matches(name, known, n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
        raise ConfigError(f"unknown imgaug {kind} {name!r}{hint}")
    try:
        return known[name](**{key: _argument(value) for key, value in arguments.items()})
    except ConfigError:
        raise
    except Exception as error:
        given = json.dumps(arguments, default=str)
        raise ConfigError(
            f"imgaug's {name} does not accept {given}: {type(error).__name__}: {error}"
        ) from error


def _argument(value: Any) -> Any:
    """Convert a config's value to what imgaug expects."""
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, list):
        if len(value) == 2 and all(isinstance(item, int | float) for item in value):
            return tuple(value)
        return [_argument(item) for item in value]
    return value


def _table(table: Mapping[str, Any]) -> Any:
    """Convert a table: something that JSON cannot express, or a table of arguments."""
    for kind in _KINDS:
        if kind in table:
            return make(kind, table[kind], table.get("arguments", {}))
    conversions: dict[str, Callable[[Any], Any]] = {
        "choice": lambda items: [_argument(item) for item in items],
        "tuple": lambda items: tuple(_argument(item) for item in items),
        "array": lambda items: np.array(items, dtype=np.float32),
    }
    if len(table) == 1 and (key := next(iter(table))) in conversions:
        return conversions[key](table[key])
    return {key: _argument(inner) for key, inner in table.items()}
