"""Finding what is installed: our own loop over the entry points, each for itself.

pluggy's own loader will not do. There, one plugin that fails to import ends
the search, one hook that raises ends the call of all, and of two packages
with one entry-point name one is dropped in silence. Here each entry point is
loaded, checked and asked by itself, and what goes wrong is put on record
beside what came before it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint
from typing import Any

from mnistseq.plugins.built_in import Kind
from mnistseq.plugins.checks import (
    HOOKS,
    FaultError,
    check_class,
    check_requirement,
    check_returned,
    hooks_of,
    reason,
)
from mnistseq.plugins.installed import Plugin, canonical, disabled_names, installed_plugins


@dataclass(frozen=True)
class Component:
    """A component that a plugin brings."""

    kind: Kind
    name: str
    plugin: Plugin
    cls: type


@dataclass(frozen=True)
class Broken:
    """What could not be used, and why; the rest of its package may work.

    `component` is the name of the one class at fault, where there is one that has a name.
    """

    plugin: Plugin
    reason: str
    component: str | None = None

    def answers_to(self, name: str) -> bool:
        """Whether someone who asks for `name` may have meant this."""
        names = {self.plugin.package, self.plugin.entry_point, self.component or ""}
        return canonical(name) in {canonical(each) for each in names if each}


@dataclass(frozen=True)
class Found:
    """All that the installed plugins bring, and all that is wrong with them.

    `disabled` are those that ``MNISTSEQ_DISABLED_PLUGINS`` switches off, and
    `not_there` what else it names.
    """

    components: tuple[Component, ...]
    broken: tuple[Broken, ...]
    disabled: tuple[Plugin, ...]
    not_there: tuple[str, ...]


@lru_cache(maxsize=1)
def discover() -> Found:
    """Load every installed plugin that is not switched off; once a process."""
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
        # What an import prints has no place in an image or in JSON that goes to standard output.
        with redirect_stdout(sys.stderr):
            items = list(_load(plugin, entry))
        for item in items:
            if isinstance(item, Broken):
                broken.append(item)
            # Two entry points of a package may well lead to one module.
            elif item.cls not in {known.cls for known in components if known.kind == item.kind}:
                components.append(item)
    return Found(tuple(components), tuple(broken), tuple(disabled), tuple(sorted(off - matched)))


def _load(plugin: Plugin, entry: EntryPoint | Exception) -> Iterator[Component | Broken]:
    if isinstance(entry, Exception):
        yield Broken(plugin, reason(entry))
        return
    # SystemExit, too: a plugin's script without a guard must not end our program.
    try:
        check_requirement(entry.dist)
        hooks = hooks_of(entry.load())
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a plugin may raise
        yield Broken(plugin, reason(error))
        return
    for hook, implementation in hooks:
        try:
            classes: list[Any] = check_returned(implementation.function())
        except (Exception, SystemExit) as error:  # noqa: BLE001
            yield Broken(plugin, f"{hook}: {reason(error)}")
            continue
        for cls in classes:
            name = getattr(cls, "name", None)
            try:
                check_class(HOOKS[hook], cls)
            except FaultError as fault:
                yield Broken(plugin, f"{hook}: {fault}", name if isinstance(name, str) else None)
            else:
                yield Component(HOOKS[hook], cls.name, plugin, cls)
