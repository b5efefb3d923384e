"""Components for people: the list of them, and one with its parameters."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, asdict
from typing import Any

from mnistseq.config.keys import keys_of
from mnistseq.plugins import find, list_components, package_of
from mnistseq.plugins.builtin import Kind


def describe_all() -> dict[str, Any]:
    """Every component and every broken plugin, ready for JSON."""
    from mnistseq.plugins.discovery import disabled_plugins, discover

    return {
        "components": [asdict(item) for item in list_components()],
        "broken": [asdict(item) for item in discover().broken],
        "disabled": sorted(disabled_plugins()),
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
        "parameters": [
            {
                "name": key.path,
                "type": str(key.kind),
                "required": key.default is MISSING,
                "default": None if key.default is MISSING else key.default,
                "help": key.help,
            }
            for key in keys_of(component)
        ],
    }
