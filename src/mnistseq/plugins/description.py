"""Components for people: the list of them, and one with its parameters."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, asdict
from typing import Any

from mnistseq.config.keys import Key, keys_of
from mnistseq.config.presets import list_presets
from mnistseq.plugins.built_in import Kind
from mnistseq.plugins.registry import find, list_components, package_of


def describe_all() -> dict[str, Any]:
    """Every component, and every plugin that is broken or switched off, ready for JSON."""
    from mnistseq.plugins.discovery import discover

    found = discover()
    return {
        "components": [asdict(item) for item in list_components()],
        "presets": [{"name": item.name, "summary": item.summary} for item in list_presets()],
        "broken": [
            {**asdict(item.plugin), "component": item.component, "reason": item.reason}
            for item in found.broken
        ],
        "disabled": [asdict(plugin) for plugin in found.disabled],
        "not_there": list(found.not_there),
    }


def describe_one(kind: Kind, name: str) -> dict[str, Any]:
    """A component with its parameters, from the declaration that checks them."""
    component = find(kind, name)
    package, version = package_of(kind, name)
    return {
        "kind": kind,
        "name": name,
        "package": package,
        "version": version,
        "description": inspect.getdoc(component) or "",
        "parameters": [_describe_parameter(key) for key in keys_of(component)],
    }


def _describe_parameter(key: Key) -> dict[str, Any]:
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
