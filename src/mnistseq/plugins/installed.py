"""What is installed: every package with an entry point of ours, each for itself.

`importlib.metadata.entry_points` parses the files of all packages in one go, so that
one damaged file anywhere, of whatever package, ends the search. Here a file that does
not mention us is not even parsed, and one that does fails by itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, distribution, distributions
from typing import Final

GROUP: Final = "mnistseq"

_SECTION = re.compile(rf"^\s*\[\s*{GROUP}\s*\]", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Plugin:
    """An entry point of ours: one module or object with hooks."""

    package: str
    version: str
    entry_point: str


def installed_plugins() -> Iterator[tuple[Plugin, EntryPoint | Exception]]:
    """Every plugin, in the order of names, with its entry point or what is wrong with its files."""
    mentioning = [found for found in distributions() if _mentions_us(found)]
    names = {name for name in map(_name, mentioning) if name}
    for name in sorted(names):
        try:
            # Of several on the path, this is the one that would be imported.
            owner = distribution(name)
            entries = sorted(owner.entry_points.select(group=GROUP), key=lambda entry: entry.name)
            version = owner.version
        except Exception as error:  # noqa: BLE001  # whatever a damaged file makes of it
            yield Plugin(name, "?", "?"), error
            continue
        for entry in entries:
            yield Plugin(name, version, entry.name), entry
    for nameless in mentioning:
        if not _name(nameless):
            lost = LookupError("its METADATA is missing or damaged; install the package again")
            yield Plugin("?", "?", str(nameless.locate_file(""))), lost


def _name(package: Distribution) -> str | None:
    try:
        return package.name or None
    except Exception:  # noqa: BLE001  # no METADATA: what an interrupted pip leaves behind
        return None


def _mentions_us(candidate: Distribution) -> bool:
    try:
        return _SECTION.search(candidate.read_text("entry_points.txt") or "") is not None
    except (OSError, ValueError):
        return False


def disabled_names() -> frozenset[str]:
    """Packages and entry points that ``MNISTSEQ_DISABLED_PLUGINS`` names; ``*`` is all."""
    names = os.environ.get("MNISTSEQ_DISABLED_PLUGINS", "").split(",")
    return frozenset(canonical(name) for name in names if name.strip())


def canonical(name: str) -> str:
    """A package's name as it compares: ``My_Plugin`` and ``my-plugin`` are one."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()
