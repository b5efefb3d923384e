"""Read a table of file names and labels."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from mnistseq.errors import SourceError
from mnistseq.imaging.picture_files import SUFFIXES
from mnistseq.messages import listed, plural
from mnistseq.sources.array_files.delimited import Row, open_table
from mnistseq.sources.banks.labels import normal
from mnistseq.sources.image_folder.files import LabelledPicture, PictureFile, Tree
from mnistseq.sources.image_folder.labels import FoundPictures, all_pictures

_FILE_NAMES = ("file", "filename", "file_name", "image", "image_path", "path", "name", "id")
_LABEL_NAMES = ("label", "labels", "class", "category", "character", "text", "target")
_LISTED = 5


class _Columns(NamedTuple):
    """Indices of the columns of files and labels."""

    file: int
    label: int


def find_labelled(tree: Tree, path: Path) -> FoundPictures:
    """Return the pictures listed in a table, with their labels.

    Parameters
    ----------
    path : Path
        A table of files and labels, with or without a header. A file is given by its path relative
        to the tree or, if unique, by its name with or without suffix.

    Raises
    ------
    SourceError
        If the table cannot be read, a row does not name a picture, or a picture has two labels.
    """
    files = all_pictures(tree)
    pictures = _Names(files)
    labels: dict[PictureFile, str] = {}
    missing: list[str] = []
    with open_table(path) as rows:
        first = next(rows, None)
        if first is None:
            raise SourceError(f"{path}: has no rows")
        header = pictures.is_header(first)
        columns = _columns(path, first, header=header)
        for row in rows if header else _with_first(first, rows):
            name, label = _cells(path, row, columns)
            file = pictures.find(name)
            if file is None:
                missing.append(f"{name} (line {row.line})")
            elif labels.setdefault(file, label) != label:
                raise SourceError(
                    f"{path}: line {row.line}: {name} is {label!r}, but on an earlier line "
                    f"{labels[file]!r}"
                )
    if missing or not labels:
        raise SourceError(
            f"{path}: {tree.path} has no picture, or several, for "
            f"{listed(missing, _LISTED) or 'any row'}"
        )
    unlisted = ["/".join(file.parts) for file in files if file not in labels]
    return FoundPictures(
        [LabelledPicture(file, labels[file]) for file in files if file in labels],
        _unlisted_warnings(path, unlisted),
    )


class _Names:
    """Finds pictures by the names used in tables."""

    def __init__(self, files: list[PictureFile]) -> None:
        self._by_path = {normal("/".join(file.parts)): file for file in files}
        self._by_name: dict[str, PictureFile | None] = {}
        for path, file in self._by_path.items():
            pure = PurePosixPath(path)
            for name in {str(pure.with_suffix("")), pure.name, pure.stem}:
                self._by_name[name] = None if name in self._by_name else file

    def find(self, name: str) -> PictureFile | None:
        """Return the picture with a name, or None if there is not exactly one."""
        path = normal(name.replace("\\", "/")).removeprefix("./")
        return self._by_path.get(path) or self._by_name.get(path)

    def is_header(self, row: Row) -> bool:
        """Return whether no cell of a row could be the name of a picture."""
        cells = [cell.strip() for cell in row.cells]
        return not any(
            self.find(cell) or PurePosixPath(cell).suffix.lower() in SUFFIXES for cell in cells
        )


def _with_first(first: Row, rows: Iterable[Row]) -> Iterable[Row]:
    yield first
    yield from rows


def _columns(path: Path, first: Row, *, header: bool) -> _Columns:
    """Return the columns of files and labels, by their names or else the first two."""
    number = len(first.cells)
    names = [cell.strip().lower() for cell in first.cells] if header else []
    file = _index(names, _FILE_NAMES)
    label = _index(names, _LABEL_NAMES)
    if number == 2:
        file = (0 if label is None else 1 - label) if file is None else file
        return _Columns(file, 1 - file)
    if file is not None and label is not None:
        return _Columns(file, label)
    raise SourceError(
        f"{path}: line {first.line} has {plural(number, 'column')}; give two, file and label, or a "
        "header that names them so"
    )


def _index(names: list[str], known: tuple[str, ...]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)


def _cells(path: Path, row: Row, columns: _Columns) -> tuple[str, str]:
    """Return the file and label of a row."""
    if len(row.cells) <= max(columns):
        raise SourceError(f"{path}: line {row.line} has only {plural(len(row.cells), 'column')}")
    name, label = row.cells[columns.file].strip(), normal(row.cells[columns.label].strip())
    if not (name and label):
        raise SourceError(f"{path}: line {row.line} lacks {'a label' if name else 'a file'}")
    return name, label


def _unlisted_warnings(path: Path, unlisted: list[str]) -> tuple[str, ...]:
    if not unlisted:
        return ()
    count = plural(len(unlisted), "picture")
    return (f"{path}: skipped {count} without a row: {listed(unlisted, _LISTED)}",)
