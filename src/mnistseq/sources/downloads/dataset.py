"""What can be downloaded: data sets, their files and checksums."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.errors import ArgumentError


@dataclass(frozen=True)
class RemoteFile:
    """A file as its authors published it.

    Parameters
    ----------
    name : str
        Its name on the mirror and on this machine.
    md5 : str or None
        Of the published file, in hexadecimal; None if it is not known. The file is then gzipped,
        and its own checksum shows whether it is whole.
    size : int
        Of the published file in bytes; used for deadlines and progress, so nearly right is enough.
    content : str, optional
        SHA-256 of the decompressed content, where it is known. A file that was
        compressed again has a different md5 but this content, and is accepted.
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
        The source that reads it.
    description, homepage : str
        Shown to users.
    licence : str
        SPDX identifier or expression, or ``unknown``.
    attribution : str
        Authors and title, as the licence wants them to be named.
    mirrors : tuple of str
        Addresses to which a file's name is appended, in the order in which they are tried.
    torchvision : str, optional
        The name of its folder below a root of torchvision.
    keras : str, optional
        The name of its folder below ``~/.keras/datasets``.
    system : tuple of Path
        Folders where packages of an operating system, or this package, put it.
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
        """Size of all files together, in bytes, as published."""
        return sum(file.size for file in self.files)
