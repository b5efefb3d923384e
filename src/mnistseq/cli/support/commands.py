"""Command and Group: help with headings, examples and a link to the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import click

from mnistseq.cli.support.options import Heading, Option

_TWO_COLUMNS = 72
"""Minimum width of a terminal for options and their help side by side."""

_LONGEST_TERM = 26
"""Maximum length of an option with its help beside it; longer ones have it below."""

_NARROWEST = 20
"""Minimum width of the help texts."""


class _Help(click.Command):
    """A command whose help shows options under headings, and examples.

    Parameters
    ----------
    examples : sequence of str
        Command lines that work as written.
    page : str
        Page of the documentation, such as ``usage.md``.
    """

    def __init__(
        self, *args: Any, examples: Sequence[str] = (), page: str = "", **kwargs: Any
    ) -> None:
        kwargs.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        super().__init__(*args, **kwargs)
        self.examples: tuple[str, ...] = tuple(examples)
        self.page = page

    def options_by_heading(self, ctx: click.Context) -> dict[Heading, list[click.Option]]:
        """Return visible options by heading; those from other packages are under the last one."""
        found: dict[Heading, list[click.Option]] = {name: [] for name in get_args(Heading)}
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Option) and not parameter.hidden:
                heading = parameter.heading if isinstance(parameter, Option) else "More"
                found[heading].append(parameter)
        return {heading: options for heading, options in found.items() if options}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under their headings."""
        found = self.options_by_heading(ctx)
        for heading, options in found.items():
            records = (option.get_help_record(ctx) for option in options)
            with formatter.section(f"{heading} options" if len(found) > 1 else "Options"):
                write_list(formatter, [record for record in records if record is not None])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and the location of the documentation."""
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
        if self.page:
            formatter.write_paragraph()
            formatter.write_text(f"Documentation: docs/{self.page} in the source of mnistseq")


class Command(_Help):
    """A command with options under headings, and examples."""


class Group(_Help, click.Group):
    """A group of commands; the error for an unknown command lists the known ones."""

    command_class: type[click.Command] | None = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, then the options."""
        self.format_commands(ctx, formatter)
        super().format_options(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with the first sentence of its help."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            write_list(
                formatter,
                [
                    (name, command.get_short_help_str(200))
                    for name, command in commands
                    if command is not None
                ],
            )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command named by the arguments."""
        names = self.list_commands(ctx)
        if args[0] not in names and not args[0].startswith("-") and not ctx.resilient_parsing:
            from mnistseq import messages  # not for --help

            ctx.fail(messages.unknown("command", args[0], names))
        return super().resolve_command(ctx, args)


def write_list(formatter: click.HelpFormatter, records: Sequence[tuple[str, str]]) -> None:
    """Write names and descriptions in two columns or, on a narrow terminal, in one."""
    from textwrap import wrap  # only for help

    margin = " " * formatter.current_indent
    column = min(max(len(term) for term, _ in records), _LONGEST_TERM) + 2
    if formatter.width < _TWO_COLUMNS:
        column = 4
    for term, description in records:
        lines = wrap(
            description,
            max(formatter.width - len(margin) - column, _NARROWEST),
            break_long_words=False,
            break_on_hyphens=False,
        )
        beside = lines.pop(0) if lines and len(term) + 2 <= column else ""
        formatter.write(f"{margin}{term:<{column}}{beside}".rstrip() + "\n")
        for line in lines:
            formatter.write(f"{margin}{'':<{column}}{line}\n")
