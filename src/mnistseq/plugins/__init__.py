"""Components by name: built in, or brought by an installed plugin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from mnistseq.errors import PluginError, UnknownComponentError
from mnistseq.plugins.builtin import BUILT_IN, Kind
from mnistseq.version import __version__

PACKAGE = "mnistseq"


@dataclass(frozen=True)
class Listed:
    """One line of the list of components.

    Attributes
    ----------
    kind, name : str
    package, version : str
        Who brings it.
    summary : str
        First line of its docstring.
    problem : str
        Why it cannot be used; empty where it can.
    """

    kind: Kind
    name: str
    package: str
    version: str
    summary: str
    problem: str = ""


def find(kind: Kind, name: str) -> Any:
    """The class of a component.

    A built-in one is imported, it alone. Only for another name are the
    installed plugins looked up.

    Raises
    ------
    PluginError
        If two packages bring it, or the package that should is broken.
    UnknownComponentError
        If nobody does; lists the names there are.
    """
    place = BUILT_IN[kind].get(name)
    if place is not None:
        module, _, attribute = place.partition(":")
        return getattr(import_module(module), attribute)
    component = _find_installed(kind, name)
    return component.cls


def create(kind: Kind, name: str, parameters: Mapping[str, Any], where: str) -> Any:
    """A component with its parameters, checked against what its class declares.

    Parameters
    ----------
    kind, name : str
    parameters : mapping
    where : str
        The config key that holds the parameters, for messages.

    Raises
    ------
    ConfigError
        If a parameter is unknown, missing, of the wrong type or out of range.
    """
    component = find(kind, name)
    if parameters or any(
        item.default is MISSING and item.default_factory is MISSING for item in fields(component)
    ):
        from mnistseq.config.validation import check_parameters  # pydantic takes 50 ms to import

        return component(**check_parameters(component, parameters, where))
    return component()


def package_of(kind: Kind, name: str) -> tuple[str, str]:
    """Which package and version a component comes from."""
    if name in BUILT_IN[kind]:
        return PACKAGE, __version__
    component = _find_installed(kind, name)
    return component.package, component.version


def list_components() -> list[Listed]:
    """Every component of every kind; two of one name are both listed, each with the problem."""
    from mnistseq.plugins.discovery import discover

    listed = [_list_built_in(kind, name) for kind, names in BUILT_IN.items() for name in names]
    components = discover().components
    for item in components:
        rivals = [
            other.package
            for other in components
            if (other.kind, other.name) == (item.kind, item.name) and other is not item
        ]
        problem = f"brought by {', '.join(rivals)}, too: remove one of them" if rivals else ""
        listed.append(
            Listed(item.kind, item.name, item.package, item.version, summary(item.cls), problem)
        )
    order = list(BUILT_IN)
    return sorted(listed, key=lambda item: order.index(item.kind))


def _list_built_in(kind: Kind, name: str) -> Listed:
    try:
        return Listed(kind, name, PACKAGE, __version__, summary(find(kind, name)))
    except ImportError as error:
        return Listed(kind, name, PACKAGE, __version__, "", f"does not import: {error}")


def summary(component: type) -> str:
    """The first line of a component's docstring."""
    lines = (component.__doc__ or "").strip().splitlines()
    return lines[0] if lines else ""


def _find_installed(kind: Kind, name: str) -> Any:
    # The entry points of everything that is installed take 50 ms to look up, and pluggy
    # as long again to import: whoever asks for built-in names pays for neither.
    from mnistseq.plugins.discovery import discover

    found = discover()
    matches = [item for item in found.components if (item.kind, item.name) == (kind, name)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        packages = " and ".join(f"{item.package} {item.version}" for item in matches)
        raise PluginError(
            f"{kind} {name!r} is brought by {packages}: remove one, or switch it off with "
            f"MNISTSEQ_DISABLED_PLUGINS={matches[-1].package}"
        )
    for broken in found.broken:
        if name in (broken.entry_point, broken.package):
            raise PluginError(
                f"{kind} {name!r}: its plugin {broken.package} {broken.version} is broken: "
                f"{broken.reason}"
            )
    names = sorted({*BUILT_IN[kind], *(i.name for i in found.components if i.kind == kind)})
    close = get_close_matches(name, names, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    message = f"there is no {kind} {name!r}.{hint} There are: {', '.join(names) or 'none'}"
    if found.broken:
        causes = "; ".join(f"{item.package}: {item.reason}" for item in found.broken)
        message += f". Some plugins are broken: {causes}"
    raise UnknownComponentError(message)
