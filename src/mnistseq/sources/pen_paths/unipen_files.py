"""Read the files of a UNIPEN release from its archive or from a folder."""

from __future__ import annotations

import lzma
import re
import tarfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from mnistseq.errors import SourceError
from mnistseq.sources.array_files.files import content_digest, reading

_HINT = "give the archive of UNIPEN's train_r01_v07, or its folder with data and include"
_ROOTS = ("", "train_r01_v07", "CDROM/train_r01_v07", "unipen/CDROM/train_r01_v07")
_LARGEST = 1 << 26
"""Maximum size of a file in bytes; the largest real ones have 4 million."""

_LONGEST_HEADER = 1 << 16
"""Bytes of an extended header of an archive: tarfile reads it whole, however long it claims to be."""

_INCLUDED = re.compile(r"(?:^|/)(include/.+)")
_DATA = re.compile(r"(?:^|/)(data/1[abcd]/.+\.dat)$")


class UnipenFiles(ABC):
    """Files of a release by name, such as ``data/1a/aga/a.dat`` and ``include/aga/b.dat``."""

    @abstractmethod
    def digest(self) -> str:
        """Return a hash that changes with the files."""

    @abstractmethod
    def data(self, categories: tuple[str, ...]) -> dict[str, str]:
        """Return the texts of the files with segments, by name."""

    @abstractmethod
    def read(self, names: set[str]) -> dict[str, str]:
        """Return the texts of the existing ones of these files, by name."""


def open_unipen(path: Path) -> UnipenFiles:
    """Return the files of an archive or a folder; SourceError if it is neither."""
    with reading(path, _HINT):
        path.stat()
    if path.is_file():
        return _Archive(path)
    for root in _ROOTS:
        if (path / root / "include").is_dir():
            return _Folder(path / root)
    raise SourceError(f"{path}: contains no folder include; {_HINT}")


@dataclass(frozen=True)
class _Folder(UnipenFiles):
    root: Path

    def digest(self) -> str:
        digest = sha256()
        with reading(self.root):
            for file in sorted(self.root.rglob("*")):
                facts = file.stat()
                name = file.relative_to(self.root).as_posix()
                digest.update(f"{name}\n{facts.st_size} {facts.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def data(self, categories: tuple[str, ...]) -> dict[str, str]:
        files = (self.root / "data" / category for category in categories)
        found = sorted(file for folder in files for file in folder.rglob("*.dat"))
        return self.read({file.relative_to(self.root).as_posix() for file in found})

    def read(self, names: set[str]) -> dict[str, str]:
        found = {}
        for name in sorted(names):
            file = self.root / name
            # Files may include any name, which must not lead out of the release.
            if ".." not in Path(name).parts and file.is_file():
                with reading(file):
                    found[name] = _text(file.read_bytes(), str(file))
        return found


@dataclass(frozen=True)
class _Archive(UnipenFiles):
    """A tar file, compressed or not, which is always read from the start and never extracted."""

    path: Path

    def digest(self) -> str:
        return content_digest(self.path).hex()

    def data(self, categories: tuple[str, ...]) -> dict[str, str]:
        found = self._texts(_DATA, None)
        return {name: text for name, text in found.items() if name.split("/")[1] in categories}

    def read(self, names: set[str]) -> dict[str, str]:
        return self._texts(_INCLUDED, names)

    def _texts(self, pattern: re.Pattern[str], names: set[str] | None) -> dict[str, str]:
        found = {}
        try:
            with reading(self.path), tarfile.open(self.path, tarinfo=_Member) as archive:
                for member, name in _members(archive, pattern):
                    if names is None or name in names:
                        file = archive.extractfile(member)
                        content = b"" if file is None else file.read(_LARGEST + 1)
                        found[name] = _text(content, f"{self.path}: {name}")
        except (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError) as error:
            # After the first line, tarfile lists the error of each compression method.
            reason = str(error).partition("\n")[0].rstrip(":")
            raise SourceError(
                f"{self.path}: not a readable tar archive: {reason}; {_HINT}"
            ) from None
        return found


class _Member(tarfile.TarInfo):
    """A member of a stranger's archive, whose header cannot fill the memory."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if not self.isreg() and self.size > _LONGEST_HEADER:
            raise tarfile.ReadError("an extended header is too long")
        member: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]
        return member


def _members(
    archive: tarfile.TarFile, pattern: re.Pattern[str]
) -> Iterator[tuple[tarfile.TarInfo, str]]:
    last = -1
    for member in archive:
        if member.offset <= last:
            raise tarfile.ReadError("a member leads backwards")
        last = member.offset
        # Names of included files also contain folders called data.
        if member.isfile() and (pattern is _INCLUDED or not _INCLUDED.search(member.name)):
            match = pattern.search(member.name)
            if match is not None:
                yield member, match[1]


def _text(content: bytes, where: str) -> str:
    if len(content) > _LARGEST:
        raise SourceError(f"{where}: is larger than {_LARGEST >> 20} MiB, as no file of UNIPEN is")
    return content.decode("latin-1")
