"""Components by name: built in, or brought by an installed plugin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mnistseq.core.plugin_boundary import component_errors
from mnistseq.errors import ConfigError, Fault, PluginError, UnknownComponentError
from mnistseq.plugins.built_in import BUILT_IN, Kind
from mnistseq.version import __version__

if TYPE_CHECKING:
    from mnistseq.plugins.discovery import Component, Found

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
    return _find_installed(kind, name).cls


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
    PluginError
        If the class cannot be made for another reason.
    """
    component = find(kind, name)
    checked: dict[str, Any] = {}
    if parameters or any(
        item.default is MISSING and item.default_factory is MISSING for item in fields(component)
    ):
        checked = _check_parameters(kind, name, component, parameters, where)
    with component_errors(kind, name):
        try:
            return component(**checked)
        except ValueError as error:
            # What a class's own __post_init__ says of values that do not go together.
            raise ConfigError(Fault(where, str(error))) from error


def _check_parameters(
    kind: Kind, name: str, component: type, parameters: Mapping[str, Any], where: str
) -> dict[str, Any]:
    from pydantic.errors import PydanticUserError  # pydantic takes 50 ms to import

    from mnistseq.config.validation import check_parameters

    try:
        return check_parameters(component, parameters, where, f'{kind} "{name}"')
    except PydanticUserError as error:
        cause = str(error).splitlines()[0]
        raise PluginError(
            f"{kind} {component.__qualname__} declares parameters that cannot be checked: {cause}"
        ) from error


def package_of(kind: Kind, name: str) -> tuple[str, str]:
    """Which package and version a component comes from."""
    if name in BUILT_IN[kind]:
        return PACKAGE, __version__
    plugin = _find_installed(kind, name).plugin
    return plugin.package, plugin.version


def list_components() -> list[Listed]:
    """Every component of every kind; two of one name are both listed, each with the problem."""
    from mnistseq.plugins.discovery import discover

    listed = [_list_built_in(kind, name) for kind, names in BUILT_IN.items() for name in names]
    found = discover()
    for item in found.components:
        plugin, matches = item.plugin, _matches(found, item.kind, item.name)
        problem = _clash(item.kind, item.name, matches) if len(matches) > 1 else ""
        listed.append(
            Listed(item.kind, item.name, plugin.package, plugin.version, summary(item.cls), problem)
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


def _matches(found: Found, kind: Kind, name: str) -> list[Component]:
    return [item for item in found.components if (item.kind, item.name) == (kind, name)]


def _find_installed(kind: Kind, name: str) -> Component:
    # The entry points of everything that is installed take 50 ms to look up, and pluggy
    # as long again to import: whoever asks for built-in names pays for neither.
    from mnistseq.plugins.discovery import discover

    found = discover()
    matches = _matches(found, kind, name)
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise PluginError(_clash(kind, name, matches))
    for broken in found.broken:
        if broken.answers_to(name):
            plugin = broken.plugin
            raise PluginError(
                f"{kind} {name!r}: its plugin {plugin.package} {plugin.version} is broken: "
                f"{broken.reason}"
            )
    raise UnknownComponentError(_unknown(kind, name, found))


def _clash(kind: Kind, name: str, matches: list[Component]) -> str:
    """Two components of one name: who brings them, and what to do about it."""
    plugins = list(dict.fromkeys((i.plugin.package, i.plugin.version) for i in matches))
    if len(plugins) == 1:
        places = " and ".join(f"{i.cls.__module__}.{i.cls.__qualname__}" for i in matches)
        return f"{kind} {name!r} stands twice in {' '.join(plugins[0])}: {places}; rename one"
    packages = " and ".join(" ".join(plugin) for plugin in plugins)
    return (
        f"{kind} {name!r} is brought by {packages}: remove one, or switch it off with "
        f"MNISTSEQ_DISABLED_PLUGINS={plugins[-1][0]}"
    )


def _unknown(kind: Kind, name: str, found: Found) -> str:
    names = sorted({*BUILT_IN[kind], *(i.name for i in found.components if i.kind == kind)})
    close = get_close_matches(name, names, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    message = f"there is no {kind} {name!r}.{hint} There are: {', '.join(names) or 'none'}"
    if found.broken:
        causes = "; ".join(f"{item.plugin.package}: {item.reason}" for item in found.broken)
        message += f". Some plugins are broken: {causes}"
    if found.disabled:
        packages = ", ".join(sorted({plugin.package for plugin in found.disabled}))
        message += f". Switched off by MNISTSEQ_DISABLED_PLUGINS: {packages}"
    return message
