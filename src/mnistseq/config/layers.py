"""Command line beats config file beats preset beats default, and who won is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any, Literal, TypeAlias

from mnistseq.config.config import Config
from mnistseq.config.keys import config_keys
from mnistseq.errors import ConfigError

Origin: TypeAlias = Literal["default", "preset", "file", "option"]


@dataclass(frozen=True)
class Effective:
    """A config, and where each of its values came from.

    Attributes
    ----------
    config : Config
    origins : dict
        Key path → ``default``, ``preset``, ``file`` or ``option``.
    """

    config: Config
    origins: Mapping[str, Origin]

    def value(self, path: str) -> Any:
        """The value of one key, by its path."""
        value: Any = self.config
        for part in path.split("."):
            value = getattr(value, part)
        return value


def resolve(
    file: str | PathLike[str] | None,
    options: Mapping[str, Any],
    assignments: Mapping[str, Any] | None = None,
) -> Effective:
    """Lay options over a file over a preset, which either names, over the defaults.

    Parameters
    ----------
    file : path or None
    options : mapping
        Key path → value, checked by whoever parsed them; None is not set.
    assignments : mapping, optional
        The same for any key, down to a component's parameters, not checked yet.

    Raises
    ------
    ConfigError
    """
    values: dict[str, Any] = {}
    if file is not None:
        from mnistseq.config.loading import load_values

        values = load_values(file)
    origins: dict[str, Origin] = {key.path: "default" for key in config_keys()}
    origins |= dict.fromkeys(_paths(values), "file")
    if assignments:
        from mnistseq.config.validation import check_values

        asked: dict[str, Any] = {}
        for path, value in assignments.items():
            _put(asked, path, value)
        check_values(asked, "--set")
    given = {path: value for path, value in options.items() if value is not None}
    for path, value in {**given, **(assignments or {})}.items():
        _put(values, path, value)
        origins[".".join(path.split(".")[:2])] = "option"
    if values.get("preset") is not None:
        from mnistseq.config.presets import preset_values

        try:
            set_there = _paths(preset_values(values["preset"]))
        except ConfigError as error:
            where = f"{file}: " if origins["preset"] == "file" else ""
            raise ConfigError(f"{where}{error}") from None
        origins |= {path: "preset" for path in set_there if origins[path] == "default"}
    try:
        return Effective(Config.of_checked(values), origins)
    except ConfigError as error:
        # Two values that do not go together: it helps to know who said which.
        low, high = origins["spacing.min"], origins["spacing.max"]
        raise ConfigError(f"{error} (min: {low}, max: {high})") from None


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    *tables, name = path.split(".")
    for table in tables:
        inner = values.setdefault(table, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"{path}: {table} is {inner!r}, not a table of keys and values")
        values = inner
    values[name] = value


def _paths(values: Mapping[str, Any]) -> list[str]:
    return [
        f"{name}.{key}" if name in Config.sections else name
        for name, value in values.items()
        for key in (value if name in Config.sections else [name])
    ]
