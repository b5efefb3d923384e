"""What can be downloaded: a data set, its files and their checksums."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mnistseq.errors import ArgumentError


@dataclass(frozen=True)
class RemoteFile:
    """One file as its makers published it.

    Parameters
    ----------
    name : str
        Its name there and here.
    md5 : str
        Of the published file, in hexadecimal.
    size : int
        Of the published file in bytes, or nearly: deadlines and progress bars need no more.
    content : str, optional
        sha256 of the decompressed content, where it is known. A file that was
        compressed anew has another md5 but this content, and is as good.
    """

    name: str
    md5: str
    size: int
    content: str | None = None


@dataclass(frozen=True)
class Dataset:
    """Files that belong together, where to get them, and where other tools keep them.

    Parameters
    ----------
    name : str
        The source that reads it.
    title, licence, homepage : str
        For those who ask what they get.
    files : tuple of RemoteFile
    mirrors : tuple of str
        Addresses that a file's name is put behind, the first to be tried first.
    torchvision : str, optional
        Its folder's name below a root of torchvision.
    keras : str, optional
        Its folder's name below ``~/.keras/datasets``.
    system : tuple of Path
        Folders where packages of an operating system, or this one, put it.
    """

    name: str
    title: str
    licence: str
    homepage: str
    files: tuple[RemoteFile, ...]
    mirrors: tuple[str, ...]
    torchvision: str | None = None
    keras: str | None = None
    system: tuple[Path, ...] = ()

    def file(self, name: str) -> RemoteFile:
        """The file of this name."""
        for file in self.files:
            if file.name == name:
                return file
        names = ", ".join(file.name for file in self.files)
        raise ArgumentError(f"data set {self.name} has no file {name!r}; it has {names}")

    @property
    def size(self) -> int:
        """Of all files together, in bytes, as published."""
        return sum(file.size for file in self.files)
