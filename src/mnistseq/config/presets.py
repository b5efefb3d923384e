"""Presets: a name for a whole fragment of a config. Each is a config file, and no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mnistseq.errors import ConfigError

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
        """Read one that is there."""
        text = _path(name).read_text(encoding="utf-8")
        return cls(name, text.splitlines()[0].removeprefix("#").strip(), text)


def list_presets() -> tuple[Preset, ...]:
    """All presets, by name."""
    return tuple(Preset.read(name) for name in preset_names())


def preset_names() -> list[str]:
    """Names of all presets."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def find_preset(name: str) -> Preset:
    """One preset; ConfigError names those there are where there is none of the name."""
    names = preset_names()
    if name not in names:
        close = get_close_matches(name, names, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise ConfigError(f"preset: there is no {name!r}.{hint} There are: {', '.join(names)}")
    return Preset.read(name)


def preset_values(name: str) -> dict[str, Any]:
    """The keys that a preset sets, nested and checked."""
    from mnistseq.config.loading import load_values

    return load_values(_path(find_preset(name).name))


def with_preset(values: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values, laid over those of the preset that they name, if they name one.

    A key is taken whole from one or the other: a list of transforms replaces
    the preset's list, and is not added to it.
    """
    laid = dict(values)
    if values.get("preset") is not None:
        for key, below in preset_values(values["preset"]).items():
            if isinstance(below, dict):
                laid[key] = {**below, **values.get(key, {})}
            else:
                laid.setdefault(key, below)
    return laid


def _path(name: str) -> Path:
    return FOLDER / f"{name}.toml"
