"""EMNIST: handwritten letters and digits, downloaded on first use as one archive."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from string import ascii_lowercase, ascii_uppercase, digits
from typing import ClassVar, Literal, TypeAlias

import numpy as np

from mnistseq.core.array_types import Ints
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.protocols import Source
from mnistseq.errors import ArgumentError, MnistseqError, SourceError
from mnistseq.sources.array_files.files import read_bytes, reading
from mnistseq.sources.array_files.idx import read_idx
from mnistseq.sources.array_files.npz import ZIP_ERRORS
from mnistseq.sources.array_files.pairs import check_pair
from mnistseq.sources.banks.cache import cached_bank
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile

DATASET = Dataset(
    name="emnist",
    description="handwritten letters and digits, 28 x 28: up to 697,932 + 116,323",
    licence="unknown",
    attribution="Gregory Cohen, Saeed Afshar, Jonathan Tapson and André van Schaik, EMNIST, "
    "from NIST Special Database 19",
    homepage="https://www.nist.gov/itl/products-and-services/emnist-dataset",
    files=(RemoteFile("gzip.zip", "58c8d27c78d21e728a6bc7b3cc06412e", 561_753_746),),
    mirrors=("https://biometrics.nist.gov/cs_links/EMNIST/",),
    torchvision="EMNIST",
)

_File: TypeAlias = tuple[Path, bytes]

_MERGED = f"{digits}{ascii_uppercase}abdefghnqrt"
_CHARACTERS = {
    "byclass": f"{digits}{ascii_uppercase}{ascii_lowercase}",
    "bymerge": _MERGED,
    "balanced": _MERGED,
    "letters": ascii_uppercase,
    "digits": digits,
    "mnist": digits,
}
"""Variant → characters in the order of its labels, as in its mapping."""

_LARGEST_MAPPING = 1 << 16
"""Maximum size of a mapping file, which may be compressed much better than images."""


@dataclass(frozen=True)
class Emnist(Source):
    """Handwritten letters and digits, 28 x 28, in six variants, each with train and test.

    Labels are the characters in the variant's mapping. The variant letters maps
    both cases of a letter to one label, the capital.

    The path of the source is the archive gzip.zip, a folder that contains it, or a folder
    with its files, with or without the mapping; by default it is found on this machine, or
    downloaded (562 MB).

    Source: G. Cohen, S. Afshar, J. Tapson, A. van Schaik, "EMNIST: an extension
    of MNIST to handwritten letters", arXiv:1702.05373.

    Parameters
    ----------
    variant : {'byclass', 'bymerge', 'balanced', 'letters', 'digits', 'mnist'}
        byclass: 62 characters, both cases; bymerge: 47, without the small letters
        that look like capitals; balanced: the same 47, with equal numbers of each;
        letters: 26; digits and mnist: 10, with equal numbers of each and with MNIST's.
    """

    name: ClassVar[str] = "emnist"

    variant: Literal["byclass", "bymerge", "balanced", "letters", "digits", "mnist"] = "balanced"

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split."""
        if split not in self.splits(path):
            raise ArgumentError(f"source emnist has no split {split!r}; it has train and test")
        stem = f"emnist-{self.variant}"
        folder = _find(path)
        names = (
            f"{stem}-{split}-images-idx3-ubyte",
            f"{stem}-{split}-labels-idx1-ubyte",
            f"{stem}-mapping.txt",
        )
        found = _read_files(folder, names)
        (images, packed), (labels, numbers) = (_required(found, name, folder) for name in names[:2])
        # Copies often lack the mapping, which is always the same.
        mapping, text = found.get(names[2], (labels, _standard_mapping(self.variant)))

        def make() -> GlyphBank:
            # Images are stored column by column, as in Matlab.
            pixels = np.ascontiguousarray(read_idx(packed, images).swapaxes(1, 2))
            values = read_idx(numbers, labels)
            check_pair(pixels, values, images, labels)
            alphabet, codes = _characters(text, values, mapping)
            return GlyphBank(pixels, codes, alphabet, name=self.name)

        digest = sha256(b"emnist")
        for content in (packed, numbers, text):
            digest.update(sha256(content).digest())
        return cached_bank(digest.hexdigest(), self.name, make)

    def splits(self, path: str | None) -> tuple[str, ...]:
        """Return train and test."""
        return ("train", "test")

    def terms(self) -> LicenceTerms:
        """Return the licence terms of the published data set."""
        return DATASET.terms


