"""strokes: pen paths from JSON Lines, with the strokes of a glyph on each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Literal

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.errors import SourceError
from mnistseq.messages import listed
from mnistseq.sources.array_files.files import content_digest, reading
from mnistseq.sources.banks.cache import cached_bank
from mnistseq.sources.banks.split_names import requested_split, split_among, words_of
from mnistseq.sources.pen_paths.bank import VERSION, path_bank
from mnistseq.sources.pen_paths.drawing import Drawing
from mnistseq.sources.pen_paths.json_lines import read_json_lines
from mnistseq.sources.pen_paths.placing import CellPlacer, Sizes, measures
from mnistseq.sources.user_files import UserFiles

_SUFFIXES = (".jsonl", ".ndjson")


@dataclass(frozen=True)
class Strokes(UserFiles):
    """JSON Lines of pen paths: a glyph on each line, with its label and writer.

    The path of the source is a file, or a folder of .jsonl or .ndjson files. Those whose
    names contain train, test or val are splits; otherwise all splits are the same.

    A line is {"label": "7", "writer": "ann", "strokes": [[[x, y], ...], ...]}, or in the form of
    Quick, Draw!: {"word": "cat", "drawing": [[[x, ...], [y, ...]], ...]}.

    Parameters
    ----------
    sizes : {'equal', 'natural'}
        equal: every glyph is 20 of 28 units high, like MNIST's digits; natural: only a writer's
        median digit is, or the median glyph if there are no digits, and the others keep their
        relative sizes and positions, so that a point remains a point.
    y : {'down', 'up'}
        Direction of the y axis: downwards as on screens, or upwards.
    """

    name: ClassVar[str] = "strokes"
    needs: ClassVar[str] = "a file of JSON Lines, or a folder"

    sizes: Sizes = field(
        default="equal",
        metadata={
            "help": "equal: every glyph is as high as a digit; natural: as the writer made it"
        },
    )
    y: Literal["down", "up"] = field(default="down", metadata={"help": "direction of the y axis"})

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split."""
        given = self.required(path)
        files = _files_of(given, split)
        display_name = f"{self.name} {given.name}"

        def make() -> GlyphBank:
            drawings = [
                drawing
                for file in files
                for drawing in read_json_lines(file, upwards=self.y == "up")
            ]
            return path_bank(drawings, _placer(drawings, self.sizes), display_name)

        digests = [content_digest(file).hex() for file in files]
        look = f"{VERSION} strokes {self.sizes} {self.y} {digests}"
        return cached_bank(sha256(look.encode()).hexdigest(), display_name, make)

    def splits(self, path: str | None) -> tuple[str, ...]:
        """Return the splits that occur in the names of files in the folder."""
        given = self.required(path)
        return tuple(_files_by_split(given)) if given.is_dir() else ()


def _placer(drawings: Sequence[Drawing], sizes: Sizes) -> CellPlacer:
    labels = frozenset(drawing.label for drawing in drawings)
    if sizes == "equal":
        return CellPlacer.of(drawings, {}, labels)
    return CellPlacer.of(drawings, measures(drawings, labels) | measures(drawings), frozenset())


def _files_of(path: Path, split: str) -> list[Path]:
    """Return the files of a split."""
    with reading(path):
        path.stat()
    if not path.is_dir():
        return [path]
    by_split = _files_by_split(path)
    if not by_split:
        return _files(path)
    wanted = requested_split(split)
    if wanted not in by_split:
        raise SourceError(f"{path}: has no file of the split {split!r}; it has {listed(by_split)}")
    return by_split[wanted]


def _files_by_split(folder: Path) -> dict[str, list[Path]]:
    """Return the files by the splits in their names; empty if no name contains a split."""
    found: dict[str, list[Path]] = {}
    others = []
    for file in _files(folder):
        split = split_among(words_of(file.name))
        if split is None:
            others.append(file.name)
        else:
            found.setdefault(split, []).append(file)
    if found and others:
        raise SourceError(
            f"{folder}: some names of files contain a split, but not {listed(others)}; give all of "
            "them a split, or the path of a file"
        )
    return found


def _files(folder: Path) -> list[Path]:
    with reading(folder):
        found = [file for file in folder.iterdir() if file.suffix.lower() in _SUFFIXES]
    if not found:
        raise SourceError(f"{folder}: contains no files {' or '.join(_SUFFIXES)}")
    return sorted(found)
