"""Shell completions of arguments and option values.

Each function takes the context of the command, the parameter and the typed prefix, and
returns the values that start with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, TypeAlias

import click

from mnistseq.plugins.built_in import BUILT_IN, Kind

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Item: TypeAlias = "CompletionItem[str]"
Complete: TypeAlias = "Callable[[click.Context, click.Parameter, str], list[Item]]"


def components(kind: Kind) -> Complete:
    """Complete the names of components of a kind, including those from plugins."""

    def complete(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[Item]:
        return _beginning(typed, _component_names(kind))

    return complete


def components_of_chosen_kind(
    ctx: click.Context, _parameter: click.Parameter, typed: str
) -> list[Item]:
    """Complete the names of components of the kind given by the previous argument."""
    kind = ctx.params.get("kind")
    return _beginning(typed, _component_names(kind)) if kind in BUILT_IN else []


def parameters(kind: Kind, chosen: str, default: str) -> Complete:
    """Complete ``KEY=`` for the parameters of a component.

    Parameters
    ----------
    chosen : str
        Name of the command's parameter that contains the component.
    default : str
        The default component.
    """

    def complete(ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[Item]:
        from mnistseq.plugins.registry import find

        component = find(kind, ctx.params.get(chosen) or default)
        return _beginning(typed, (f"{item.name}=" for item in fields(component)))

    return complete


def presets(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[Item]:
    """Complete the names of presets."""
    from mnistseq.config.presets import preset_names

    return _beginning(typed, preset_names())


def datasets(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[Item]:
    """Complete the names of downloadable data sets."""
    from mnistseq.sources.downloads.catalogue import list_datasets

    return _beginning(typed, (state.name for state in list_datasets()))


def assignments(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[Item]:
    """Complete ``KEY=`` for the keys of a config, then values of keys with choices."""
    from mnistseq.config.keys import config_keys

    path, equals, _ = typed.partition("=")
    if not equals:
        return _beginning(typed, (f"{key.path}=" for key in config_keys()))
    choices = next((key.kind.choices for key in config_keys() if key.path == path), ())
    return _beginning(typed, (f"{path}={choice}" for choice in choices))


def label_formats(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[Item]:
    """Complete the last name in a list of label formats."""
    from mnistseq.formats.label_formats.table import LABEL_FORMATS

    first, comma, _ = typed.rpartition(",")
    return _beginning(typed, (f"{first}{comma}{name}" for name in LABEL_FORMATS))


def files(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[Item]:
    """Let the shell complete the path of a file."""
    return [_item(typed, "file")]


def folders(_ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[Item]:
    """Let the shell complete the path of a folder."""
    return [_item(typed, "dir")]


def _component_names(kind: Kind) -> list[str]:
    from mnistseq.plugins.discovery import discover

    installed = (item.name for item in discover().components if item.kind == kind)
    return [*dict.fromkeys([*BUILT_IN[kind], *installed])]


def _beginning(typed: str, values: Iterable[str]) -> list[Item]:
    return [_item(value) for value in values if value.startswith(typed)]


def _item(value: str, kind: str = "plain") -> Item:
    from click.shell_completion import CompletionItem

    return CompletionItem(value, type=kind)
