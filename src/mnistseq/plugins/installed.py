"""Find installed packages with an entry point in the group ``mnistseq``.

`importlib.metadata.entry_points` parses the files of all packages together, so a damaged file
of any package ends the search. Here only files that mention the group are parsed, and each
may fail independently.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distribution, distributions
from typing import Final

from mnistseq.plugins.invalid_plugin import InvalidPluginError
from mnistseq.version import __version__

GROUP: Final = "mnistseq"

_SECTION = re.compile(rf"^\s*\[\s*{GROUP}\s*\]", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Plugin:
    """An entry point in the group: one module or object with hooks."""

    package: str
    version: str
    entry_point: str


def installed_plugins() -> Iterator[tuple[Plugin, EntryPoint | Exception]]:
    """Yield all plugins, sorted by name, with their entry point or the error in their files."""
    mentioning = [found for found in distributions() if _mentions_group(found)]
    names = {name for name in map(_name, mentioning) if name}
    for name in sorted(names):
        try:
            # Of several versions on the path, the first is the one that would be imported.
            owner = distribution(name)
            entries = sorted(owner.entry_points.select(group=GROUP), key=lambda entry: entry.name)
            version = owner.version
        except Exception as error:  # noqa: BLE001  # a damaged file may raise anything
            yield Plugin(name, "?", "?"), error
            continue
        for entry in entries:
            yield Plugin(name, version, entry.name), entry
    for nameless in mentioning:
        if not _name(nameless):
            damage = LookupError("its METADATA is missing or damaged; install the package again")
            yield Plugin("?", "?", str(nameless.locate_file(""))), damage


def _name(package: Distribution) -> str | None:
    try:
        return package.name or None
    except Exception:  # noqa: BLE001  # no METADATA: what an interrupted pip leaves behind
        return None


def _mentions_group(candidate: Distribution) -> bool:
    try:
        return _SECTION.search(candidate.read_text("entry_points.txt") or "") is not None
    except (OSError, ValueError):
        return False


def disabled_names() -> frozenset[str]:
    """Return the packages and entry points in ``MNISTSEQ_DISABLED_PLUGINS``; ``*`` means all."""
    names = os.environ.get("MNISTSEQ_DISABLED_PLUGINS", "").split(",")
    return frozenset(canonical(name) for name in names if name.strip())


def canonical(name: str) -> str:
    """Normalise the name of a package: ``My_Plugin`` and ``my-plugin`` are equal."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def check_requirement(package: Distribution | None) -> None:
    """Raise InvalidPluginError if a package requires a different version of mnistseq.

    Checked before its module is imported, so that this is reported and not a consequence of it.
    """
    from packaging.requirements import Requirement

    for text in (package.requires if package else None) or ():
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        if canonical(requirement.name) == "mnistseq" and not requirement.specifier.contains(
            __version__, prereleases=True
        ):
            raise InvalidPluginError(
                f"requires mnistseq {requirement.specifier}, but this is {__version__}; "
                "install versions that fit"
            )
