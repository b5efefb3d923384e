"""Options that stand for config keys, made from the keys themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import click

from mnistseq.cli.numbers import Whole
from mnistseq.config.keys import Key, Kind, config_keys
from mnistseq.config.layers import Effective, resolve

F = TypeVar("F", bound=Callable[..., Any])

FLAGS = {
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
    "--hand": "source.hand",
    "--format": "output_format",
}


def config_options(function: F) -> F:
    """Add an option for each of `FLAGS`, and ``--config``."""
    for flag, path in reversed(FLAGS.items()):
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
    names = {_name(path): path for path in FLAGS.values()}
    return resolve(
        config_file,
        {names[name]: value for name, value in options.items()},
        dict(_assignment(text) for text in assignments),
    )


def _assignment(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise click.UsageError(f"--set {text}: give KEY=VALUE, as in --set image.width=390")
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
        return Whole(kind.low, kind.high)
    return click.STRING
