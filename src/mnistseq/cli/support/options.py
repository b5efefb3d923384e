"""Option: an option under a heading of its command's help; and renamed options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

import click
from click.core import ParameterSource

Heading: TypeAlias = Literal["Input", "Drawing", "Output", "Running", "More"]
"""Headings of options in help texts, in order."""

F = TypeVar("F", bound=Callable[..., Any])


class AddOption(Protocol):
    """A decorator that adds an option to a command."""

    def __call__(self, function: F, /) -> F:
        """Return the command with the option."""
        ...


class Option(click.Option):
    """An option under a heading of its command's help.

    Unless it may be repeated, giving it twice with different values is an error.
    """

    def __init__(self, *args: Any, heading: Heading = "More", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heading: Heading = heading
        self._has_one_value = not (self.is_flag or self.multiple or self.count)

    def get_help_extra(self, ctx: click.Context) -> Any:
        """Omit the range of a number, which errors state."""
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        return extra

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Let the parser collect all values, so that none is lost."""
        if self._has_one_value:
            parser.add_option(
                obj=self, opts=self.opts, dest=self.name, action="append", nargs=self.nargs
            )
        else:
            super().add_to_parser(parser, ctx)

    def consume_value(
        self, ctx: click.Context, opts: Mapping[str, Any]
    ) -> tuple[Any, ParameterSource]:
        """Return the value; UsageError if several are given."""
        value, source = super().consume_value(ctx, opts)
        if not self._has_one_value or source is not ParameterSource.COMMANDLINE:
            return value, source
        if len(set(value)) > 1 and not ctx.resilient_parsing:
            given = " and ".join(f"{self.opts[-1]} {each}" for each in dict.fromkeys(value))
            raise click.UsageError(f"{given} contradict each other; give one of them", ctx)
        return value[-1], source


def option(*names: str, heading: Heading = "More", **settings: Any) -> AddOption:
    """Add an `Option` to a command, as `click.option` adds a `click.Option`."""
    return click.option(*names, cls=Option, heading=heading, **settings)


def renamed(old: str, new: str) -> AddOption:
    """Refuse an option of earlier versions, with a message that names the new one.

    Parameters
    ----------
    old : str
        ``--hand``
    new : str
        ``--writer``; or what to do instead, such as ``a command: mnistseq remake …``.
    """

    def refuse(ctx: click.Context, _option: click.Parameter, value: str | None) -> None:
        if value is not None:
            raise click.UsageError(f"{old} is now {new.format(value or '…')}", ctx)

    return click.option(
        old,
        f"_old{old.replace('-', '_')}",
        # The value is optional, because some of these were flags.
        is_flag=False,
        flag_value="",
        hidden=True,
        is_eager=True,
        expose_value=False,
        callback=refuse,
    )
