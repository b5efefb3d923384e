"""Read files that give names to folders of pictures, such as synsets."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from mnistseq.errors import SourceError
from mnistseq.messages import listed
from mnistseq.sources.array_files.files import reading
from mnistseq.sources.banks.labels import normal

_LISTED = 5


def name_classes(path: Path, folders: list[str]) -> dict[str, str]:
    """Read the label of each folder.

    Parameters
    ----------
    path : Path
        By its suffix: ``.csv`` or ``.tsv``, two columns, folder and name;
        ``.json``, ``{"n01440764": "tench"}``, or Keras's ``{"0":
        ["n01440764", "tench"]}``; else lines as in ImageNet's
        ``LOC_synset_mapping.txt``, ``n01440764 tench, Tinca tinca``.
    folders : list of str
        Names of the folders, without duplicates.

    Returns
    -------
    dict
        Folder → label. Of several names separated by commas, the first free one is used.
        Folders with the same name have the same label.

    Raises
    ------
    SourceError
        If the file cannot be read, or does not name every folder.
    """
    table = _read(path)
    missing = [folder for folder in folders if folder not in table]
    if missing:
        raise SourceError(
            f"{path}: has no name for {listed(missing, _LISTED)}; it has names for "
            f"{listed(table, _LISTED) or 'no folder'}; add a line for each folder"
        )
    # Use all names in the file, so that a label does not depend on which folders exist.
    short = _shorten(path, set(table.values()))
    return {folder: short[table[folder]] for folder in folders}


def _read(path: Path) -> dict[str, str]:
    try:
        with reading(path, "give the path of the file of classes, or its name beside the pictures"):
            text = path.read_text("utf-8-sig")
    except ValueError:
        raise SourceError(f"{path}: is not UTF-8") from None
    table: dict[str, str] = {}
    for number, row in enumerate(_rows(path, text), 1):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != 2 or not all(cell.strip() for cell in row):
            raise SourceError(f"{path}: entry {number} is {row}, not a folder and its name")
        folder, name = (normal(cell.strip()) for cell in row)
        if table.setdefault(folder, name) != name:
            raise SourceError(f"{path}: {folder} is both {table[folder]!r} and {name!r}")
    return table


def _rows(path: Path, text: str) -> list[list[str]]:
    suffix = path.suffix.lower()
    if suffix == ".json":
        return _json_rows(path, text)
    if suffix not in (".csv", ".tsv"):
        return [line.split(maxsplit=1) for line in text.splitlines()]
    try:
        return list(csv.reader(text.splitlines(), delimiter="," if suffix == ".csv" else "\t"))
    except csv.Error as error:
        raise SourceError(f"{path}: not a readable table: {error}") from None


def _json_rows(path: Path, text: str) -> list[list[str]]:
    try:
        values = json.loads(text)
        pairs = [
            list(name) if isinstance(name, list) else [folder, name]
            for folder, name in values.items()
        ]
    except (ValueError, AttributeError, RecursionError) as error:
        raise SourceError(f"{path}: not a JSON object of folders and names: {error}") from None
    if not all(isinstance(cell, str) for pair in pairs for cell in pair):
        raise SourceError(f"{path}: every name has to be a string")
    return pairs


def _shorten(path: Path, names: set[str]) -> dict[str, str]:
    """Choose a label without commas for each name, because commas separate labels."""
    short: dict[str, str] = {}
    taken: set[str] = set()
    # Names with fewer alternatives go first: "maillot" before "maillot, tank suit".
    for name in sorted(names, key=lambda name: (name.count(","), name)):
        choices = [part.strip() for part in name.split(",") if part.strip()]
        free = [choice for choice in choices if choice not in taken]
        if not free:
            raise SourceError(
                f"{path}: every part of {name!r} is the name of another folder; give it a name of "
                "its own"
            )
        short[name] = free[0]
        taken.add(free[0])
    return short
