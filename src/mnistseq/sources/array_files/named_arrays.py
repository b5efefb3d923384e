"""Find a pair of arrays by name, in one .npz file or in two files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from mnistseq.errors import SourceError
from mnistseq.messages import listed
from mnistseq.sources.array_files.files import reading
from mnistseq.sources.array_files.npz import array_names, open_npz, read_array, read_npy
from mnistseq.sources.array_files.pair_names import SUFFIXES, choose_pair, splits_among

_NPY_MAGIC = b"\x93NUMPY"


@dataclass(frozen=True)
class StoredArray:
    """An array in a file.

    Attributes
    ----------
    name : str or None
        Name of the array in an .npz file; None means the only array of an .npz or .npy file.
    """

    path: Path
    name: str | None = None

    def __str__(self) -> str:
        return str(self.path) if self.name is None else f"{self.path}: array {self.name}"

    def read(self) -> NDArray[Any]:
        """Read the array; SourceError if it is missing, damaged or not the only one."""
        if self.name is None and _is_npy(self.path):
            return read_npy(self.path)
        with open_npz(self.path) as archive:
            name = self.name
            if name is None:
                names = array_names(archive)
                if len(names) != 1:
                    raise SourceError(
                        f"{self.path}: has {listed(names) or 'no arrays'}, but each of two files "
                        "has one array; give the path of this file instead of the folder's"
                    )
                name = names[0]
            return read_array(archive, name, self.path)


def find_arrays(
    path: Path, split: str, images: str | None, labels: str | None
) -> tuple[StoredArray, StoredArray]:
    """Find the images and labels of a split in an .npz file, or a folder with a file for each.

    Their names may be given. SourceError if they cannot be found.
    """
    with reading(path):
        path.stat()
        if path.is_dir():
            chosen = choose_pair(_files(path), split, images, labels, path, "files")
            return StoredArray(path / chosen[0]), StoredArray(path / chosen[1])
    if _is_npy(path):
        raise SourceError(
            f"{path}: has one array, but images and labels are two; give the folder with both files"
        )
    chosen = choose_pair(_arrays(path), split, images, labels, path, "arrays")
    return StoredArray(path, chosen[0]), StoredArray(path, chosen[1])


def splits_of(path: Path) -> tuple[str, ...]:
    """Return the splits that occur in the names of arrays or files."""
    return splits_among(_files(path) if path.is_dir() else _arrays(path))


def _files(folder: Path) -> list[str]:
    with reading(folder):
        return sorted(
            entry.name
            for entry in folder.iterdir()
            if entry.suffix.lower() in SUFFIXES and entry.is_file()
        )


def _arrays(path: Path) -> list[str]:
    with open_npz(path) as archive:
        return array_names(archive)


def _is_npy(path: Path) -> bool:
    with reading(path), open(path, "rb") as file:
        return file.read(len(_NPY_MAGIC)) == _NPY_MAGIC
