"""Describe components: a list of all, or one with its parameters."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, asdict, dataclass
from typing import Any

from mnistseq.config.keys import Key, keys_of
from mnistseq.config.presets import list_presets
from mnistseq.plugins.built_in import BUILT_IN, Kind
from mnistseq.plugins.discovery import conflict, discover
from mnistseq.plugins.registry import PACKAGE, find, package_of
from mnistseq.version import __version__


@dataclass(frozen=True)
class ListedComponent:
    """One line of the list of components.

    Attributes
    ----------
    package, version : str
        Package that the component comes from.
    summary : str
        The first line of its docstring.
    problem : str
        Why it cannot be used; empty if it can.
    """

    kind: Kind
    name: str
    package: str
    version: str
    summary: str
    problem: str = ""


def list_components() -> list[ListedComponent]:
    """List all components of all kinds; components with the same name are listed with the problem."""
    found = [_built_in(kind, name) for kind, names in BUILT_IN.items() for name in names]
    discovered = discover()
    for item in discovered.components:
        plugin, matches = item.plugin, discovered.named(item.kind, item.name)
        problem = conflict(matches) if len(matches) > 1 else ""
        found.append(
            ListedComponent(
                item.kind, item.name, plugin.package, plugin.version, _summary(item.cls), problem
            )
        )
    order = list(BUILT_IN)
    return sorted(found, key=lambda item: order.index(item.kind))


def describe_all() -> dict[str, Any]:
    """Describe all components, and all broken or disabled plugins, as JSON values."""
    discovered = discover()
    return {
        "components": [asdict(item) for item in list_components()],
        "presets": [{"name": item.name, "summary": item.summary} for item in list_presets()],
        "broken": [
            {**asdict(item.plugin), "component": item.component, "reason": item.reason}
            for item in discovered.broken
        ],
        "disabled": [asdict(plugin) for plugin in discovered.disabled],
        "not_installed": list(discovered.not_installed),
    }


def describe_one(kind: Kind, name: str) -> dict[str, Any]:
    """Describe a component with its parameters, as they are declared."""
    component = find(kind, name)
    package, version = package_of(kind, name)
    return {
        "kind": kind,
        "name": name,
        "package": package,
        "version": version,
        "description": inspect.getdoc(component) or "",
        "parameters": [_parameter(key) for key in keys_of(component)],
    }


def _built_in(kind: Kind, name: str) -> ListedComponent:
    try:
        return ListedComponent(kind, name, PACKAGE, __version__, _summary(find(kind, name)))
    except ImportError as error:
        return ListedComponent(kind, name, PACKAGE, __version__, "", f"cannot be imported: {error}")


def _summary(component: type) -> str:
    lines = (component.__doc__ or "").strip().splitlines()
    return lines[0] if lines else ""


def _parameter(key: Key) -> dict[str, Any]:
    kind = key.kind
    return {
        "name": key.path,
        "type": str(kind),
        "low": kind.low,
        "high": kind.high,
        "low_included": kind.low_included,
        "high_included": kind.high_included,
        "choices": list(kind.choices),
        "required": key.default is MISSING,
        "default": None if key.default is MISSING else key.default,
        "help": key.help,
    }
