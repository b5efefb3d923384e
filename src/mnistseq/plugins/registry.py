"""Look up components by kind and name, and create them with validated parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mnistseq.core.plugin_boundary import component_errors
from mnistseq.errors import ConfigError, ConfigFault, PluginError, UnknownComponentError
from mnistseq.messages import listed, unknown
from mnistseq.plugins.built_in import BUILT_IN, Kind, kind_name
from mnistseq.version import __version__

if TYPE_CHECKING:
    from mnistseq.plugins.discovery import Component, Discovered

PACKAGE = "mnistseq"


def find(kind: Kind, name: str) -> Any:
    """Return the class of a component.

    Only the requested built-in component is imported. Installed plugins are searched only for names
    that are not built in. PluginError if several plugins define it, or the plugin that defines it
    is broken. UnknownComponentError if neither mnistseq nor a plugin has a component of this name.
    """
    dotted = BUILT_IN[kind].get(name)
    if dotted is not None:
        module, _, attribute = dotted.partition(":")
        return getattr(import_module(module), attribute)
    return _find_installed(kind, name).cls


def create(kind: Kind, name: str, parameters: Mapping[str, Any], where: str) -> Any:
    """Create a component after validating its parameters.

    Parameters
    ----------
    where : str
        Config key of the parameters, for messages.

    Raises
    ------
    ConfigError
        If a parameter is unknown, missing, of the wrong type or out of range.
    PluginError
        If the component cannot be created for another reason.
    """
    component = find(kind, name)
    checked: dict[str, Any] = {}
    if parameters or any(
        item.default is MISSING and item.default_factory is MISSING for item in fields(component)
    ):
        checked = _check_parameters(kind, name, component, parameters, where)
    with component_errors(kind_name(kind), name):
        try:
            return component(**checked)
        except ValueError as error:
            # From the component's __post_init__: values that contradict each other.
            raise ConfigError(ConfigFault(where, str(error))) from error


def package_of(kind: Kind, name: str) -> tuple[str, str]:
    """Return the name and version of a component's package."""
    if name in BUILT_IN[kind]:
        return PACKAGE, __version__
    plugin = _find_installed(kind, name).plugin
    return plugin.package, plugin.version


def exists(kind: Kind, name: str) -> bool:
    """Return whether a component of this kind and name exists, built in or installed."""
    if name in BUILT_IN[kind]:
        return True
    from mnistseq.plugins.discovery import discover

    return bool(discover().named(kind, name))


def _check_parameters(
    kind: Kind, name: str, component: type, parameters: Mapping[str, Any], where: str
) -> dict[str, Any]:
    from pydantic.errors import PydanticUserError  # pydantic takes 50 ms to import

    from mnistseq.config.validation import check_parameters

    try:
        return check_parameters(component, parameters, where, f'{kind_name(kind)} "{name}"')
    except PydanticUserError as error:
        cause = str(error).splitlines()[0]
        raise PluginError(
            f"{kind_name(kind)} {component.__qualname__} declares parameters that cannot be "
            f"checked: {cause}"
        ) from error


def _find_installed(kind: Kind, name: str) -> Component:
    # Reading the entry points of all packages takes 50 ms, and importing pluggy another 50 ms;
    # built-in components need neither.
    from mnistseq.plugins.discovery import conflict, discover

    discovered = discover()
    matches = discovered.named(kind, name)
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise PluginError(conflict(matches))
    for broken in discovered.broken:
        if broken.may_be(name):
            plugin = broken.plugin
            raise PluginError(
                f"{kind_name(kind)} {name!r}: its plugin {plugin.package} {plugin.version} is "
                f"broken: {broken.reason}"
            )
    raise UnknownComponentError(_unknown(kind, name, discovered))


def _unknown(kind: Kind, name: str, discovered: Discovered) -> str:
    names = {*BUILT_IN[kind], *(item.name for item in discovered.components if item.kind == kind)}
    sentences = [unknown(kind_name(kind), name, sorted(names))]
    if discovered.broken:
        causes = [f"{item.plugin.package}: {item.reason}" for item in discovered.broken]
        sentences.append(f"Some plugins are broken: {'; '.join(causes)}")
    if discovered.disabled:
        packages = sorted({plugin.package for plugin in discovered.disabled})
        sentences.append(f"Disabled by MNISTSEQ_DISABLED_PLUGINS: {listed(packages)}")
    return ". ".join(sentences).replace("?. ", "? ")
