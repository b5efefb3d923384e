"""Options that stand for config keys, made from the keys themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import click

from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.config.keys import Key, Kind, config_keys
from mnistseq.config.layers import Effective, resolve
from mnistseq.errors import ConfigError

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
"""Option → key, where one image is made."""

BATCH_FLAGS = {
    flag: path for flag, path in FLAGS.items() if flag not in ("--split", "--format")
} | {
    "--source-split": "source.split",
    "--image-format": "output_format",
}
"""The same where a data set is made, which has splits and formats of its own."""


def config_options(function: F, flags: Mapping[str, str] = FLAGS) -> F:
    """Add an option for each of `flags`, ``--set`` and ``--config``."""
    for flag, path in reversed(list(flags.items())):
        function = _option(flag, _keys()[path])(function)
    function = click.option(
        "--set",
        "assignments",
        multiple=True,
        metavar="KEY=VALUE",
        help="Any key of a config, as in spacing.parameters.peak=0.3; the value is JSON or a text.",
    )(function)
    return click.option(
        "-c",
        "--config",
        "config_file",
        metavar="FILE",
        help="A config in JSON or TOML; options given here beat it.",
    )(function)


def effective_config(
    config_file: str | None, assignments: Sequence[str], options: Mapping[str, Any]
) -> Effective:
    """The config that a command's options and file add up to."""
    from mnistseq.pipeline.composers import check_components

    names = {_name(path): path for path in (FLAGS | BATCH_FLAGS).values()}
    assigned = assignments_of(assignments, "--set")
    effective = resolve(
        config_file, {names[name]: value for name, value in options.items()}, assigned
    )
    try:
        check_components(effective.config)
    except ConfigError as error:
        lines = str(error).splitlines()
        raise ConfigError(
            "\n".join(_blame(line, effective, config_file, assigned) for line in lines)
        ) from None
    return effective


def _blame(
    fault: str, effective: Effective, config_file: str | None, assigned: Iterable[str]
) -> str:
    """A fault of a component or its parameters with who gave them, as faults of our own keys have it."""
    place, _, text = fault.partition(":")
    key = ".".join(place.partition("[")[0].split(".")[:2])
    origin = effective.origins.get(key, "default")
    if origin == "option" and key in FLAGS.values() and key not in assigned:
        [flag] = [flag for flag, path in FLAGS.items() if path == key]
        return f"{flag}:{text}"
    given_by = {"file": f"{config_file}: ", "option": "--set: "}
    return given_by.get(origin, "") + fault


def batch_config_options(function: F) -> F:
    """Add the options of `BATCH_FLAGS`, ``--set`` and ``--config``."""
    return config_options(function, BATCH_FLAGS)


def config_parameters(flags: Mapping[str, str]) -> list[str]:
    """What a command calls the options of `flags`."""
    return [_name(path) for path in flags.values()]


def assignments_of(texts: Sequence[str], option: str) -> dict[str, Any]:
    """``KEY=VALUE`` texts as a mapping, each value JSON or else a text."""
    return dict(_assignment(text, option) for text in texts)


def _assignment(text: str, option: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise click.UsageError(f"{option} {text}: give KEY=VALUE")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


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
