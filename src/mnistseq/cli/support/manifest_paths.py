"""Options that locate the files of a manifest, and permit their use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click

from mnistseq.cli.support.completions import folders
from mnistseq.cli.support.options import AddOption, option
from mnistseq.errors import MissingPathError, NotAllowedError

Function = TypeVar("Function", bound=Callable[..., object])

_SOURCE = "source.path"


fetch_option: AddOption = option(
    "--fetch",
    is_flag=True,
    heading="Input",
    help="Allow the manifest to read files outside of the data set, download its source and use "
    "plugins. Use this only for data sets that you trust.",
)

_data_dir_option: AddOption = option(
    "--data-dir",
    metavar="DIR",
    heading="Input",
    shell_complete=folders,
    help="Read the source's files from this folder or file. By default they are where the manifest "
    "says, relative to the data set.",
)

_set_option: AddOption = option(
    "--set",
    "set_paths",
    metavar="KEY=PATH",
    multiple=True,
    heading="Input",
    help="Set the path of other files named in the manifest, such as "
    "canvas.transform[0].folder=paper. May be repeated.",
)


def path_options(function: Function) -> Function:
    """Add ``--data-dir``, ``--set`` and ``--fetch`` to a command."""
    return _data_dir_option(_set_option(fetch_option(function)))


def given_paths(data_dir: str | None, set_paths: Sequence[str]) -> dict[str, str]:
    """Return config key → path for the given paths."""
    pairs = [(_SOURCE, data_dir)] if data_dir is not None else []
    for string in set_paths:
        key, equals, path = string.partition("=")
        if not (key and equals and path):
            raise click.UsageError(f"--set {string}: give KEY=PATH")
        pairs.append((key, path))
    paths = dict(pairs)
    if len(paths) < len(pairs):
        raise click.UsageError("a path is given twice; give each once")
    return paths


@contextmanager
def path_hints() -> Iterator[None]:
    """Suggest options in errors that they would avoid."""
    try:
        yield
    except NotAllowedError as error:
        raise NotAllowedError(f"{error}: if you trust it, add --fetch") from error
    except MissingPathError as error:
        options = [
            "--data-dir PATH" if key == _SOURCE else f"--set {key}=PATH" for key in error.keys
        ]
        raise MissingPathError(f"{error}; add {' '.join(options)}", error.keys) from error
