"""Find and check the hooks that a plugin implements."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pluggy

from mnistseq.messages import listed, unknown
from mnistseq.plugins.built_in import BUILT_IN, Kind
from mnistseq.plugins.invalid_plugin import InvalidPluginError

HOOKS: dict[str, Kind] = {f"mnistseq_{kind}s": kind for kind in BUILT_IN}

Hook: TypeAlias = Callable[[], Any]


def hooks_of(plugin: object) -> dict[str, Hook]:
    """Return the hooks that a module or object implements, by name.

    InvalidPluginError if a hook is misspelt, not marked with ``@hookimpl`` or takes an argument, or
    there are no hooks.
    """
    found = {}
    for name, function, marked in _candidates(plugin):
        if name not in HOOKS:
            raise InvalidPluginError(unknown("hook", name, list(HOOKS)))
        if not marked:
            raise InvalidPluginError(f"{name} is not marked with @hookimpl")
        arguments = inspect.signature(function).parameters
        if arguments:
            raise InvalidPluginError(
                f"{name} must take no arguments, but takes {listed(arguments)}"
            )
        found[name] = function
    if not found:
        raise InvalidPluginError(f"implements no hook; choose from {listed(HOOKS)}")
    return {name: found[name] for name in HOOKS if name in found}


def _candidates(plugin: object) -> Iterator[tuple[str, Hook, bool]]:
    """Yield all functions that are marked as hooks or whose names start like one."""
    manager = pluggy.PluginManager("mnistseq")
    for name in dir(plugin):
        options = manager.parse_hookimpl_opts(plugin, name)
        if options is not None:
            yield options["specname"] or name, getattr(plugin, name), True
        elif name.startswith("mnistseq_") and inspect.isroutine(function := getattr(plugin, name)):
            yield name, function, False


def check_returned(value: object) -> list[type]:
    """Check that a hook returned a list of classes, and return it.

    InvalidPluginError if it returned anything else.
    """
    if not isinstance(value, list | tuple) or not all(isinstance(cls, type) for cls in value):
        raise InvalidPluginError(f"returned {value!r}, not a list of classes")
    return list(value)
