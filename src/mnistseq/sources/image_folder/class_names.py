"""Files that give classes of pictures other names: synset → name."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from mnistseq.errors import SourceError
from mnistseq.sources.banks.labels import normal

_NAMED = 5


def name_classes(path: Path, folders: list[str]) -> dict[str, str]:
    """Read what each folder's label is to be.

    Parameters
    ----------
    path : Path
        By its ending: ``.csv`` or ``.tsv``, two columns, folder and name;
        ``.json``, ``{"n01440764": "tench"}``, or Keras's ``{"0":
        ["n01440764", "tench"]}``; else lines as in ImageNet's
        ``LOC_synset_mapping.txt``, ``n01440764 tench, Tinca tinca``.
    folders : list of str
        What the folders are called, each once.

    Returns
    -------
    dict
        Folder → label. Where a name is several with commas between them, the
        first that no other folder's name begins with. Folders of the same name
        are one label.

    Raises
    ------
    SourceError
        If it cannot be read, or lacks a folder.
    """
    table = _read(path)
    missing = [folder for folder in folders if folder not in table]
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise SourceError(
            f"{path}: has no name for {', '.join(missing[:_NAMED])}{more}; it names "
            f"{', '.join(list(table)[:_NAMED]) or 'nothing'}{', …' if len(table) > _NAMED else ''}; "
            "add them, each with its folder first"
        )
    # Over all names of the file, so that a label does not hang on which other folders there are.
    short = _shorten(path, set(table.values()))
    return {folder: short[table[folder]] for folder in folders}


def _read(path: Path) -> dict[str, str]:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise SourceError(
            f"{path}: there is no such file of classes; a name without a folder is looked for "
            "beside the pictures"
        ) from None
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise SourceError(f"{path}: is no text in UTF-8") from None
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
    ending = path.suffix.lower()
    if ending == ".json":
        return _json_rows(path, text)
    if ending not in (".csv", ".tsv"):
        return [line.split(maxsplit=1) for line in text.splitlines()]
    try:
        return list(csv.reader(text.splitlines(), delimiter="," if ending == ".csv" else "\t"))
    except csv.Error as error:
        raise SourceError(f"{path}: is no table: {error}") from None


def _json_rows(path: Path, text: str) -> list[list[str]]:
    try:
        values = json.loads(text)
        pairs = [
            list(name) if isinstance(name, list) else [folder, name]
            for folder, name in values.items()
        ]
    except (ValueError, AttributeError, RecursionError) as error:
        raise SourceError(f"{path}: is no JSON object of folders and names: {error}") from None
    if not all(isinstance(cell, str) for pair in pairs for cell in pair):
        raise SourceError(f"{path}: every name has to be a text")
    return pairs


def _shorten(path: Path, names: set[str]) -> dict[str, str]:
    """One label for each name: no comma can stand in it, for that cuts sequences."""
    short: dict[str, str] = {}
    taken: set[str] = set()
    # Those that leave no choice choose first: of "maillot" and "maillot, tank suit", the former.
    for name in sorted(names, key=lambda name: (name.count(","), name)):
        choices = [part.strip() for part in name.split(",") if part.strip()]
        free = [choice for choice in choices if choice not in taken]
        if not free:
            raise SourceError(
                f"{path}: nothing in {name!r} tells it from the others; give it another name"
            )
        short[name] = free[0]
        taken.add(free[0])
    return short
