"""pendigits: digits written on a tablet, which ship with the package."""

from __future__ import annotations

import lzma
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, NamedTuple

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.protocols import Source
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.array_files.files import read_bytes
from mnistseq.sources.banks.cache import cached_bank
from mnistseq.sources.pen_paths.bank import VERSION, path_bank
from mnistseq.sources.pen_paths.drawing import Drawing
from mnistseq.sources.pen_paths.placing import DIGITS, SIZES_HELP, CellPlacer, Sizes, measures
from mnistseq.sources.pen_paths.unipen_text import Content, Segment, read_unipen

SHIPPED = Path(__file__).parents[1] / "data" / "pendigits"


class _File(NamedTuple):
    """The file of a split, whose writers are numbered from 1 and get ids after `writers_before`."""

    name: str
    sha256: str
    writers_before: int


_FILES = {
    "train": _File(
        "pendigits-orig.tra.xz",
        "21b74c3c2e8279c393e418ffdafe137549c8f788fdf196fce9bf515631792d4d",
        0,
    ),
    "test": _File(
        "pendigits-orig.tes.xz",
        "065f3be2f402e3e92745e4db711cb6079d39b2ad3a5d528e0acdc5e0247767fb",
        30,
    ),
}

_LARGEST = 1 << 26
"""Maximum size of an unpacked file in bytes; real ones have 4 million."""


@dataclass(frozen=True)
class Pendigits(Source):
    """Digits written on a tablet, as pen paths: 7,494 in train, 3,498 in test.

    Labels are "0" to "9". Writers 1 to 30 wrote train, 31 to 44 test. Many digits are written
    as in Europe and Turkey: sevens with a bar, ones with a flag, open fours.

    The path of the source is a folder with the two files pendigits-orig.tra and
    pendigits-orig.tes, packed with xz or not; by default the files that ship with mnistseq.

    Source: E. Alpaydin, F. Alimoglu, "Pen-Based Recognition of Handwritten Digits", UCI
    Machine Learning Repository, data set 81.

    Parameters
    ----------
    sizes : {'equal', 'natural'}
        equal: every digit is 20 of 28 units high, as in MNIST; natural: only a writer's median
        digit is, and the others keep their relative sizes, on one baseline.
    """

    name: ClassVar[str] = "pendigits"

    sizes: Sizes = field(default="equal", metadata={"help": SIZES_HELP})

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split."""
        if split not in _FILES:
            raise ArgumentError(f"source pendigits has no split {split!r}; it has train and test")
        chosen = _FILES[split]
        file = _find(SHIPPED if path is None else Path(path), chosen.name)
        digest = bytes.fromhex(chosen.sha256) if path is None else None
        content = read_bytes(file, digest)

        def make() -> GlyphBank:
            found = read_unipen(_unpacked(content, file), str(file), _nothing)
            drawings = [_drawing(item, file, chosen.writers_before) for item in found.segments]
            equal = DIGITS if self.sizes == "equal" else frozenset[str]()
            return path_bank(
                drawings, CellPlacer.of(drawings, measures(drawings), equal), self.name
            )

        key = sha256(
            f"{VERSION} pendigits {split} {self.sizes}".encode() + sha256(content).digest()
        )
        return cached_bank(key.hexdigest(), self.name, make)

    def splits(self, path: str | None) -> tuple[str, ...]:
        """Return train and test."""
        return tuple(_FILES)

    def terms(self) -> LicenceTerms:
        """Return the licence terms of the published data set."""
        return LicenceTerms(
            "CC-BY-4.0",
            "E. Alpaydin and F. Alimoglu, Pen-Based Recognition of Handwritten Digits, "
            "UCI Machine Learning Repository",
            "https://archive.ics.uci.edu/dataset/81/pen+based+recognition+of+handwritten+digits",
        )


def _find(folder: Path, name: str) -> Path:
    plain = folder / name.removesuffix(".xz")
    return plain if plain.is_file() else folder / name


def _unpacked(content: bytes, file: Path) -> str:
    if content.startswith(b"\xfd7zXZ"):
        unpacker = lzma.LZMADecompressor()
        try:
            content = unpacker.decompress(content, _LARGEST)
        except lzma.LZMAError as error:
            raise SourceError(f"{file}: damaged xz data: {error}; get the file again") from None
        if not unpacker.eof:
            raise SourceError(f"{file}: damaged xz data: it does not end; get the file again")
    return content.decode("latin-1")


def _nothing(_name: str) -> Content:
    """Return no content for the included description, which was not published."""
    return Content((), (), "")


def _drawing(segment: Segment, file: Path, writers_before: int) -> Drawing:
    """Return a segment as a drawing; its comment contains digit, writer and sample number."""
    origin = f"{file}: line {segment.line}"
    words = segment.comment.split()
    if len(words) != 3 or not words[1].isdecimal():
        raise SourceError(
            f"{origin}: the segment needs a comment of digit, writer and number, such as 8 12 224"
        )
    return segment.drawing(str(int(words[1]) + writers_before), origin)
