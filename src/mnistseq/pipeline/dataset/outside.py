"""What a manifest asks for outside of its data set.

A manifest may come from anyone. Reading or drawing by it must not read files elsewhere, download a
source or import a plugin unless the caller allows that.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from mnistseq.config.config import Config
from mnistseq.errors import NotAllowedError
from mnistseq.messages import listed
from mnistseq.pipeline.composers import components_of
from mnistseq.plugins.built_in import BUILT_IN, Kind, kind_name
from mnistseq.plugins.registry import find


def refuse_outside(
    config: Config, dataset_format: str, root: str, source_path: str | None = None
) -> None:
    """Raise NotAllowedError if drawing by a config reads files that it names, or runs a plugin.

    Parameters
    ----------
    config : Config
    dataset_format : str
        Name of the format.
    root : str
        Folder or URL of the data set, for messages.
    source_path : str, optional
        A path of the source that the caller has given; files in that folder may be read.
    """
    found = [*_plugins(config, dataset_format)] or [*_paths(config, source_path)]
    if found:
        raise NotAllowedError(
            f"{root}: drawing by its manifest would use {listed(found)}, outside of the data set, "
            "which has to be allowed explicitly"
        )


def refuse_plugin(dataset_format: str, root: str) -> None:
    """Raise NotAllowedError if reading a data set of this format runs a plugin."""
    for plugin in _plugin_of("format", dataset_format):
        raise NotAllowedError(
            f"{root}: reading it would use {plugin}, which has to be allowed explicitly"
        )


def _plugins(config: Config, dataset_format: str) -> Iterator[str]:
    used = [(kind, name) for kind, name, _ in components_of(config)]
    for kind, name in (*used, ("format", dataset_format)):
        yield from _plugin_of(kind, name)


def _plugin_of(kind: Kind, name: str) -> Iterator[str]:
    if name not in BUILT_IN[kind]:
        yield f"the plugin of {kind_name(kind)} {name}"


def _paths(config: Config, source_path: str | None) -> Iterator[str]:
    """Yield the paths that a config of built-in components names."""
    for entry in config.source.entries:
        if entry.path not in {None, source_path}:
            yield str(entry.path)
    for kind, name, parameters in components_of(config):
        for parameter in find(kind, name).paths:
            value = parameters.get(parameter)
            if value is not None and not (source_path is not None and _is_inside(str(value))):
                yield str(value)


def _is_inside(path: str) -> bool:
    """Whether a path, relative to a folder, stays in that folder."""
    return not (PurePath(path).is_absolute() or ".." in PurePath(path).parts)
