"""Loading the installed plugins, each independently of the others.

pluggy's own loader is not used: there, one plugin that fails to import ends the
search, one hook that raises ends the call of all hooks, and of two packages with
one entry-point name one is dropped silently. Here each entry point is loaded,
checked and called separately, and what fails is recorded with its reason.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint
from typing import Any

from mnistseq.plugins.built_in import Kind, kind_name
from mnistseq.plugins.component_checks import check_class
from mnistseq.plugins.hooks import HOOKS, check_returned, hooks_of
from mnistseq.plugins.installed import (
    Plugin,
    canonical,
    check_requirement,
    disabled_names,
    installed_plugins,
)
from mnistseq.plugins.invalid import InvalidPluginError, reason


@dataclass(frozen=True)
class Component:
    """A component that a plugin brings."""

    kind: Kind
    name: str
    plugin: Plugin
    cls: type


@dataclass(frozen=True)
class Broken:
    """A plugin, or one class of it, that cannot be used; the rest of its package may work.

    Attributes
    ----------
    plugin : Plugin
    reason : str
    component : str or None
        The name of the class at fault, if it is one class and has a name.
    """

    plugin: Plugin
    reason: str
    component: str | None = None

    def may_be(self, name: str) -> bool:
        """Whether a component called `name` may be one that this plugin would have brought."""
        names = {self.plugin.package, self.plugin.entry_point, self.component or ""}
        return canonical(name) in {canonical(each) for each in names if each}


@dataclass(frozen=True)
class Discovered:
    """Everything that the installed plugins bring, and everything that is wrong with them.

    Attributes
    ----------
    components : tuple of Component
    broken : tuple of Broken
    disabled : tuple of Plugin
        Plugins that ``MNISTSEQ_DISABLED_PLUGINS`` disables.
    not_installed : tuple of str
        Names in that variable which belong to no installed plugin.
    """

    components: tuple[Component, ...]
    broken: tuple[Broken, ...]
    disabled: tuple[Plugin, ...]
    not_installed: tuple[str, ...]

    def named(self, kind: Kind, name: str) -> list[Component]:
        """Return the components of a kind and name: more than one is a conflict."""
        return [item for item in self.components if (item.kind, item.name) == (kind, name)]


@lru_cache(maxsize=1)
def discover() -> Discovered:
    """Load every installed plugin that is not disabled; once per process."""
    components: list[Component] = []
    broken: list[Broken] = []
    disabled: list[Plugin] = []
    off, matched = disabled_names(), {"*"}
    for plugin, entry in installed_plugins():
        names = {"*", canonical(plugin.package), canonical(plugin.entry_point)}
        if names & off:
            matched |= names
            disabled.append(plugin)
            continue
        # What a plugin prints while imported must not mix with images or JSON on standard output.
        with redirect_stdout(sys.stderr):
            items = list(_load(plugin, entry))
        for item in items:
            if isinstance(item, Broken):
                broken.append(item)
            # Two entry points of a package may lead to one module.
            elif item.cls not in {known.cls for known in components if known.kind == item.kind}:
                components.append(item)
    return Discovered(
        tuple(components), tuple(broken), tuple(disabled), tuple(sorted(off - matched))
    )


def conflict(components: list[Component]) -> str:
    """Return what is wrong with several components of one kind and name, and what to do."""
    named = f"{kind_name(components[0].kind)} {components[0].name!r}"
    plugins = list(dict.fromkeys((i.plugin.package, i.plugin.version) for i in components))
    if len(plugins) == 1:
        classes = " and ".join(f"{i.cls.__module__}.{i.cls.__qualname__}" for i in components)
        return f"{named} is defined twice in {' '.join(plugins[0])}: {classes}; rename one"
    packages = " and ".join(" ".join(plugin) for plugin in plugins)
    return (
        f"{named} is defined in {packages}; uninstall one, or disable it with "
        f"MNISTSEQ_DISABLED_PLUGINS={plugins[-1][0]}"
    )


def _load(plugin: Plugin, entry: EntryPoint | Exception) -> Iterator[Component | Broken]:
    if isinstance(entry, Exception):
        yield Broken(plugin, reason(entry))
        return
    # SystemExit too: a plugin that is a script without a guard must not end the program.
    try:
        check_requirement(entry.dist)
        hooks = hooks_of(entry.load())
    except (Exception, SystemExit) as error:  # noqa: BLE001  # a plugin may raise anything
        yield Broken(plugin, reason(error))
        return
    for name, hook in hooks.items():
        try:
            classes = check_returned(hook())
        except (Exception, SystemExit) as error:  # noqa: BLE001
            yield Broken(plugin, f"{name}: {reason(error)}")
            continue
        for cls in classes:
            yield _component(plugin, name, cls)


def _component(plugin: Plugin, hook: str, cls: Any) -> Component | Broken:
    try:
        check_class(HOOKS[hook], cls)
    except InvalidPluginError as fault:
        name = getattr(cls, "name", None)
        return Broken(plugin, f"{hook}: {fault}", name if isinstance(name, str) else None)
    return Component(HOOKS[hook], cls.name, plugin, cls)