def _find(path: str | None) -> Path:
    """Return the archive or the folder with its files; without a path, download the archive."""
    if path is None:
        from mnistseq.sources.downloads.fetch import obtain  # not needed where a path is given

        return obtain(DATASET)[0]
    given = Path(path)
    with reading(given, "give EMNIST's gzip.zip"):
        given.stat()
        archive = given / DATASET.files[0].name
        return archive if given.is_dir() and archive.is_file() else given


def _read_files(path: Path, names: tuple[str, ...]) -> dict[str, _File]:
    """Return the files in a folder or archive: their path, for messages, and content."""
    if path.is_dir():
        files = {name: _find_in_folder(path, name) for name in names}
        return {name: (file, read_bytes(file)) for name, file in files.items() if file is not None}
    try:
        with reading(path), zipfile.ZipFile(path) as archive:
            members = {PurePosixPath(name).name: name for name in archive.namelist()}
            found = {name: members.get(f"{name}.gz") or members.get(name) for name in names}
            return {
                name: (path / member, _read_member(archive, member, path))
                for name, member in found.items()
                if member is not None
            }
    except MnistseqError:
        raise
    except ZIP_ERRORS as error:
        raise SourceError(f"{path}: not a readable zip archive: {error}") from None


def _required(found: dict[str, _File], name: str, path: Path) -> _File:
    if name not in found:
        raise SourceError(
            f"{path}: does not contain {name}, gzipped or not; give EMNIST's gzip.zip, or a folder "
            "with its files"
        )
    return found[name]


def _find_in_folder(folder: Path, name: str) -> Path | None:
    for subfolder in ("", "gzip"):
        for end in ("", ".gz"):
            path = folder / subfolder / f"{name}{end}"
            if path.is_file():
                return path
    return None


def _read_member(archive: zipfile.ZipFile, member: str, path: Path) -> bytes:
    # A member may claim any size; real ones are already gzipped, so they hardly shrink.
    if archive.getinfo(member).file_size > 2 * path.stat().st_size + _LARGEST_MAPPING:
        raise SourceError(f"{path}: {member} in it is larger than any file of EMNIST")
    return archive.read(member)


def _standard_mapping(variant: str) -> bytes:
    """Return the mapping of a variant as in its file: a line for each label, with a character code."""
    first = 1 if variant == "letters" else 0
    characters = enumerate(_CHARACTERS[variant], first)
    return "".join(f"{label} {ord(character)}\n" for label, character in characters).encode()


def _characters(text: bytes, values: Ints, path: Path) -> tuple[tuple[str, ...], Ints]:
    """Return the characters that occur, and the index of each glyph's character among them.

    Each line of a mapping has a label and one or more decimal character codes. Labels of
    `letters` start at 1, all others at 0.
    """
    characters: dict[int, str] = {}
    try:
        for line in text.decode("ascii").splitlines():
            if line.strip():
                label, code, *_ = map(int, line.split())
                characters[label] = chr(code)
    except (ValueError, OverflowError):
        raise SourceError(f"{path}: not a mapping of labels to character codes") from None
    known, codes = np.unique(values, return_inverse=True)
    unknown = [label for label in known.tolist() if label not in characters]
    if unknown:
        raise SourceError(f"{path}: does not map the labels {unknown}, which some glyphs have")
    return tuple(characters[label] for label in known.tolist()), codes
