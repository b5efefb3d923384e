"""Limit what a manifest may cause without the caller's permission.

A manifest may come from anyone. Without permission, using it must not read files elsewhere,
download a source or import a plugin.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from mnistseq.config.config import Config
from mnistseq.errors import NotAllowedError
from mnistseq.messages import listed
from mnistseq.pipeline.composers import components_of
from mnistseq.pipeline.dataset.config_paths import paths_in
from mnistseq.plugins.built_in import BUILT_IN, Kind, kind_name


def check_drawing_allowed(
    config: Config, dataset_format: str, root: str, allowed: Set[str] = frozenset()
) -> None:
    """Raise NotAllowedError if drawing with a config would read other files or import a plugin.

    Paths of the `allowed` keys may be read, because the caller gave them.
    """
    found = [*_plugins(config, dataset_format)] or [
        value for key, value in paths_in(config) if key not in allowed
    ]
    if found:
        raise NotAllowedError(
            f"{root}: drawing by its manifest would use {listed(found)}, outside of the data set, "
            "which has to be allowed explicitly"
        )


def check_reading_allowed(dataset_format: str, root: str) -> None:
    """Raise NotAllowedError if reading a data set of this format would import a plugin."""
    for plugin in _plugin_of("format", dataset_format):
        raise NotAllowedError(
            f"{root}: reading it would use {plugin}, which has to be allowed explicitly"
        )


def _plugins(config: Config, dataset_format: str) -> Iterator[str]:
    used = [(component.kind, component.name) for component in components_of(config)]
    for kind, name in (*used, ("format", dataset_format)):
        yield from _plugin_of(kind, name)


def _plugin_of(kind: Kind, name: str) -> Iterator[str]:
    if name not in BUILT_IN[kind]:
        yield f"the plugin of {kind_name(kind)} {name}"
