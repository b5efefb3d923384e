"""Normalise the source of a config: a single source, or a list of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mnistseq.config.exclusions import read_glyph_ids
from mnistseq.config.sections import SINGLE_SOURCE, SourceEntry
from mnistseq.errors import ConfigError, ConfigFault

_MOST_SOURCES = 32


def entry_key(index: int | str) -> str:
    """Return the name of one of several sources in messages: ``source[2]``."""
    return f"source[{index}]"


def as_section(value: Any) -> Any:
    """Convert a source given as a name or a list to a table; a list becomes ``{"mix": […]}``.

    Names in the list become tables, too.
    """
    if isinstance(value, str):
        return {"name": value}
    if isinstance(value, list | tuple):
        value = {"mix": value}
    if isinstance(value, Mapping) and isinstance(value.get("mix"), list | tuple):
        mix = [{"name": entry} if isinstance(entry, str) else entry for entry in value["mix"]]
        return {**value, "mix": mix}
    return value


def replace_source(values: dict[str, Any], higher: set[str]) -> None:
    """Remove the keys of a source that a higher layer replaces.

    A list replaces a single source, and vice versa.

    Parameters
    ----------
    values : dict
        Keys of the source in the lower layer; modified in place.
    higher : set of str
        Names of the keys that the higher layer sets.
    """
    if "mix" in higher:
        for name in SINGLE_SOURCE:
            values.pop(name, None)
    elif "name" in higher:
        values.pop("mix", None)


def complete_source(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return validated keys of a source in the normal form that a config contains.

    Each of several sources has all keys, a list of one source becomes that source, and a
    file of glyph ids is replaced by the ids in it.

    Raises
    ------
    ConfigError
        If a list of sources is combined with keys of a single source, or the file cannot
        be read.
    """
    values = dict(as_section(values))
    if "mix" in values:
        values |= _complete_mix(values)
    if isinstance(values.get("exclude"), str):
        values["exclude"] = read_glyph_ids(values["exclude"])
    elif "exclude" in values:
        values["exclude"] = sorted(set(values["exclude"]))
    return values


def _complete_mix(values: Mapping[str, Any]) -> dict[str, Any]:
    beside = [name for name in SINGLE_SOURCE if name in values]
    if beside and values["mix"]:
        raise ConfigError(
            *(
                ConfigFault(
                    f"source.{name}",
                    "applies to a single source, but there are several; give each its own",
                )
                for name in beside
            )
        )
    if len(values["mix"]) > _MOST_SOURCES:
        # The cache gets a copy of all their glyphs, and a config may come from a stranger.
        problem = f"has {len(values['mix'])} sources, more than {_MOST_SOURCES}"
        raise ConfigError(ConfigFault("source.mix", problem))
    entries = [asdict(SourceEntry(**entry)) for entry in values["mix"]]
    if len(entries) == 1:
        return {name: entries[0][name] for name in SINGLE_SOURCE} | {"mix": []}
    return {"mix": entries}
