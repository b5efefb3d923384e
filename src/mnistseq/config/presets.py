"""Presets: named, partial configs. Each is a config file without code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from mnistseq.config.sections import SINGLE_SOURCE
from mnistseq.errors import ConfigError, ConfigFault
from mnistseq.messages import did_you_mean, listed, unknown

FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "presets")


class Preset(NamedTuple):
    """A named, partial config.

    Attributes
    ----------
    name : str
    summary : str
        The first comment in the file.
    text : str
        The whole TOML file, which can serve as a starting point.
    """

    name: str
    summary: str
    text: str

    @classmethod
    def read(cls, name: str) -> Preset:
        """Read an existing preset."""
        with open(_path(name), encoding="utf-8") as file:
            text = file.read()
        return cls(name, text.splitlines()[0].removeprefix("#").strip(), text)


def list_presets() -> tuple[Preset, ...]:
    """Return all presets, sorted by name."""
    return tuple(Preset.read(name) for name in preset_names())


def preset_names() -> list[str]:
    """Return the names of all presets."""
    return sorted(
        name.removesuffix(".toml") for name in os.listdir(FOLDER) if name.endswith(".toml")
    )


def find_preset(name: str) -> Preset:
    """Return a preset by name; a ConfigError suggests similar names."""
    names = preset_names()
    if name not in names:
        raise ConfigError(ConfigFault("preset", unknown("preset", name, names)))
    return Preset.read(name)


def check_preset_or_file(name: str) -> bool:
    """Return whether a name is a preset; raise ConfigError if it is neither preset nor file."""
    names = preset_names()
    if name in names:
        return True
    # A name with a suffix or a folder is a path; reading it will report what is wrong.
    if os.path.splitext(name)[1] or os.path.basename(name) != name or os.path.exists(name):
        return False
    meant = did_you_mean(name, names) or f"; presets are {listed(names)}"
    raise ConfigError(f"{name!r} is neither a preset nor a config file{meant}")


def preset_values(name: str) -> dict[str, Any]:
    """Return the values that a preset sets, nested and validated."""
    from mnistseq.config.loading import load_values  # needed only if a preset is used

    return load_values(_path(find_preset(name).name))


def values_below(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a preset, without its source if `values` set one."""
    lower = preset_values(name)
    chosen = {*SINGLE_SOURCE, "mix"}
    if not chosen.isdisjoint(values.get("source", {})):
        source = lower.get("source", {})
        lower["source"] = {key: value for key, value in source.items() if key not in chosen}
    return lower


def with_preset(values: Mapping[str, Any]) -> dict[str, Any]:
    """Merge validated values with those of the preset that they name, if any.

    Lists are replaced, not merged: a list of transforms replaces that of the preset.
    """
    combined = dict(values)
    if values.get("preset") is not None:
        for key, value in values_below(values["preset"], values).items():
            if isinstance(value, dict):
                combined[key] = {**value, **values.get(key, {})}
            else:
                combined.setdefault(key, value)
    return combined


def _path(name: str) -> str:
    return os.path.join(FOLDER, f"{name}.toml")
