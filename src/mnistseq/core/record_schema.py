"""The files and fields of a sample, described for Hugging Face's datasets and for Croissant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FileSet:
    """The files of one kind in a split.

    Attributes
    ----------
    name : str
        Such as ``images``.
    pattern : str
        A glob pattern of their names, with ``{split}`` for the split.
    media_type : str
    archived : bool
        Whether the files are inside shards that are archives.
    """

    name: str
    pattern: str
    media_type: str
    archived: bool = False


@dataclass(frozen=True)
class RecordField:
    """A value that every sample has, and where it is stored.

    Attributes
    ----------
    name, description : str
    type : str
        Croissant data type, such as ``sc:Text``.
    file_set : str
        Name of the file set that contains it.
    extract, transform : mapping
        How Croissant extracts the value from a file, and transforms it.
    repeated : bool
        Whether the value is a list.
    shape : str
        Shape of an array in Croissant's notation; empty if the value is not an array.
    same_as : tuple of str and mapping, or None
        A file set, and what in its files equals this value: it joins files to samples.
    """

    name: str
    description: str
    type: str
    file_set: str
    extract: Mapping[str, str]
    transform: Mapping[str, str] | None = None
    repeated: bool = False
    shape: str = ""
    same_as: tuple[str, Mapping[str, str]] | None = None


@dataclass(frozen=True)
class RecordSchema:
    """What Hugging Face's datasets and Croissant need to know to load a format.

    Attributes
    ----------
    data_files : tuple of str
        Glob patterns of the files of a split, with ``{split}`` for the split.
    features : tuple of mapping
        Columns in the order in which datasets finds them, as its YAML metadata describes them.
    file_sets : tuple of FileSet
    fields : tuple of RecordField
        Fields of different file sets are joined by those with `same_as`.
    """

    data_files: tuple[str, ...]
    features: tuple[Mapping[str, Any], ...]
    file_sets: tuple[FileSet, ...]
    fields: tuple[RecordField, ...]
