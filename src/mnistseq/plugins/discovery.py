"""Load the installed plugins, independently of each other.

pluggy's own loader is not used: there, one plugin that fails to import ends the search, one
hook that raises ends the call of all hooks, and if two packages use the same entry-point name,
one is silently dropped. Here each entry point is loaded, checked and called separately, and
failures are recorded with their reason.
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
from mnistseq.plugins.invalid_plugin import InvalidPluginError, reason


@dataclass(frozen=True)
class Component:
    """A component from a plugin."""

    kind: Kind
    name: str
    plugin: Plugin
    cls: type


@dataclass(frozen=True)
class BrokenPlugin:
    """A plugin, or one of its classes, that cannot be used; the rest of its package may work.

    Attributes
    ----------
    component : str or None
        Name of the faulty component, if it is a single one and has a name.
    """

    plugin: Plugin
    reason: str
    component: str | None = None

    def may_be(self, name: str) -> bool:
        """Return whether this plugin may have been meant to provide a component called `name`."""
        names = {self.plugin.package, self.plugin.entry_point, self.component or ""}
        return canonical(name) in {canonical(each) for each in names if each}


@dataclass(frozen=True)
class Discovered:
    """All components from installed plugins, and everything that is wrong with plugins.

    Attributes
    ----------
    disabled : tuple of Plugin
        Plugins disabled by ``MNISTSEQ_DISABLED_PLUGINS``.
    not_installed : tuple of str
        Names in that variable that match no installed plugin.
    """

    components: tuple[Component, ...]
    broken: tuple[BrokenPlugin, ...]
    disabled: tuple[Plugin, ...]
    not_installed: tuple[str, ...]

    def named(self, kind: Kind, name: str) -> list[Component]:
        """Return all components of a kind and name; more than one is a conflict."""
        return [item for item in self.components if (item.kind, item.name) == (kind, name)]


@lru_cache(maxsize=1)
def discover() -> Discovered:
    """Load all installed plugins that are not disabled, once per process."""
    components: list[Component] = []
    broken: list[BrokenPlugin] = []
    disabled: list[Plugin] = []
    off, matched = disabled_names(), {"*"}
    for plugin, entry in installed_plugins():
        names = {"*", canonical(plugin.package), canonical(plugin.entry_point)}
        if names & off:
            matched |= names
            disabled.append(plugin)
            continue
        # Output of a plugin during import must not mix with images or JSON on standard output.
        with redirect_stdout(sys.stderr):
            items = list(_load(plugin, entry))
        for item in items:
            if isinstance(item, BrokenPlugin):
                broken.append(item)
            # Two entry points of a package may refer to the same module.
            elif item.cls not in {known.cls for known in components if known.kind == item.kind}:
                components.append(item)
    return Discovered(
        tuple(components), tuple(broken), tuple(disabled), tuple(sorted(off - matched))
    )


def conflict(components: list[Component]) -> str:
    """Return the message for several components with the same name, with a remedy."""
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


def _load(plugin: Plugin, entry: EntryPoint | Exception) -> Iterator[Component | BrokenPlugin]:
    if isinstance(entry, Exception):
        yield BrokenPlugin(plugin, reason(entry))
        return
    # Including SystemExit: a script without a main guard must not end the program.
    try:
        check_requirement(entry.dist)
        hooks = hooks_of(entry.load())
    except (Exception, SystemExit) as error:  # noqa: BLE001  # a plugin may raise anything
        yield BrokenPlugin(plugin, reason(error))
        return
    for name, hook in hooks.items():
        try:
            classes = check_returned(hook())
        except (Exception, SystemExit) as error:  # noqa: BLE001
            yield BrokenPlugin(plugin, f"{name}: {reason(error)}")
            continue
        for cls in classes:
            yield _component(plugin, name, cls)


def _component(plugin: Plugin, hook: str, cls: Any) -> Component | BrokenPlugin:
    try:
        check_class(HOOKS[hook], cls)
    except InvalidPluginError as fault:
        name = getattr(cls, "name", None)
        return BrokenPlugin(plugin, f"{hook}: {fault}", name if isinstance(name, str) else None)
    return Component(HOOKS[hook], cls.name, plugin, cls)
