"""How programs that have never heard of mnistseq find the samples of a format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FileSet:
    """Files of one kind in the shards of a split.

    Attributes
    ----------
    name : str
        ``images``, for example.
    pattern : str
        Their names, with ``{split}`` for the split, and ``*`` for any characters.
    media_type : str
    archived : bool
        Whether the files are members of the shards, which are archives.
    """

    name: str
    pattern: str
    media_type: str
    archived: bool = False


@dataclass(frozen=True)
class ReadField:
    """A value of each sample, and where it is.

    Attributes
    ----------
    name, description : str
    type : str
        A data type of Croissant, such as ``sc:Text``.
    file_set : str
        Name of the files that contain it.
    extract, transform : mapping
        How Croissant extracts it from a file, and changes what was extracted.
    repeated : bool
        Whether it is a list.
    shape : str
        Shape of an array, as Croissant writes it; empty if it is not an array.
    same_as : tuple of str and mapping, or None
        Other files that belong to the sample, and what of them is equal to this value.
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
class Reading:
    """What Hugging Face's datasets and Croissant need to know of a format.

    Attributes
    ----------
    data_files : tuple of str
        Patterns of the files of a split, with ``{split}`` for the split.
    features : tuple of mapping
        Columns in the order in which datasets finds them, as in the YAML of its cards.
    file_sets : tuple of FileSet
    fields : tuple of ReadField
        Those of different files belong to one record if one of them is `same_as` another.
    """

    data_files: tuple[str, ...]
    features: tuple[Mapping[str, Any], ...]
    file_sets: tuple[FileSet, ...]
    fields: tuple[ReadField, ...]
