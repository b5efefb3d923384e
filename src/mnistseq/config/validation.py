"""Validate config values with pydantic, and report all faults at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, asdict, dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic_core import ErrorDetails

from mnistseq.config.keys import Key, config_keys, keys_of
from mnistseq.config.pens import KEY as PEN
from mnistseq.config.pens import PenConfig, pen_table
from mnistseq.config.plain_values import plain_table, shown
from mnistseq.config.sections import NO_PEN, SECTIONS, SourceEntry, gap_range_fault
from mnistseq.config.source_entries import as_section, entry_key
from mnistseq.errors import ConfigError, ConfigFault, Origin
from mnistseq.messages import did_you_mean, listed

_STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def check_values(
    values: Mapping[str, Any], origin: Origin | None = None, earlier: Iterable[ConfigFault] = ()
) -> dict[str, Any]:
    """Validate nested values of some or all config keys.

    Parameters
    ----------
    values : mapping
    origin : Origin, optional
        Where the values came from, recorded in the faults.
    earlier : iterable of ConfigFault
        Faults that are already known, reported with the others.

    Returns
    -------
    dict
        The values in plain Python types.

    Raises
    ------
    ConfigError
    """
    keys = {key.path: key for key in config_keys()}
    declaration = _Declaration(config_model(), keys, lambda path: _unknown_key(path, keys))
    if "source" in values:
        values = {**values, "source": as_section(values["source"])}
    plain, faults = _check(values, declaration)
    faults = [*earlier, *map(_of_entry, faults), *_entry_faults(plain), *_pen_faults(plain)]
    if not faults:
        return plain
    # Not an error by itself: an option may still correct an empty range.
    error = ConfigError(*faults, *_range_faults(plain))
    raise error if origin is None else error.with_origins(lambda _: origin)


def _of_entry(fault: ConfigFault) -> ConfigFault:
    """Rename the key of a fault from ``source.mix.1.path`` to ``source[1].path``."""
    found = re.fullmatch(r"source\.mix\.(\d+)(.*)", fault.key, re.DOTALL)
    return fault if found is None else fault._replace(key=entry_key(found[1]) + found[2])


def _entry_faults(plain: Mapping[str, Any]) -> Iterator[ConfigFault]:
    """Yield the faults of each of several sources."""
    source = plain.get("source")
    if not (isinstance(source, dict) and isinstance(source.get("mix"), list)):
        return
    entries = source["mix"]
    if not entries and len(source) == 1:
        yield ConfigFault("source", "is a list without sources; name at least one")
    keys = {key.path: key for key in keys_of(SourceEntry)}
    declaration = _Declaration(model_of(SourceEntry), keys, lambda path: _unknown_key(path, keys))
    for index, entry in enumerate(entries):
        if isinstance(entry, dict):
            yield from (_inside(entry_key(index), fault) for fault in _check(entry, declaration)[1])


def check_parameters(
    component: type, values: Mapping[str, Any], path: str, component_name: str = "the component"
) -> dict[str, Any]:
    """Validate the parameters of a component against the fields of its dataclass.

    Parameters
    ----------
    component : type
    values : mapping
    path : str
        Config key of the parameters, such as ``spacing.parameters``.
    component_name : str
        Name of the component in messages, such as ``source "idx"``.

    Returns
    -------
    dict
        The values in the types of the fields: tuples instead of JSON lists, 1.0 instead of 1.

    Raises
    ------
    ConfigError
    """
    keys = {key.path: key for key in keys_of(component)}
    model = model_of(component)
    declaration = _Declaration(model, keys, lambda name: _no_parameter(component_name, name, keys))
    plain, faults = _check(values, declaration)
    if faults:
        raise ConfigError(*(_inside(path, fault) for fault in faults))
    declared = model.model_validate_json(json.dumps(plain))
    return {name: getattr(declared, name) for name in plain}


@lru_cache(maxsize=64)
def model_of(declared: type) -> type[BaseModel]:
    """Return a strict pydantic model of a dataclass's fields."""
    items: dict[str, Any] = {key.path: _field(key) for key in keys_of(declared)}
    return create_model(declared.__name__, __config__=_STRICT, __doc__=declared.__doc__, **items)


@lru_cache(maxsize=1)
def config_model() -> type[BaseModel]:
    """Return a strict pydantic model of the whole config."""
    items: dict[str, Any] = {
        name: (model_of(section), Field(default_factory=model_of(section)))
        for name, section in SECTIONS.items()
    }
    items |= {key.path: _field(key) for key in config_keys() if "." not in key.path}
    return create_model("Config", __config__=_STRICT, **items)


def _field(key: Key) -> tuple[Any, Any]:
    default = ... if key.default is MISSING else key.default
    return key.hint, Field(default, description=key.help or None)


@dataclass(frozen=True)
class _Declaration:
    """What values are validated against.

    Attributes
    ----------
    model : type of BaseModel
    keys : mapping
        Path → key.
    unknown : callable
        Path of an undeclared key → what is wrong with it.
    """

    model: type[BaseModel]
    keys: Mapping[str, Key]
    unknown: Callable[[str], str]


