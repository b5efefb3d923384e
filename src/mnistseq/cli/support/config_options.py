"""Options that set config keys, generated from the declarations of the keys."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

import click

from mnistseq.cli.support.assignments import parse_assignments, parse_component, shown
from mnistseq.cli.support.completions import assignments as complete_assignments
from mnistseq.cli.support.completions import files
from mnistseq.cli.support.config_help import completion_of, help_of, metavar_of
from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.cli.support.options import Heading, option
from mnistseq.config.keys import Key, Kind, config_keys
from mnistseq.config.layers import Effective, contradiction, resolve
from mnistseq.errors import (
    ArgumentError,
    ConfigError,
    LabelError,
    Origin,
    RequestError,
    Setting,
    SourceError,
    SpacingError,
)

F = TypeVar("F", bound=Callable[..., Any])

FLAGS = {
    "--source": "source.name",
    "--source-split": "source.split",
    "--data-dir": "source.path",
    "--writer": "source.writer",
    "--exclude": "source.exclude",
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
    "--pen": "image.pen",
    "--canvas-height": "canvas.height",
    "--canvas-align": "canvas.align",
    "--glyph-transform": "image.transform",
    "--canvas-transform": "canvas.transform",
    "--image-format": "output_format",
}
"""Option → key."""

_SOURCE = "source__name"
"""Name of the command parameter for the source."""

_ENTRY_KEYS = ("name", "split", "path", "weight")
"""Keys in ``--source`` that are not parameters of the source."""

_EFFECTIVE = "mnistseq.effective_config"
"""Key in click's context for the config and the keys given by ``--set``."""

_TRANSFORMS = ("--glyph-transform", "--canvas-transform")
"""Options whose values are transforms with parameters."""

_REPEATED = ("--source", *_TRANSFORMS)
"""Options that may be repeated."""


def config_options(function: F, flags: Mapping[str, str] = FLAGS) -> F:
    """Add ``--config``, ``--set`` and an option for each of `flags` to a command.

    Errors of the library are reported in terms of these options.
    """
    function = _in_terms_of_options(function, flags)
    for flag, path in reversed(list(flags.items())):
        function = _option(flag, _keys()[path])(function)
    function = option(
        "--set",
        "assignments",
        multiple=True,
        metavar="KEY=VALUE",
        heading="Drawing",
        shell_complete=complete_assignments,
        help="Set any key of a config, as in spacing.align=left; the value is JSON or a string. "
        "Has the same precedence as the options. May be repeated.",
    )(function)
    return option(
        "-c",
        "--config",
        "config_file",
        metavar="FILE",
        heading="Drawing",
        shell_complete=files,
        help="Read a config file in JSON or TOML. Options override it.",
    )(function)


