"""The command line: one file for each command, imported only when it is called."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

import click

from mnistseq.cli.support.commands import Group, write_list
from mnistseq.errors import (
    DatasetExistsError,
    MnistseqError,
    OutputError,
    OutputExistsError,
    RequestError,
)
from mnistseq.version import __version__

COMMANDS = {
    "generate": ("mnistseq.cli.generate", "Draw images of a sequence."),
    "batch": ("mnistseq.cli.batch", "Make a data set of labelled images."),
    "preview": ("mnistseq.cli.preview", "Draw a contact sheet of what batch would make."),
    "playground": ("mnistseq.cli.playground", "Try a config on a local page."),
    "remake": ("mnistseq.cli.remake", "Make a data set again from its manifest."),
    "verify": ("mnistseq.cli.verify", "Check a data set against its manifest."),
    "report": ("mnistseq.cli.report", "Show what is in a data set, as a page."),
    "inspect-config": ("mnistseq.cli.inspect_config", "Show a config, and whether a line fits."),
    "presets": ("mnistseq.cli.presets", "List the presets, or print one as a config."),
    "fit": ("mnistseq.cli.fit", "Print a config that draws images like given ones."),
    "data": ("mnistseq.cli.data", "Describe, list, download and check sources of glyphs."),
    "plugins": ("mnistseq.cli.plugins", "List the installed components and their parameters."),
    "completion": ("mnistseq.cli.completion", "Print a script that completes commands."),
}
"""Command → module and one line of help, so that ``--help`` imports no command."""

_RESUME = "Finished shards are kept; run the same command with --resume to make the rest."
_EXISTS = "Complete it with --resume, or replace it with --force."
_OVERWRITE = "Overwrite it with --force, or choose another name."
_DIFFERS = "Ask for the same data set, or replace it with --force."


class Refused(click.ClickException):
    """An error shown as its message, with an exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance


class LazyGroup(Group):
    """A group that imports commands on demand and converts errors to exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            write_list(formatter, [(name, line) for name, (_, line) in COMMANDS.items()])

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the command line; ``--help`` and ``--version`` print here."""
        with _as_exit_code():
            if sys.stdout is None or sys.stdout.closed:
                raise OutputError("standard output is closed; open it, or redirect it to a file")
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, showing progress of library functions in bars."""
        from mnistseq.cli.support.terminal_bars import terminal_bar  # not for --help
        from mnistseq.progress import show_progress

        with _as_exit_code(), show_progress(terminal_bar):
            return super().invoke(ctx)


@contextmanager
def _as_exit_code() -> Iterator[None]:
    """Convert errors to exit codes: 2 for requests that cannot be met, 1 for other failures."""
    try:
        yield
    except MnistseqError as error:
        from mnistseq.messages import printable, shortened  # not for --help

        code = 2 if isinstance(error, RequestError) else 1
        message = printable(f"{_message(error)}{_advice(error)}", lines=True)
        raise Refused(shortened(message), code) from error
    except KeyboardInterrupt as stop:
        from mnistseq.cli.support.stopping import Stopped  # not for --help

        raise Stopped("stopped") from stop
    except MemoryError as error:
        raise Refused("there is not enough memory; ask for fewer or smaller images", 1) from error
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # click exits silently: the reader of our output has gone
        _discard_output()
        raise Refused(f"output cannot be written: {error.strerror or error}", 1) from error


def _message(error: MnistseqError) -> str:
    if isinstance(error, DatasetExistsError):
        from mnistseq.cli.support.differences import in_terms_of_options  # not for --help

        return in_terms_of_options(error)
    return str(error)


def _advice(error: MnistseqError) -> str:
    """Return a line that suggests options."""
    if isinstance(error, DatasetExistsError):
        return f"\n{_DIFFERS if error.differences else _EXISTS}"
    if isinstance(error, OutputExistsError):
        return f"\n{_OVERWRITE}"
    return f"\n{_RESUME}" if error.resumable else ""


def _discard_output() -> None:
    """Discard output that cannot be written, because Python would retry on exit and return 120."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        return
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=LazyGroup,
    examples=[
        "mnistseq generate 3,5,0 --width 390",
        "mnistseq batch --count 1000 --length 5 -o digits",
        "mnistseq generate --help",
    ],
    page="index.md",
)
@click.version_option(__version__, prog_name="mnistseq")
def main() -> None:
    """Make labelled images of sequences, such as rows of handwritten digits."""
