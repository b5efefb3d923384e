"""Merge command line, config file, preset and defaults; earlier ones take precedence.

Two different values for one key in the same layer are an error. The origin of each value is
recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from typing import Any, NamedTuple

from mnistseq.config.config import Config
from mnistseq.config.keys import config_keys
from mnistseq.config.sections import SECTIONS
from mnistseq.config.source_entries import as_section, replace_source
from mnistseq.errors import ConfigError, ConfigFault, Origin, Setting

_DEFAULT = Origin("default")
_OPTION = Origin("option")


class Effective(NamedTuple):
    """The effective config, with the origin of each value.

    Attributes
    ----------
    config : Config
    origins : mapping of str to Origin
        Key path → origin of its value.
    """

    config: Config
    origins: Mapping[str, Origin]

    def value(self, path: str) -> Any:
        """Return the value of a key, given its path."""
        value: Any = self.config
        for part in path.split("."):
            value = getattr(value, part)
        return value

    def origin(self, path: str) -> Origin:
        """Return the origin of a key's value; a path inside a key means that key."""
        return _origin(self.origins, path)


def resolve(
    file: str | PathLike[str] | None,
    options: Mapping[str, Any],
    assignments: Mapping[str, Any] | None = None,
) -> Effective:
    """Return the effective config: options override the file, which overrides a preset.

    Parameters
    ----------
    file : path or None
    options : mapping
        Key path → value, already validated; None means not set.
    assignments : mapping, optional
        Path → value, not yet validated, of any key, section or component parameter. They
        have the same precedence as the options.

    Raises
    ------
    ConfigError
        Each fault contains the origin of the value.
    """
    assignments = assignments or {}
    given = [(path, value) for path, value in options.items() if value is not None]
    _refuse_contradictions([*given, *assignments.items()])
    values: dict[str, Any] = {}
    origins = {key.path: _DEFAULT for key in config_keys()}
    if file is not None:
        from mnistseq.config.loading import file_origin, load_values  # not needed without a file

        values = load_values(file)
        origins |= dict.fromkeys(_key_paths(values), file_origin(file))
    assigned = _by_key(assignments)
    higher = {path for path, _ in [*given, *assigned.items()]}
    replace_source(values.get("source", {}), {path.removeprefix("source.") for path in higher})
    # Whole tables first, then single keys in them, whatever order they were given in.
    for path, value in sorted([*given, *assigned.items()], key=_depth):
        _put(values, path, value)
        origins[key_path(path)] = _OPTION
    try:
        _note_preset(values, origins)
        return Effective(Config.of_checked(values), origins)
    except ConfigError as error:
        raise error.with_origins(lambda path: _origin(origins, path)) from None


def key_path(path: str) -> str:
    """Return the config key of a path: ``image.transform`` for ``image.transform[2].by``."""
    if path.startswith("source["):
        return "source.mix"
    parts = path.partition("[")[0].split(".")
    return ".".join(parts[:2]) if parts[0] in SECTIONS else parts[0]


def contradiction(settings: Iterable[Setting]) -> tuple[Setting, Setting] | None:
    """Return the first two settings that give the same key different values, or None.

    A table sets every key in it: ``spacing = {"min": 3}`` contradicts ``spacing.min = 4``.
    """
    earlier: dict[str, tuple[Any, Setting]] = {}
    for setting in settings:
        for path, value in _single_values(setting.key, setting.value):
            other, first = earlier.setdefault(path, (value, setting))
            if (type(other), other) != (type(value), value):
                return first, setting
    return None


def _refuse_contradictions(given: Iterable[tuple[str, Any]]) -> None:
    found = contradiction(Setting(path, value) for path, value in given)
    if found is not None:
        values = " and to ".join(repr(setting.value) for setting in found)
        raise ConfigError(ConfigFault(found[1].key, f"is set to {values}; set it once", _OPTION))


def _single_values(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    value = as_section(value) if path == "source" else value
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _single_values(f"{path}.{name}", inner)
    else:
        yield path, value


def _depth(item: tuple[str, Any]) -> int:
    return item[0].count(".")


def _origin(origins: Mapping[str, Origin], path: str) -> Origin:
    return origins.get(key_path(path), _DEFAULT)


def _by_key(assignments: Mapping[str, Any]) -> dict[str, Any]:
    """Validate assignments, and split those of a whole section into single keys."""
    if not assignments:
        return {}
    from mnistseq.config.validation import check_values  # imports pydantic, which takes 50 ms

    by_key: dict[str, Any] = {}
    for path, given in assignments.items():
        value = as_section(given) if path == "source" else given
        if path in SECTIONS and isinstance(value, Mapping):
            by_key |= {f"{path}.{name}": inner for name, inner in value.items()}
        else:
            by_key[path] = value
    nested: dict[str, Any] = {}
    for path, value in by_key.items():
        _put(nested, path, value)
    check_values(nested, _OPTION)
    return by_key


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    *tables, name = path.split(".")
    for table in tables:
        inner = values.setdefault(table, {})
        if not isinstance(inner, dict):
            text = f"{table} is {inner!r}, not a table of keys and values"
            raise ConfigError(ConfigFault(path, text, _OPTION))
        values = inner
    values[name] = value


def _note_preset(values: Mapping[str, Any], origins: dict[str, Origin]) -> None:
    """Record the preset as the origin of keys that only it sets."""
    name = values.get("preset")
    if name is not None:
        from mnistseq.config.presets import values_below  # not needed without a preset

        for path in _key_paths(values_below(name, values)):
            if origins[path] == _DEFAULT:
                origins[path] = Origin("preset", name)


def _key_paths(values: Mapping[str, Any]) -> list[str]:
    return [
        f"{name}.{key}" if name in SECTIONS else name
        for name, value in values.items()
        for key in (value if name in SECTIONS else [name])
    ]
