"""Paths in a config: replace them in a manifest, and locate them again on another machine.

A manifest contains no paths of the machine on which its data set was made. Paths below or next to
the folder of the data set are recorded relative to it, so that both can be moved together. For other
paths only the name is recorded; the caller gives the path when the data set is drawn again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any

from mnistseq.config.config import Config
from mnistseq.config.nested_values import value_at, with_value
from mnistseq.errors import ArgumentError, ConfigError, ConfigFault, MissingPathError, SourceError
from mnistseq.formats.encoding.unexpected_files import is_by_product
from mnistseq.messages import listed
from mnistseq.pipeline.composers import components_of
from mnistseq.pipeline.dataset.manifest import Manifest, PathRecord
from mnistseq.pipeline.glyph_loading import source_entries
from mnistseq.pipeline.store.durability import measure
from mnistseq.pipeline.store.open import local_folder
from mnistseq.plugins.registry import find

SOURCE_PATH = re.compile(r"source(\[\d+\])?\.path")
"""Keys of the sources' own paths, whose content is identified by the fingerprint of its glyphs."""


def paths_in(config: Config) -> Iterator[tuple[str, str]]:
    """Yield the key and the value of each path in a config.

    Source parameters that are relative to the source's own path are not included.
    """
    own = {
        key: entry.path for key, entry in source_entries(config.source) if entry.path is not None
    }
    for key, path in own.items():
        yield f"{key}.path", path
    for component in components_of(config):
        for name in find(component.kind, component.name).paths:
            value = component.parameters.get(name)
            beside = component.key.removesuffix(".parameters") in own and _is_inside(str(value))
            if value is not None and not beside:
                yield f"{component.key}.{name}", str(value)


def without_machine(config: Config, root: str) -> tuple[dict[str, Any], tuple[PathRecord, ...]]:
    """Return a config as recorded in a manifest, and the records of its paths."""
    values = config.to_dict()
    folder = local_folder(root)
    records = []
    for key, value in paths_in(config):
        relative = None if folder is None else _relative(Path(value), folder)
        values = with_value(values, key, relative or Path(value).resolve().name)
        digest = None if SOURCE_PATH.fullmatch(key) else _digest(key, Path(value))
        records.append(PathRecord(key, relative is not None, digest))
    return values, tuple(records)


@dataclass(frozen=True)
class LocatedConfig:
    """The config of a manifest, with paths on this machine.

    Attributes
    ----------
    allowed : frozenset of str
        Keys of the paths that the caller gave.
    """

    values: Mapping[str, Any]
    allowed: frozenset[str]


def locate(manifest: Manifest, root: str, given: Mapping[str, str]) -> LocatedConfig:
    """Return the config of a manifest, with paths on this machine.

    Parameters
    ----------
    root : str
        Folder or URL of the data set.
    given : mapping of str to str
        Config key → path on this machine, for paths that are not where the manifest says.
        ``source.path`` means that of the only source that has a path.

    Raises
    ------
    ArgumentError
        If the manifest has no path with that key.
    MissingPathError
        If a required path is missing.
    """
    values: dict[str, Any] = manifest.config
    given = {_key_of(key, values, manifest): path for key, path in given.items()}
    folder = local_folder(root)
    missing = []
    for record in manifest.paths:
        recorded = value_at(values, record.key)
        if not isinstance(recorded, str):
            continue  # an invalid config, which is reported later
        here = None if folder is None or not record.relative else folder.resolve() / recorded
        if here is not None and here.exists():
            values = with_value(values, record.key, os.path.normpath(here))
        elif record.key not in given:
            missing.append((record.key, recorded))
    if missing:
        names = listed([f"{key} (was {name})" for key, name in missing])
        raise MissingPathError(
            f"{root}: was made with files that are not in it; give their paths here: {names}",
            tuple(key for key, _ in missing),
        )
    for key, path in given.items():
        with suppress(LookupError, TypeError):  # an invalid config, which is reported later
            values = with_value({"source": {}, **values}, key, path)
    return LocatedConfig(values, frozenset(given))


def check_contents(manifest: Manifest, config: Config, records: Sequence[PathRecord]) -> None:
    """Raise SourceError if the contents of files that a config names have changed.

    `config` has the paths on this machine, and `records` their present contents.
    """
    here, now = dict(paths_in(config)), {record.key: record.sha256 for record in records}
    for record in manifest.paths:
        if record.key in now and record.sha256 not in {None, now[record.key]}:
            path = here[record.key]
            raise SourceError(
                f"{path} ({record.key}) has other contents than when the data set was made; give the "
                "files that it was made with"
            )


def _key_of(key: str, values: Mapping[str, Any], manifest: Manifest) -> str:
    """Return the config key that a caller means; ArgumentError if it is not that of a path."""
    known = [record.key for record in manifest.paths]
    mix = value_at(values, "source.mix")
    own = [f"source[{index}].path" for index in range(len(mix) if isinstance(mix, list) else 0)]
    if key == "source.path" and own:
        given = [each for each in own if value_at(values, each) is not None]
        if len(given) != 1:
            raise ArgumentError(
                f"one path of a source was given, but there are {len(own)} sources, and "
                f"{len(given)} of them have a path: give each by its key, such as {own[0]}"
            )
        return given[0]
    own = own or ["source.path"]
    if key not in {*known, *own}:
        raise ArgumentError(
            f"{key} is not a path in the manifest; it has {listed(known) or 'none'}"
        )
    return key


def _is_inside(path: str) -> bool:
    """Return whether a relative path stays inside of its folder."""
    return not (PurePath(path).is_absolute() or ".." in PurePath(path).parts)


def _relative(path: Path, folder: Path) -> str | None:
    """Return a path relative to a folder, if it is below or next to it."""
    path, folder = path.resolve(), folder.resolve()
    beside = folder.parent
    if beside == beside.parent or not path.is_relative_to(beside):
        return None
    return Path(os.path.relpath(path, folder)).as_posix()


def _digest(key: str, path: Path) -> str:
    """Return the SHA-256 of a file, or of the names and hashes of the files in a folder."""
    try:
        if not path.is_dir():
            return measure(path.resolve())[1]
        digest = sha256()
        for file in sorted(path.rglob("*")):
            if file.is_file() and not is_by_product(file.name):
                name = file.relative_to(path).as_posix()
                # Links are followed, as when the file is read.
                line = f"{measure(file.resolve())[1]} {name}\n"
                digest.update(line.encode("utf-8", "surrogateescape"))
        return digest.hexdigest()
    except OSError as error:
        raise ConfigError(
            ConfigFault(key, f"{path} cannot be read: {error.strerror or error}")
        ) from error
