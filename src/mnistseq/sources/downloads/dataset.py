"""Dataset and RemoteFile: descriptions of downloadable data sets, with checksums."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.errors import ArgumentError


@dataclass(frozen=True)
class RemoteFile:
    """A published file.

    Parameters
    ----------
    name : str
        Name of the file on mirrors and on this machine.
    md5 : str or None
        Hexadecimal MD5 of the published file; None if unknown, in which case the file is gzipped
        and has a checksum of its own.
    size : int
        Approximate size of the published file in bytes, for deadlines and progress.
    content : str, optional
        SHA-256 of the decompressed content, if known. A recompressed file with a different MD5
        but this content is accepted.
    """

    name: str
    md5: str | None
    size: int
    content: str | None = None


@dataclass(frozen=True)
class Dataset:
    """A published data set: its files, where to download them, and where other tools keep them.

    Parameters
    ----------
    name : str
        Name of the source that reads it.
    description, homepage : str
        Texts shown to users.
    licence : str
        SPDX identifier or expression, or ``unknown``.
    attribution : str
        Authors and title, as required by the licence.
    mirrors : tuple of str
        URLs to which the name of a file is appended, in the order in which they are tried.
    torchvision : str, optional
        Name of its folder below a root of torchvision.
    keras : str, optional
        Name of its folder below ``~/.keras/datasets``.
    system : tuple of Path
        Folders where operating system packages or this package put it.
    """

    name: str
    description: str
    licence: str
    attribution: str
    homepage: str
    files: tuple[RemoteFile, ...]
    mirrors: tuple[str, ...]
    torchvision: str | None = None
    keras: str | None = None
    system: tuple[Path, ...] = ()

    def file(self, name: str) -> RemoteFile:
        """Return the file of this name."""
        for file in self.files:
            if file.name == name:
                return file
        names = ", ".join(file.name for file in self.files)
        raise ArgumentError(f"data set {self.name} has no file {name!r}; it has {names}")

    @property
    def terms(self) -> LicenceTerms:
        """Licence, attribution and homepage."""
        return LicenceTerms(self.licence, self.attribution, self.homepage)

    @property
    def size(self) -> int:
        """Total published size of all files in bytes."""
        return sum(file.size for file in self.files)
