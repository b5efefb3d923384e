"""Every command of the command line."""

from __future__ import annotations

from collections.abc import Iterator

import click


def commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield the full name of a command and those below it, with the command."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name, **command.context_settings)
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from commands(f"{name} {inner}", found)
