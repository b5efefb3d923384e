"""What can be wrong with a plugin, in words that help its author."""

from __future__ import annotations

import inspect
import re
from dataclasses import is_dataclass
from difflib import get_close_matches
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pluggy

from mnistseq import hookspecs
from mnistseq.config.keys import keys_of
from mnistseq.core.plugin_boundary import describe_error
from mnistseq.core.protocols import (
    CanvasTransform,
    Executor,
    Format,
    GlyphTransform,
    Source,
    Spacing,
)
from mnistseq.plugins.built_in import BUILT_IN, Kind
from mnistseq.plugins.installed import canonical
from mnistseq.version import __version__

HOOKS: dict[str, Kind] = {f"mnistseq_{kind}s": kind for kind in BUILT_IN}

BASES: dict[Kind, tuple[type, ...]] = {
    "source": (Source,),
    "spacing": (Spacing,),
    "transform": (GlyphTransform, CanvasTransform),
    "format": (Format,),
    "executor": (Executor,),
}
"""What a class of each kind inherits from; of a transform's, one is enough."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


class FaultError(Exception):
    """Something is wrong with a plugin; its text becomes a reason."""


def check_requirement(package: Distribution | None) -> None:
    """Hold a package's requirement of mnistseq against this version, before importing it."""
    from packaging.requirements import Requirement

    for text in (package.requires if package else None) or ():
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        if canonical(requirement.name) == "mnistseq" and not requirement.specifier.contains(
            __version__, prereleases=True
        ):
            raise FaultError(
                f"asks for mnistseq {requirement.specifier}, but this is {__version__}; "
                "install versions that go together"
            )


def hooks_of(plugin: object) -> list[tuple[str, pluggy.HookImpl]]:
    """The hooks that a plugin implements, each checked.

    A manager for one plugin alone: whatever is wrong with it is its own.

    Raises
    ------
    FaultError
        If a hook is misspelt, not marked, takes an argument, or there is none.
    """
    manager = pluggy.PluginManager("mnistseq")
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(plugin)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise FaultError(_hook_fault(str(error))) from error
    found = [
        (hook, implementation)
        for hook in HOOKS
        for implementation in getattr(manager.hook, hook).get_hookimpls()
    ]
    _check_unmarked(plugin)
    if not found:
        raise FaultError(f"implements no hook; there are {', '.join(HOOKS)}")
    return found


def _check_unmarked(plugin: object) -> None:
    """Refuse functions that look like hooks but are none to pluggy, which passes over them."""
    for name in dir(plugin):
        function = getattr(plugin, name, None)
        if (
            name.startswith("mnistseq_")
            and inspect.isroutine(function)
            and not hasattr(function, "mnistseq_impl")
        ):
            raise FaultError(
                f"{name} is not marked with @hookimpl" if name in HOOKS else _unknown_hook(name)
            )


def _hook_fault(text: str) -> str:
    unknown = re.search(r"unknown hook '(\w+)'", text)
    if unknown:
        return _unknown_hook(unknown[1])
    arguments = re.search(r"Argument\(s\) (\{.*?\})", text)
    hook = re.search(r"for hook '(\w+)'", text)
    if arguments and hook:
        return f"{hook[1]} takes no arguments, but is written with {arguments[1].strip('{}')}"
    return " ".join(text.split())


def _unknown_hook(name: str) -> str:
    close = get_close_matches(name, HOOKS, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(HOOKS)}"
    return f"there is no hook {name}; {hint}"


def check_returned(value: object) -> list[type]:
    """What a hook returned, if that is a list of classes."""
    if not isinstance(value, list | tuple) or not all(isinstance(cls, type) for cls in value):
        raise FaultError(f"returned {value!r}, not a list of classes")
    return list(value)


def component_fault(kind: Kind, cls: type) -> str | None:
    """Return what keeps a class from being a component of a kind, or None."""
    return _inheritance_fault(kind, cls) or _name_fault(cls) or _parameters_fault(cls)


def _inheritance_fault(kind: Kind, cls: type) -> str | None:
    bases = BASES[kind]
    if not issubclass(cls, bases):
        names = " or ".join(f"{base.__module__}.{base.__name__}" for base in bases)
        return f"{cls.__qualname__} does not inherit from {names}"
    missing = sorted(vars(cls)["__abstractmethods__"])
    return f"{cls.__qualname__} does not implement {', '.join(missing)}" if missing else None


def _name_fault(cls: Any) -> str | None:
    name = getattr(cls, "name", None)
    if isinstance(name, str) and _NAME.fullmatch(name):
        return None
    return f"{cls.__qualname__}.name is {name!r}; use lower-case letters, digits, '.', '_' and '-' only"


def _parameters_fault(cls: type) -> str | None:
    title = cls.__qualname__
    if not (is_dataclass(cls) and getattr(cls, "__dataclass_params__").frozen):  # noqa: B009
        return f"{title} is not a frozen dataclass"
    try:
        keys = [key.path for key in keys_of(cls)]
    except Exception as error:  # noqa: BLE001  # evaluating an annotation runs the plugin's code
        return f"{title}: the type of a parameter cannot be evaluated: {error}"
    if "name" in keys:
        return f"{title}.name is a parameter; write name: ClassVar[str] = …"
    return None


def check_class(kind: Kind, cls: Any) -> None:
    """Raise FaultError unless a class of a plugin can be a component."""
    fault = component_fault(kind, cls)
    if fault is not None:
        raise FaultError(fault)
    if cls.name in BUILT_IN[kind]:
        raise FaultError(
            f"{cls.__qualname__} takes the name {cls.name}, which is a built-in {kind}'s; "
            "call it otherwise"
        )


def reason(error: BaseException) -> str:
    """An error in a line, with the place that raised it."""
    if isinstance(error, FaultError):
        return str(error)
    return describe_error(error, ours=Path(__file__).parent)
