"""Finding what is installed: our own loop over the entry points, each for itself.

pluggy's own loader will not do. There, one plugin that fails to import ends
the search, one hook that raises ends the call of all, and of two packages
with one entry-point name one is dropped in silence. Here each entry point is
loaded, checked and asked by itself, and what goes wrong is put on record
beside what came before it.
"""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from mnistseq import hookspecs
from mnistseq.plugins.builtin import BUILT_IN, METHODS, Kind
from mnistseq.version import __version__

_HOOKS: dict[str, Kind] = {f"mnistseq_{kind}s": kind for kind in BUILT_IN}
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True)
class Component:
    """A component that a plugin brings."""

    kind: Kind
    name: str
    package: str
    version: str
    cls: type


@dataclass(frozen=True)
class Broken:
    """What could not be used, and why; the rest of its package may work."""

    package: str
    version: str
    entry_point: str
    reason: str


@dataclass(frozen=True)
class Found:
    """All that the installed plugins bring, and all that is wrong with them."""

    components: tuple[Component, ...]
    broken: tuple[Broken, ...]


class _FaultError(Exception):
    """Something is wrong with a plugin; its text becomes a reason."""


@lru_cache(maxsize=1)
def discover() -> Found:
    """Load every installed plugin that is not switched off; once a process."""
    components: list[Component] = []
    broken: list[Broken] = []
    for entry in sorted(entry_points(group=hookspecs.ENTRY_POINT_GROUP), key=_identity):
        if not _is_disabled(entry):
            for item in _load(entry):
                if isinstance(item, Component):
                    components.append(item)
                else:
                    broken.append(item)
    return Found(tuple(components), tuple(broken))


def disabled_plugins() -> frozenset[str]:
    """Packages and entry points that ``MNISTSEQ_DISABLED_PLUGINS`` names; ``*`` is all."""
    names = os.environ.get("MNISTSEQ_DISABLED_PLUGINS", "").split(",")
    return frozenset(_canonical(name) for name in names if name.strip())


def _is_disabled(entry: EntryPoint) -> bool:
    package, _, name = _identity(entry)
    return bool(disabled_plugins() & {"*", _canonical(package), _canonical(name)})


def _identity(entry: EntryPoint) -> tuple[str, str, str]:
    """Package, version and name of an entry point, as they sort."""
    if entry.dist is None:
        return "?", "?", entry.name
    return entry.dist.name, entry.dist.version, entry.name


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def _load(entry: EntryPoint) -> Iterator[Component | Broken]:
    package, version, name = _identity(entry)
    try:
        _check_requirement(entry)
        manager = _register(entry.load())
        hooks = [(hook, manager.hook.__dict__[hook]) for hook in _HOOKS]
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a plugin may raise
        yield Broken(package, version, name, _reason(error))
        return
    for hook, caller in hooks:
        for implementation in caller.get_hookimpls():
            try:
                classes = _returned(implementation.function())
            except (Exception, SystemExit) as error:  # noqa: BLE001
                yield Broken(package, version, name, f"{hook}: {_reason(error)}")
                continue
            for cls in classes:
                try:
                    _check_class(_HOOKS[hook], cls)
                except _FaultError as fault:
                    yield Broken(package, version, name, f"{hook}: {fault}")
                else:
                    yield Component(_HOOKS[hook], cls.name, package, version, cls)


def _check_requirement(entry: EntryPoint) -> None:
    """Hold the package's requirement of mnistseq against this version, before importing it."""
    from packaging.requirements import Requirement

    for text in (entry.dist.requires if entry.dist else None) or ():
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        if _canonical(requirement.name) == "mnistseq" and not requirement.specifier.contains(
            __version__, prereleases=True
        ):
            raise _FaultError(
                f"asks for mnistseq {requirement.specifier}, but this is {__version__}; "
                "install versions that go together"
            )


def _register(plugin: object) -> pluggy.PluginManager:
    """A manager for one plugin alone, with every hook of it checked."""
    manager = pluggy.PluginManager("mnistseq")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    marked = {hook for hook in _HOOKS if manager.hook.__dict__[hook].get_hookimpls()}
    for name in dir(plugin):
        if name.startswith("mnistseq_") and name not in marked:
            if name in _HOOKS:
                raise _FaultError(f"{name} is not marked with @hookimpl")
            close = get_close_matches(name, _HOOKS, n=1)
            hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(_HOOKS)}"
            raise _FaultError(f"there is no hook {name}; {hint}")
    return manager


def _returned(value: object) -> list[Any]:
    if not isinstance(value, list | tuple) or not all(isinstance(cls, type) for cls in value):
        raise _FaultError(f"returned {value!r}, not a list of classes")
    return list(value)


def component_fault(kind: Kind, cls: Any) -> str | None:
    """What keeps a class from being a component of a kind; None where nothing does."""
    title = cls.__qualname__
    name = getattr(cls, "name", None)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return (
            f"{title}.name is {name!r}; it has to be a text of small letters, digits, '.', '_', '-'"
        )
    if not (is_dataclass(cls) and getattr(cls, "__dataclass_params__").frozen):  # noqa: B009
        return f"{title} is not a frozen dataclass"
    methods = METHODS[kind]
    if not any(callable(getattr(cls, method, None)) for method in methods):
        return f"{title} has no method {' or '.join(methods)}"
    return None


def _check_class(kind: Kind, cls: Any) -> None:
    fault = component_fault(kind, cls)
    if fault is not None:
        raise _FaultError(fault)
    if cls.name in BUILT_IN[kind]:
        raise _FaultError(
            f"{cls.__qualname__} takes the name {cls.name}, which is a built-in {kind}'s; "
            "call it otherwise"
        )


def _reason(error: BaseException) -> str:
    """An error in a line, with the place that raised it."""
    if isinstance(error, _FaultError):
        return str(error)
    if isinstance(error, pluggy.PluginValidationError):
        unknown = re.search(r"unknown hook '(\w+)'", str(error))
        if unknown:
            close = get_close_matches(unknown[1], _HOOKS, n=1)
            return f"there is no hook {unknown[1]}" + (
                f"; did you mean {close[0]}?" if close else ""
            )
    last = traceback.extract_tb(error.__traceback__)[-1]
    text = " ".join(str(error).split()) or "no message"
    return f"{type(error).__name__}: {text} ({os.path.basename(last.filename)}, line {last.lineno})"  # noqa: PTH119
