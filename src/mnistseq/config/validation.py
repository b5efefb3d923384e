"""Checking values against the declared keys, all faults at once. Needs pydantic."""

from __future__ import annotations

import json
import operator
from collections.abc import Mapping
from dataclasses import MISSING
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic_core import ErrorDetails

from mnistseq.config.keys import Key, Kind, config_keys, keys_of
from mnistseq.config.model import Config
from mnistseq.errors import ConfigError

_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def check_values(values: Mapping[str, Any], where: str = "") -> dict[str, Any]:
    """Check nested values of a config, some keys or all.

    Parameters
    ----------
    values : mapping
    where : str
        What to call them in messages, such as a file's name.

    Returns
    -------
    dict
        The same values in plain Python types.

    Raises
    ------
    ConfigError
    """
    known = {key.path: key for key in config_keys()}
    return _check(config_model(), values, known, where)


def check_parameters(component: type, values: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Check a component's parameters against the fields of its dataclass; `where` prefixes keys."""
    known = {key.path: key for key in keys_of(component)}
    return _check(model_of(component), values, known, where)


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
    model: type[BaseModel], values: Mapping[str, Any], known: Mapping[str, Key], where: str
) -> dict[str, Any]:
    try:
        # By way of JSON, so that tuples are lists, NumPy's integers integers, and nothing else is.
        text = json.dumps(dict(values), default=_plain, allow_nan=False)
        model.model_validate_json(text)
    except ValidationError as error:
        faults = [_fault(details, known) for details in error.errors()]
    except (TypeError, ValueError) as error:
        faults = [str(error)]
    else:
        return dict(json.loads(text))
    raise ConfigError("\n".join(f"{where}: {fault}" if where else fault for fault in faults))


def _plain(value: object) -> object:
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        pass
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "__fspath__"):
        return value.__fspath__()
    raise TypeError(f"{value!r} is not a value that a config can hold") from None


def _fault(details: ErrorDetails, known: Mapping[str, Key]) -> str:
    path = ".".join(str(part) for part in details["loc"])
    if details["type"] == "extra_forbidden":
        return f"{path}: unknown key, {_nearest(path, known)}"
    if details["type"] == "missing":
        return f"{path}: missing; give {known[path].kind}"
    value = json.dumps(details["input"], ensure_ascii=False)
    key = known.get(path)
    if key is None:
        if path in Config.sections:
            return f"{path}: {value} is not a table of keys and values"
        return f"{path}: {value}: {details['msg']}"
    return f"{path}: {value} is not allowed; give {key.kind}{_meant(details['input'], key.kind)}"


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
    return f"known here: {', '.join(names)}"


def _meant(value: object, kind: Kind) -> str:
    close = get_close_matches(str(value), [str(choice) for choice in kind.choices], n=1)
    return f"; did you mean {close[0]}?" if close else ""
