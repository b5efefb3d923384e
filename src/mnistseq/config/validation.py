"""Checking values against the declared keys, all faults at once. Needs pydantic."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic_core import ErrorDetails

from mnistseq.config.config import Config, empty_range
from mnistseq.config.keys import Key, Kind, config_keys, keys_of
from mnistseq.config.plain_values import plain_table, shown
from mnistseq.errors import ConfigError

_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def check_values(
    values: Mapping[str, Any], where: str = "", found: Iterable[str] = ()
) -> dict[str, Any]:
    """Check nested values of a config, some keys or all.

    Parameters
    ----------
    values : mapping
    where : str
        What to call them in messages, such as a file's name.
    found : iterable of str
        Faults that were found before, to be told with the others.

    Returns
    -------
    dict
        The same values in plain Python types.

    Raises
    ------
    ConfigError
    """
    known = {key.path: key for key in config_keys()}
    before = f"{where}: " if where else ""
    return _check(config_model(), values, known, before, found, _together)


def check_parameters(component: type, values: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Check a component's parameters against the fields of its dataclass; `where` prefixes keys.

    Returns
    -------
    dict
        The values as the fields declare them: a tuple where JSON has a list, 1.0 where it has 1.
    """
    known = {key.path: key for key in keys_of(component)}
    model = model_of(component)
    plain = _check(model, values, known, f"{where}.")
    declared = model.model_validate_json(json.dumps(plain))
    return {name: getattr(declared, name) for name in plain}


@lru_cache(maxsize=64)
def model_of(declared: type) -> type[BaseModel]:
    """A strict pydantic model of a dataclass's fields."""
    items: dict[str, Any] = {key.path: _field(key) for key in keys_of(declared)}
    return create_model(declared.__name__, __config__=_STRICT, __doc__=declared.__doc__, **items)


@lru_cache(maxsize=1)
def config_model() -> type[BaseModel]:
    """A strict pydantic model of the whole config."""
    items: dict[str, Any] = {
        name: (model_of(section), Field(default_factory=model_of(section)))
        for name, section in Config.sections.items()
    }
    items |= {key.path: _field(key) for key in config_keys() if "." not in key.path}
    return create_model("Config", __config__=_STRICT, **items)


def _field(key: Key) -> tuple[Any, Any]:
    default = ... if key.default is MISSING else key.default
    return key.hint, Field(default, description=key.help or None)


def _check(
    model: type[BaseModel],
    values: Mapping[str, Any],
    known: Mapping[str, Key],
    before: str,
    found: Iterable[str] = (),
    together: Callable[[Mapping[str, Any]], Iterable[str]] = lambda _: (),
) -> dict[str, Any]:
    faults = list(found)
    try:
        plain, refused = plain_table(values)
        faults += (_refusal(path, value, known) for path, value in refused)
        # By way of JSON, where a tuple is a list and nothing else passes for what it is not.
        model.model_validate_json(json.dumps(plain))
    except RecursionError:
        raise ConfigError(f"{before}is nested too deeply for a config") from None
    except ValidationError as error:
        if any(details["type"] == "json_invalid" for details in error.errors()):
            # It is JSON, but pydantic ends sooner than Python.
            raise ConfigError(f"{before}is nested too deeply for a config") from None
        left_out = {path for path, _ in refused}
        for details in error.errors():
            path = _path(details, known)
            if not (details["type"] == "missing" and path in left_out):
                faults.append(_fault(path, details, plain, known))
    if faults:
        faults += together(plain)
        # One value may break several rules, of which each would say the same.
        raise ConfigError("\n".join(before + fault for fault in dict.fromkeys(faults)))
    return plain


def _together(plain: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong beside other faults; alone it may yet be mended by an option."""
    spacing = plain.get("spacing")
    if isinstance(spacing, dict):
        low, high = spacing.get("min"), spacing.get("max")
        if type(low) is int and type(high) is int:
            fault = empty_range(low, high)
            yield from () if fault is None else (fault,)


def _path(details: ErrorDetails, known: Mapping[str, Key]) -> str:
    """Of the key at fault; what pydantic adds to it for a value that may be this or that goes."""
    parts = [str(part) for part in details["loc"]]
    prefixes = (".".join(parts[:length]) for length in range(1, len(parts)))
    return next((prefix for prefix in prefixes if prefix in known), ".".join(parts))


def _fault(
    path: str, details: ErrorDetails, plain: Mapping[str, Any], known: Mapping[str, Key]
) -> str:
    if details["type"] == "extra_forbidden":
        return f"{path}: unknown key, {_nearest(path, known)}"
    if details["type"] == "missing":
        return f"{path}: missing; give {known[path].kind}"
    value: Any = plain
    for part in path.split("."):
        value = value[part]
    if path in Config.sections:
        return f"{path}: {shown(value)} is not a table of keys and values"
    return _refusal(path, value, known)


def _refusal(path: str, value: object, known: Mapping[str, Key]) -> str:
    text = f"{path}: {shown(value)} is not allowed"
    key = known.get(path)
    return text if key is None else f"{text}; give {key.kind}{_meant(value, key.kind)}"


def _nearest(path: str, known: Mapping[str, Key]) -> str:
    section, _, name = path.rpartition(".")
    names = sorted(
        {key.removeprefix(f"{section}.").split(".")[0] for key in known if key.startswith(section)}
    )
    close = get_close_matches(name, names, n=1)
    if close:
        return f"did you mean {close[0]}?"
    elsewhere = [key for key in known if key.rpartition(".")[2] == name]
    if elsewhere:
        return f"did you mean {elsewhere[0]}?"
    return f"known here: {', '.join(names)}" if names else "there is none to give here"


def _meant(value: object, kind: Kind) -> str:
    choices = {str(choice).lower(): choice for choice in kind.choices}
    close = get_close_matches(str(value).lower(), choices, n=1)
    return f"; did you mean {choices[close[0]]}?" if close else ""
