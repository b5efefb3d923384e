"""Presets: names for fragments of a config. Each is a config file and contains no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mnistseq.config.sections import SINGLE_SOURCE
from mnistseq.errors import ConfigError, Fault
from mnistseq.messages import did_you_mean, listed, unknown

FOLDER = Path(__file__).parents[1] / "presets"


@dataclass(frozen=True)
class Preset:
    """A named fragment of a config.

    Attributes
    ----------
    name : str
    summary : str
        Its first comment.
    text : str
        The whole file, in TOML: a config to start from.
    """

    name: str
    summary: str
    text: str

    @classmethod
    def read(cls, name: str) -> Preset:
        """Read an existing preset."""
        text = _path(name).read_text(encoding="utf-8")
        return cls(name, text.splitlines()[0].removeprefix("#").strip(), text)


def list_presets() -> tuple[Preset, ...]:
    """Return all presets, sorted by name."""
    return tuple(Preset.read(name) for name in preset_names())


def preset_names() -> list[str]:
    """Return the names of all presets."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def find_preset(name: str) -> Preset:
    """Return one preset; a ConfigError suggests other names for an unknown one."""
    names = preset_names()
    if name not in names:
        raise ConfigError(Fault("preset", unknown("preset", name, names)))
    return Preset.read(name)


def check_preset_or_file(name: str) -> bool:
    """Return whether a name is that of a preset, or raise ConfigError if there is no such file, either."""
    names = preset_names()
    if name in names:
        return True
    # A name with an ending or a folder is a path, and reading it says what is wrong with it.
    if Path(name).suffix or Path(name).name != name or Path(name).exists():
        return False
    meant = did_you_mean(name, names) or f"; presets are {listed(names)}"
    raise ConfigError(f"{name!r} is neither a preset nor a config file{meant}")


def preset_values(name: str) -> dict[str, Any]:
    """Return the values of the keys that a preset sets, nested and checked."""
    from mnistseq.config.loading import load_values  # needed only if a preset is used

    return load_values(_path(find_preset(name).name))


def values_below(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a preset, without its source if `values` choose one themselves."""
    lower = preset_values(name)
    chosen = {*SINGLE_SOURCE, "mix"}
    if not chosen.isdisjoint(values.get("source", {})):
        source = lower.get("source", {})
        lower["source"] = {key: value for key, value in source.items() if key not in chosen}
    return lower


def with_preset(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return checked values together with those of the preset that they name, if any.

    A key's value comes from one or the other: a list of transforms replaces
    the preset's list and is not appended to it.
    """
    combined = dict(values)
    if values.get("preset") is not None:
        for key, value in values_below(values["preset"], values).items():
            if isinstance(value, dict):
                combined[key] = {**value, **values.get(key, {})}
            else:
                combined.setdefault(key, value)
    return combined


def _path(name: str) -> Path:
    return FOLDER / f"{name}.toml"
