"""The manual pages, one for each command, in the macros of man(7)."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from mnistseq.cli import main as mnistseq
from mnistseq.cli.support.commands import Command, Group
from mnistseq.version import __version__

ENVIRONMENT = {
    "MNISTSEQ_CACHE": "The folder of decoded glyphs and of compiled functions.",
    "MNISTSEQ_DATA": "The folder of downloaded files.",
    "MNISTSEQ_MIRROR": "A folder or URL from which files are fetched first.",
    "MNISTSEQ_OFFLINE": "1 forbids downloads.",
    "MNISTSEQ_DEADLINE": "The seconds that a download may take.",
    "MNISTSEQ_DISABLED_PLUGINS": "Packages whose plugins are not loaded, separated by commas.",
}
EXIT_STATUS = {
    "0": "Success.",
    "1": "A disk, a file, the network, a worker or a package failed, or verify found a fault.",
    "2": "The command cannot be met as it was asked; the message says what would work.",
    "129, 130, 143": "Stopped by the end of the terminal, by Ctrl-C or by SIGTERM.",
}


def files() -> dict[str, str]:
    """Return the pages by their paths in the project."""
    return {
        f"share/man/man1/{name.replace(' ', '-')}.1": "\n".join(_page(name, command)) + "\n"
        for name, command in commands("mnistseq", mnistseq)
    }


def commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield the full name of a command and of those below it, with the command."""
    yield name, command
    for inner, below in _below(command).items():
        yield from commands(f"{name} {inner}", below)


def _below(command: click.Command) -> dict[str, click.Command]:
    if not isinstance(command, click.Group):
        return {}
    context = click.Context(command, **command.context_settings)
    found = {name: command.get_command(context, name) for name in command.list_commands(context)}
    return {name: inner for name, inner in found.items() if inner is not None}


def _page(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=name, **command.context_settings)
    title = name.replace(" ", "-")
    yield f'.TH "{escaped(title.upper())}" "1" "" "mnistseq {__version__}" "Manual of mnistseq"'
    yield from (".SH NAME", rf"{escaped(title)} \- {escaped(command.get_short_help_str(200))}")
    yield from (".SH SYNOPSIS", f".B {escaped(name)}")
    yield escaped(" ".join(command.collect_usage_pieces(context)))
    yield ".SH DESCRIPTION"
    yield escaped(inspect.cleandoc(command.help or "")).replace("\n\n", "\n.PP\n")
    if inner := _below(command):
        yield ".SH COMMANDS"
        for each, below in inner.items():
            yield from _entry(f"{title}-{each}(1)", below.get_short_help_str(200))
    if isinstance(command, Command | Group):
        found = command.options_by_heading(context)
        for heading, options in found.items():
            yield f".SH {heading.upper()} OPTIONS" if len(found) > 1 else ".SH OPTIONS"
            for record in filter(None, (option.get_help_record(context) for option in options)):
                yield from _entry(*record)
        if command.examples:
            yield from (".SH EXAMPLES", ".nf", *map(escaped, command.examples), ".fi")
    yield from _end(name)


def _end(name: str) -> Iterator[str]:
    if " " in name:
        above = name.rpartition(" ")[0].replace(" ", "-")
        yield from (".SH SEE ALSO", f"{escaped(above)}(1)")
        return
    for heading, entries in (("EXIT STATUS", EXIT_STATUS), ("ENVIRONMENT", ENVIRONMENT)):
        yield f".SH {heading}"
        for term, text in entries.items():
            yield from _entry(term, text)


def _entry(term: str, text: str) -> Iterator[str]:
    yield from (".TP", f".B {escaped(term)}", escaped(text))


def escaped(text: str) -> str:
    r"""Return text in which nothing is a macro or an escape of roff.

    Examples
    --------
    >>> print(escaped(".5 is a-b"))
    \&.5 is a\-b
    """
    # Terminals without Unicode have no ellipsis.
    lines = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...").split("\n")
    return "\n".join(rf"\&{line}" if line.startswith((".", "'")) else line for line in lines)
