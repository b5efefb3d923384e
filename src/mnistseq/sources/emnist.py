"""EMNIST: handwritten letters and digits, downloaded on first use as one archive."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import ClassVar, Literal

import numpy as np

from mnistseq.core.arrays import Ints
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.protocols import Source
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.banks.cache import cached_bank
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile
from mnistseq.sources.idx import check_pair, read_bytes, read_idx

DATASET = Dataset(
    name="emnist",
    title="handwritten letters and digits, 28 x 28: up to 697,932 + 116,323",
    licence="none stated; from NIST Special Database 19",
    homepage="https://www.nist.gov/itl/products-and-services/emnist-dataset",
    files=(RemoteFile("gzip.zip", "58c8d27c78d21e728a6bc7b3cc06412e", 561_753_746),),
    mirrors=("https://biometrics.nist.gov/cs_links/EMNIST/",),
    torchvision="EMNIST",
)

_LARGEST_MAPPING = 1 << 16


@dataclass(frozen=True)
class Emnist(Source):
    """Handwritten letters and digits, 28 x 28, in six variants, each with train and test.

    Labels are the characters that the variant's mapping names. Where it names
    two, as letters does, which has both cases under one label, the first: "A".

    The path of the source is the archive gzip.zip or a folder with it or with
    the files in it; by default it is found on this machine or downloaded, 562 MB.

    Source: G. Cohen, S. Afshar, J. Tapson, A. van Schaik, "EMNIST: an extension
    of MNIST to handwritten letters", arXiv:1702.05373.

    Parameters
    ----------
    variant : {'byclass', 'bymerge', 'balanced', 'letters', 'digits', 'mnist'}
        byclass: 62 characters, both cases; bymerge: 47, without small letters that
        look like capitals; balanced: the same 47, equally many of each; letters: 26;
        digits and mnist: 10, equally many and as in MNIST.
    """

    name: ClassVar[str] = "emnist"

    variant: Literal["byclass", "bymerge", "balanced", "letters", "digits", "mnist"] = "balanced"

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split."""
        if split not in ("train", "test"):
            raise ArgumentError(f"source emnist has no split {split!r}; it has train and test")
        stem = f"emnist-{self.variant}"
        names = (
            f"{stem}-{split}-images-idx3-ubyte",
            f"{stem}-{split}-labels-idx1-ubyte",
            f"{stem}-mapping.txt",
        )
        (images, packed), (labels, numbers), (mapping, text) = _read_files(_place(path), names)

        def make() -> GlyphBank:
            # Stored column by column, as the authors' Matlab had them.
            pixels = np.ascontiguousarray(read_idx(packed, images).swapaxes(1, 2))
            values = read_idx(numbers, labels)
            check_pair(pixels, values, images, labels)
            alphabet, codes = _characters(text, values, mapping)
            return GlyphBank(pixels, codes, alphabet, name=self.name)

        digest = sha256(b"emnist")
        for content in (packed, numbers, text):
            digest.update(sha256(content).digest())
        return cached_bank(digest.hexdigest(), self.name, make)


def _place(path: str | None) -> Path:
    """The archive, or a folder with its files."""
    if path is None:
        from mnistseq.sources.downloads.fetch import obtain  # of no use to those who give a path

        return obtain(DATASET)[0]
    place = Path(path)
    try:
        if not place.exists():
            raise SourceError(f"{place}: there is no such file or folder; give EMNIST's gzip.zip")
        archive = place / DATASET.files[0].name
        return archive if archive.is_file() else place
    except OSError as error:
        raise SourceError(f"{place}: cannot be read: {error.strerror or error}") from None


def _read_files(place: Path, names: tuple[str, ...]) -> list[tuple[Path, bytes]]:
    """Each file's path, for messages, and its bytes: from a folder or a zip archive."""
    if place.is_dir():
        return [_read_from_folder(place, name) for name in names]
    try:
        with zipfile.ZipFile(place) as archive:
            members = {PurePosixPath(name).name: name for name in archive.namelist()}
            return [_read_member(archive, members, place, name) for name in names]
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"{place}: cannot be read as a zip archive: {error}") from None


def _read_from_folder(folder: Path, name: str) -> tuple[Path, bytes]:
    tried = [folder / below / f"{name}{end}" for below in ("", "gzip") for end in ("", ".gz")]
    for path in tried:
        if path.is_file():
            return path, read_bytes(path)
    raise SourceError(f"{folder}: there is neither {name} nor {name}.gz in it, nor gzip.zip")


def _read_member(
    archive: zipfile.ZipFile, members: dict[str, str], place: Path, name: str
) -> tuple[Path, bytes]:
    member = members.get(f"{name}.gz") or members.get(name)
    if member is None:
        raise SourceError(f"{place}: there is no {name} in it; give EMNIST's gzip.zip")
    # A member may claim any size; gzipped ones are about as long as the archive says they are.
    if archive.getinfo(member).file_size > 2 * place.stat().st_size + _LARGEST_MAPPING:
        raise SourceError(f"{place}: {member} in it unpacks to more than EMNIST's files do")
    return place / member, archive.read(member)


def _characters(text: bytes, values: Ints, path: Path) -> tuple[tuple[str, ...], Ints]:
    """The characters that occur, and which of them each glyph is.

    A mapping has a line for each label: the label, then one or more codes of
    characters, in decimal. Letters count from 1, the others from 0.
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
        raise SourceError(f"{path}: it does not name the labels {unknown}, which glyphs have")
    return tuple(characters[label] for label in known.tolist()), codes