def _in_terms_of_options(function: F, flags: Mapping[str, str]) -> F:
    @wraps(function)
    def wrapped(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except (ArgumentError, ConfigError, LabelError, SpacingError) as error:
            known = click.get_current_context().meta.get(_EFFECTIVE)
            if known is None:
                raise
            effective, keys_of_set = known
            if isinstance(error, ConfigError):  # found while loading glyphs
                with _faults_in_terms_of_options(flags, keys_of_set):
                    raise error.with_origins(effective.origin) from error
            from mnistseq.cli.support.config_faults import with_options

            by_key = {path: flag for flag, path in flags.items()}
            if effective.config.source.mix:
                by_key["source.path"] = "its path, as in --source 'NAME path=PATH'"
            raise RequestError(with_options(str(error), by_key)) from error
        except SourceError as error:
            known = click.get_current_context().meta.get(_EFFECTIVE)
            if known is not None and not known[0].config.source.mix:
                key = "source.parameters."
                error.args = (str(error).replace(key, f"--set {key}"), *error.args[1:])
            raise

    return cast("F", wrapped)


def config_parameters() -> list[str]:
    """Return the names of the command parameters for the options in `FLAGS`."""
    return [_parameter(path) for path in FLAGS.values()]


def effective_config(
    config_file: str | None,
    assignments: Sequence[str],
    options: Mapping[str, Any],
    flags: Mapping[str, str] = FLAGS,
) -> Effective:
    """Return the effective config of a command's options and its config file.

    Parameters
    ----------
    assignments : sequence of str
        Values of ``--set``.
    options : mapping
        Name of a command parameter → value; None or empty means not given.
    flags : mapping
        Options of the command and their keys.

    Raises
    ------
    RequestError
        With all faults, in terms of the options or files that gave the values.
    """
    own = list(_option_settings(options, flags))
    sources = list(_source_settings(options.get(_SOURCE), flags))
    by_set = list(_assigned_settings(assignments))
    found = contradiction([*sources, *own, *by_set])
    if found is not None:
        names = " and ".join(setting.origin.name for setting in found if setting.origin)
        raise click.UsageError(f"{names} contradict each other; give one of them")
    given = {setting.key: setting.value for setting in own}
    assigned: dict[str, Any] = {}
    for setting in (*sources, *by_set):
        assigned[setting.key] = _together(assigned.get(setting.key), setting.value)
    keys_of_set = {setting.key for setting in by_set}
    with _faults_in_terms_of_options(flags, keys_of_set):
        effective = _checked(resolve(config_file, given, assigned))
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[_EFFECTIVE] = effective, keys_of_set
    return effective


@contextmanager
def _faults_in_terms_of_options(
    flags: Mapping[str, str], keys_of_set: Iterable[str]
) -> Iterator[None]:
    try:
        yield
    except ConfigError as error:
        from mnistseq.cli.support.config_faults import FaultMessages

        messages = FaultMessages.of(flags, keys_of_set)
        raise RequestError("\n".join(map(messages.describe, error.faults))) from error


def as_typed(path: str, value: Any, options: Mapping[str, Any]) -> str:
    """Return a setting as typed on the command line: ``--width 300`` or ``--set image.width=300``."""
    if options.get(_parameter(path)) is not None:
        flag = next(flag for flag, key in FLAGS.items() if key == path)
        return f"{flag} {value}"
    return f"--set {path}={shown(value)}"


def _option_settings(options: Mapping[str, Any], flags: Mapping[str, str]) -> Iterator[Setting]:
    """Yield the settings given by options, with the option as typed as the name of the origin."""
    by_name = {_parameter(path): (flag, path) for flag, path in flags.items()}
    for name, value in options.items():
        if value is None or value == () or name == _SOURCE:
            continue
        flag, path = by_name[name]
        if flag == "--pen":
            pen = parse_component(value, flag, first="width")
            yield Setting(path, pen, Origin("option", f"{flag} {shlex.quote(value)}"))
        elif flag in _TRANSFORMS:
            steps = [parse_component(string, flag) for string in value]
            typed = " ".join(f"{flag} {shlex.quote(string)}" for string in value)
            yield Setting(path, steps, Origin("option", typed))
        else:
            yield Setting(path, value, Origin("option", f"{flag} {value}"))


def _source_settings(
    value: str | Sequence[str] | None, flags: Mapping[str, str]
) -> Iterator[Setting]:
    """Yield the settings of one source or, if several are given, of a list of sources."""
    flag = next(flag for flag, path in flags.items() if path == "source.name")
    strings = dict.fromkeys([value] if isinstance(value, str) else value or ())
    entries = [_source_entry(string, flag) for string in strings]
    origin = Origin("option", " ".join(f"{flag} {shlex.quote(string)}" for string in strings))
    if len(entries) > 1:
        yield Setting("source.mix", entries, origin)
    elif entries:
        yield from (Setting(f"source.{key}", value, origin) for key, value in entries[0].items())


def _source_entry(string: str, flag: str) -> dict[str, Any]:
    """Parse ``image-folder path=symbols labels=a.csv`` to a table as in a config."""
    parsed = parse_component(string, flag, strings=("path", "split"))
    given = {"name": parsed} if isinstance(parsed, str) else parsed
    entry = {key: value for key, value in given.items() if key in _ENTRY_KEYS}
    parameters = {key: value for key, value in given.items() if key not in _ENTRY_KEYS}
    return {**entry, "parameters": parameters} if parameters else entry


def _assigned_settings(assignments: Sequence[str]) -> Iterator[Setting]:
    for path, value in parse_assignments(assignments, "--set"):
        yield Setting(path, value, Origin("option", f"--set {path}={shown(value)}"))


def _together(earlier: Any, value: Any) -> Any:
    """Merge two values of one key: tables are combined, other values are equal."""
    if not (isinstance(earlier, dict) and isinstance(value, dict)):
        return value
    return {**earlier, **{name: _together(earlier.get(name), value[name]) for name in value}}


def _checked(effective: Effective) -> Effective:
    from mnistseq.pipeline.composers import check_components  # imports NumPy, which is slow

    try:
        check_components(effective.config)
    except ConfigError as error:
        raise error.with_origins(effective.origin) from None
    return effective


@lru_cache(maxsize=1)
def _keys() -> dict[str, Key]:
    return {key.path: key for key in config_keys()}


def _parameter(path: str) -> str:
    """Return the name of the parameter for a key; it cannot contain dots."""
    return path.replace(".", "__")


def _option(flag: str, key: Key) -> Callable[[F], F]:
    return option(
        flag,
        _parameter(key.path),
        type=_type(key.kind),
        default=None,
        multiple=flag in _REPEATED,
        metavar=metavar_of(flag),
        heading=_heading(key.path),
        help=help_of(flag, key),
        shell_complete=completion_of(flag),
    )


def _heading(path: str) -> Heading:
    if path == "output_format":
        return "Output"
    return "Input" if path.startswith("source.") else "Drawing"


def _type(kind: Kind) -> click.ParamType[Any]:
    if kind.choices:
        return click.Choice(kind.choices)
    if kind.type is int:
        return WholeNumber(kind.low, kind.high)
    return click.STRING
