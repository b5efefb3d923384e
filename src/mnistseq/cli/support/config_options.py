"""Options that set the keys of a config, made from the declarations of the keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import click

from mnistseq.cli.support.config_faults import FaultMessages
from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.config.keys import Key, Kind, config_keys
from mnistseq.config.layers import Effective, resolve
from mnistseq.errors import ConfigError, RequestError

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
    "--canvas-height": "canvas.height",
    "--canvas-align": "canvas.align",
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


def batch_config_options(function: F) -> F:
    """Add ``--config``, ``--set`` and the options of `BATCH_FLAGS` to a command."""
    return config_options(function, BATCH_FLAGS)


def config_parameters(flags: Mapping[str, str]) -> list[str]:
    """Return the names of a command's parameters for the options of `flags`."""
    return [_parameter(path) for path in flags.values()]


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
    assigned = assignments_of(assignments, "--set")
    paths = {_parameter(path): path for path in flags.values()}
    given = {paths[name]: value for name, value in options.items()}
    try:
        return _checked(resolve(config_file, given, assigned))
    except ConfigError as error:
        messages = FaultMessages.of(flags, assigned)
        raise RequestError("\n".join(map(messages.describe, error.faults))) from error


def _checked(effective: Effective) -> Effective:
    from mnistseq.pipeline.composers import check_components  # imports NumPy, which is slow

    try:
        check_components(effective.config)
    except ConfigError as error:
        raise error.with_origins(effective.origin) from None
    return effective


def assignments_of(strings: Sequence[str], option: str) -> dict[str, Any]:
    """Return ``KEY=VALUE`` strings as a mapping; a value that is not JSON is a string."""
    return dict(_assignment(string, option) for string in strings)


def _assignment(string: str, option: str) -> tuple[str, Any]:
    key, equals, value = string.partition("=")
    if not (key and equals):
        raise click.UsageError(f"{option} {string}: give KEY=VALUE")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


@lru_cache(maxsize=1)
def _keys() -> dict[str, Key]:
    return {key.path: key for key in config_keys()}


def _parameter(path: str) -> str:
    """Return the name of the parameter that sets a key; dots are not allowed in it."""
    return path.replace(".", "__")


def _option(flag: str, key: Key) -> Callable[[F], F]:
    # "pad: margins take what the gaps leave" begins with a value, which keeps its case.
    begins_with_value = key.help.split()[0].endswith(":")
    text = key.help if begins_with_value else key.help[0].upper() + key.help[1:]
    default = "none" if key.default is None else key.default
    return click.option(
        flag,
        _parameter(key.path),
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
