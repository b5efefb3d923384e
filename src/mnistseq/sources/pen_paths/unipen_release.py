"""Read the glyphs of a UNIPEN release as drawings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from mnistseq.errors import SourceError
from mnistseq.progress import reporting
from mnistseq.sources.pen_paths.drawing import Drawing
from mnistseq.sources.pen_paths.unipen_files import UnipenFiles
from mnistseq.sources.pen_paths.unipen_text import Content, read_unipen

_INCLUDE = re.compile(r"^\.INCLUDE[ \t]+(\S+)", re.MULTILINE)
_DEEPEST = 8
"""Maximum depth of includes; real files have 2."""

_RECENT = 16
"""Number of included files to keep in memory: those of one writer, used by several files."""


@dataclass(frozen=True)
class UnipenRelease:
    """The drawings of a release, and the unreadable files and segments with reasons."""

    drawings: list[Drawing]
    left_out: list[str]


def read_release(files: UnipenFiles, categories: tuple[str, ...]) -> UnipenRelease:
    """Read the segments of some categories: 1a digits, 1b capitals, 1c small letters, 1d symbols."""
    data = files.data(categories)
    included = _included(files, data)
    release = UnipenRelease([], [])

    def skip(error: SourceError) -> None:
        release.left_out.append(str(error))

    @lru_cache(maxsize=_RECENT)
    def include(name: str, depth: int = 1) -> Content:
        if f"include/{name}" not in included:
            raise SourceError(f"the included file {name} does not exist")
        if depth > _DEEPEST:
            raise SourceError(f"{name}: files include each other more than {_DEEPEST} deep")
        return read_unipen(
            included[f"include/{name}"],
            f"include/{name}",
            lambda other: include(other, depth + 1),
            skip,
        )

    # Files for glyphs of the same writer are consecutive.
    names = sorted(data, key=lambda name: (name.split("/")[2:], name))
    with reporting(len(names), "unipen: reading") as advance:
        for name in names:
            try:
                content = read_unipen(data[name], name, include, skip)
                release.drawings.extend(_drawings(content, name))
            except SourceError as error:
                skip(error)
            advance(1)
    return release


def _drawings(content: Content, name: str) -> Iterator[Drawing]:
    """Yield the glyphs of a file, except marks that are not characters."""
    contributor = PurePosixPath(name).parts[2]
    writer = content.writer or PurePosixPath(name).stem
    for segment in content.segments:
        if segment.label and segment.strokes:
            yield segment.drawing(f"{contributor}/{writer}", f"{name}: line {segment.line}")


def _included(files: UnipenFiles, data: dict[str, str]) -> dict[str, str]:
    """Return the texts of all included files, by name."""
    found: dict[str, str] = {}
    texts = data
    for _ in range(_DEEPEST):
        wanted = {
            f"include/{name}" for text in texts.values() for name in _INCLUDE.findall(text)
        }.difference(found)
        if not wanted:
            break
        texts = files.read(wanted)
        found.update(texts)
    return found