def _check(
    values: Mapping[str, Any], declaration: _Declaration
) -> tuple[dict[str, Any], list[ConfigFault]]:
    """Return the values in plain types, and all faults."""
    try:
        plain, refused = plain_table(values)
        # Validated as JSON: strict mode then accepts lists for tuples, but converts nothing else.
        declaration.model.model_validate_json(json.dumps(plain))
    except RecursionError:
        return {}, [_TOO_DEEP]
    except ValidationError as error:
        details = error.errors()
    else:
        details = []
    if any(detail["type"] == "json_invalid" for detail in details):
        return {}, [_TOO_DEEP]  # The JSON is valid, but pydantic's nesting limit is lower.
    faults = [_refusal(path, value, declaration) for path, value in refused]
    left_out = {path for path, _ in refused}
    for detail in details:
        path = _path(detail, declaration)
        if not (detail["type"] == "missing" and path in left_out):
            faults.append(_fault(path, detail, plain, declaration))
    # A value that breaks several rules yields the same fault several times.
    return plain, list(dict.fromkeys(faults))


_TOO_DEEP = ConfigFault("", "is nested too deeply for a config")


def _range_faults(plain: Mapping[str, Any]) -> Iterator[ConfigFault]:
    spacing = plain.get("spacing")
    if isinstance(spacing, dict):
        low, high = spacing.get("min"), spacing.get("max")
        if type(low) is int and type(high) is int:
            fault = gap_range_fault(low, high)
            yield from () if fault is None else (fault,)


def _path(detail: ErrorDetails, declaration: _Declaration) -> str:
    """Return the path of the faulty key, without pydantic's suffixes for members of unions."""
    parts = [str(part) for part in detail["loc"]]
    prefixes = (".".join(parts[:length]) for length in range(1, len(parts)))
    return next((prefix for prefix in prefixes if prefix in declaration.keys), ".".join(parts))


def _fault(
    path: str, detail: ErrorDetails, plain: Mapping[str, Any], declaration: _Declaration
) -> ConfigFault:
    if detail["type"] == "extra_forbidden":
        return ConfigFault(path, declaration.unknown(path))
    # pydantic also says "missing" of items in a list that is too short.
    if detail["type"] == "missing" and path == ".".join(map(str, detail["loc"])):
        return ConfigFault(path, f"missing; give {declaration.keys[path].kind}")
    value: Any = plain
    for part in path.split("."):
        value = value[part]
    return _refusal(path, value, declaration)


def _refusal(path: str, value: object, declaration: _Declaration) -> ConfigFault:
    key = declaration.keys.get(path)
    if key is not None:
        meant = did_you_mean(value, key.kind.choices) if isinstance(value, str) else ""
        return ConfigFault(path, f"{shown(value)} is not allowed; give {key.kind}{meant}")
    if path in SECTIONS:
        return ConfigFault(path, f"{shown(value)} is not a table of keys and values")
    if any(path.startswith(f"{declared}.") for declared in declaration.keys):
        return ConfigFault(path, f"{shown(value)} is not allowed")
    return ConfigFault(path, declaration.unknown(path))


def _unknown_key(path: str, keys: Iterable[str]) -> str:
    """Describe an unknown key, and suggest a similar one."""
    if path == "source.weight":
        return "applies to one of several sources; leave it out, or add another source"
    section, _, name = path.rpartition(".")
    inside = f"{section}." if section else ""
    names = {key.removeprefix(inside).split(".")[0] for key in keys if key.startswith(inside)}
    elsewhere = [key for key in keys if key.rpartition(".")[2] == name]
    meant = did_you_mean(name, names)
    if not meant and elsewhere:
        meant = did_you_mean(elsewhere[0], elsewhere)
    return "unknown key" + (meant or f"; choose from {listed(sorted(names))}")


def _no_parameter(component_name: str, name: str, parameters: Iterable[str]) -> str:
    known = list(parameters)
    if not known:
        return f"{component_name} has no parameters"
    meant = did_you_mean(name, known) or f"; choose from {listed(known)}"
    return f"{component_name} has no parameter {name!r}{meant}"


def complete_pen(pen: Any) -> str | dict[str, Any]:
    """Return a pen in its normal form: none, or a validated table with all keys.

    Raises
    ------
    ConfigError
        With all faults.
    """
    if pen == NO_PEN:
        return NO_PEN
    checked = PenConfig(**check_parameters(PenConfig, pen_table(pen), PEN, "the pen"))
    low, high = checked.width
    if low > high:
        raise ConfigError(
            ConfigFault(f"{PEN}.width", f"the least, {low}, exceeds the greatest, {high}")
        )
    return {**asdict(checked), "width": [low, high]}


def _pen_faults(plain: Mapping[str, Any]) -> Iterator[ConfigFault]:
    """Yield the faults of a pen."""
    image = plain.get("image")
    if isinstance(image, dict) and isinstance(image.get("pen"), str | float | dict):
        try:
            complete_pen(image["pen"])
        except ConfigError as error:
            yield from error.faults


def _inside(path: str, fault: ConfigFault) -> ConfigFault:
    return fault._replace(key=f"{path}.{fault.key}" if fault.key else path)
