"""Options of the command line that set config keys, made from the keys themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import click

from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.config.keys import Key, Kind, config_keys
from mnistseq.config.layers import Effective, key_path, resolve
from mnistseq.errors import ConfigError, Fault, Origin, RequestError, Setting

F = TypeVar("F", bound=Callable[..., Any])

FLAGS = {
    "--preset": "preset",
    "--min": "spacing.min",
    "--max": "spacing.max",
    "--width": "image.width",
    "--height": "image.height",
    "--type": "spacing.type",
    "--subtype": "spacing.subtype",
    "--fit": "spacing.fit",
    "--align": "spacing.align",
    "--crop": "image.crop",
    "--polarity": "image.polarity",
    "--source": "source.name",
    "--split": "source.split",
    "--data-dir": "source.path",
    "--writer": "source.writer",
    "--format": "output_format",
}
"""Option → key, for commands that make single images."""

BATCH_FLAGS = {
    flag: path for flag, path in FLAGS.items() if flag not in ("--split", "--format")
} | {
    "--source-split": "source.split",
    "--image-format": "output_format",
}
"""Option → key, for data sets, which have splits and formats of their own."""


def config_options(function: F, flags: Mapping[str, str] = FLAGS) -> F:
    """Add ``--config``, ``--set`` and an option for each of `flags` to a command."""
    for flag, path in reversed(list(flags.items())):
        function = _option(flag, _keys()[path])(function)
    function = click.option(
        "--set",
        "assignments",
        multiple=True,
        metavar="KEY=VALUE",
        help="Set any key of a config, as in spacing.align=left; the value is JSON or a string. "
        "May be repeated.",
    )(function)
    return click.option(
        "-c",
        "--config",
        "config_file",
        metavar="FILE",
        help="Config file in JSON or TOML; options override it.",
    )(function)


def effective_config(
    config_file: str | None,
    assignments: Sequence[str],
    options: Mapping[str, Any],
    flags: Mapping[str, str] = FLAGS,
) -> Effective:
    """Return the config that a command's options and its config file result in.

    Parameters
    ----------
    config_file : str or None
    assignments : sequence of str
        Values of ``--set``.
    options : mapping
        Name of a parameter of the command → value; None is not given.
    flags : mapping
        The command's options and their keys.

    Raises
    ------
    RequestError
        With all faults, each in terms of the option or the file that gave the value.
    """
    from mnistseq.pipeline.composers import check_components  # imports NumPy

    assigned = assignments_of(assignments, "--set")
    paths = {_name(path): path for path in flags.values()}
    try:
        effective = resolve(
            config_file, {paths[name]: value for name, value in options.items()}, assigned
        )
        try:
            check_components(effective.config)
        except ConfigError as error:
            raise error.with_origins(effective.origin) from None
    except ConfigError as error:
        names = OptionNames.of(flags, assigned)
        raise RequestError("\n".join(map(names.describe, error.faults))) from error
    return effective


_DEFAULT = Origin("default")


@dataclass(frozen=True)
class OptionNames:
    """What users call the keys of a config on the command line.

    Attributes
    ----------
    flags : mapping
        Key path → option.
    assigned : frozenset of str
        Paths of the keys and sections that ``--set`` gave.
    """

    flags: Mapping[str, str]
    assigned: frozenset[str]

    @classmethod
    def of(cls, flags: Mapping[str, str], assigned: Iterable[str]) -> OptionNames:
        """Return the names for a command with the options `flags` and some values of ``--set``."""
        return cls({path: flag for flag, path in flags.items()}, frozenset(map(key_path, assigned)))

    def describe(self, fault: Fault) -> str:
        """Return the message of a fault."""
        origin = fault.origin or _DEFAULT
        if fault.ends is None:
            parts = [self._name(fault.key, origin), fault.text]
        else:
            parts = [self._describe_empty_range(*fault.ends)]
        return ": ".join(part for part in (_file(origin), *parts) if part)

    def _describe_empty_range(self, low: Setting, high: Setting) -> str:
        """Name both ends, and in brackets the origins that are not evident."""
        names = {end: self._name(end.key, end.origin or _DEFAULT) for end in (low, high)}
        notes = [
            f"{name}: {origin.kind} {origin.name}".rstrip()
            for end, name in names.items()
            if (origin := end.origin or _DEFAULT).kind in ("default", "preset")
            or _file(origin) not in ("", _file(low.origin or _DEFAULT))
        ]
        message = f"{names[low]} {low.value} is larger than {names[high]} {high.value}"
        return message + (f" ({', '.join(notes)})" if notes else "")

    def _name(self, path: str, origin: Origin) -> str:
        key = key_path(path)
        if origin.kind == "option" and not self.assigned.isdisjoint({key, key.split(".")[0]}):
            return f"--set {path}"
        return self.flags.get(path, path) if origin.kind in ("option", "default") else path


def batch_config_options(function: F) -> F:
    """Add ``--config``, ``--set`` and the options of `BATCH_FLAGS` to a command."""
    return config_options(function, BATCH_FLAGS)


def config_parameters(flags: Mapping[str, str]) -> list[str]:
    """Return the names of a command's parameters for the options of `flags`."""
    return [_name(path) for path in flags.values()]


def assignments_of(texts: Sequence[str], option: str) -> dict[str, Any]:
    """Return ``KEY=VALUE`` strings as a mapping; a value that is not JSON is a string."""
    return dict(_assignment(text, option) for text in texts)


def _assignment(text: str, option: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise click.UsageError(f"{option} {text}: give KEY=VALUE")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


def _file(origin: Origin) -> str:
    return origin.name if origin.kind == "file" else ""


@lru_cache(maxsize=1)
def _keys() -> dict[str, Key]:
    return {key.path: key for key in config_keys()}


def _name(path: str) -> str:
    return path.replace(".", "__")


def _option(flag: str, key: Key) -> Callable[[F], F]:
    # "pad: margins take what gaps leave over" begins with a value, which keeps its case.
    begins_with_value = key.help.split()[0].endswith(":")
    text = key.help if begins_with_value else key.help[0].upper() + key.help[1:]
    default = "none" if key.default is None else key.default
    return click.option(
        flag,
        _name(key.path),
        type=_type(key.kind),
        default=None,
        metavar=None if key.kind.choices or key.kind.type is int else "TEXT",
        help=f"{text}.  [{key.path}; default: {default}]",
    )


def _type(kind: Kind) -> click.ParamType[Any]:
    if kind.choices:
        return click.Choice(kind.choices)
    if kind.type is int:
        return WholeNumber(kind.low, kind.high)
    return click.STRING
