"""NumPy's archives of arrays, as Keras has its data sets in: images and labels in one file.

Source of the format: NumPy's NEP 1, "A simple file format for NumPy arrays";
an .npz is a zip archive with one .npy for each array.
"""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.protocols import Source
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.banks.cache import cached_bank
from mnistseq.sources.banks.labels import check_labels, normal
from mnistseq.sources.idx import content_digest

_DEFLATE_LIMIT = 1032
"""No deflate stream grows more than this when it is unpacked (zlib's technical notes)."""

_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_LISTED = 12
_AT_ONCE = 1024
_VERSION = "npz 1"


@dataclass(frozen=True)
class Npz(Source):
    """Arrays of an .npz file: images (N, height, width) or (N, height, width, 1 or 3), labels (N,).

    The path of the source is the file. Images are uint8, or floats from 0 to 1;
    labels whole numbers or texts. Python objects in it are never unpickled.

    Parameters
    ----------
    images, labels : str, optional
        Names of the arrays; by default Keras's for the split, as x_train and y_train.
    polarity : {'light-on-dark', 'dark-on-light'}
        Colour of ink and ground in the images.
    """

    name: ClassVar[str] = "npz"

    images: str | None = field(default=None, metadata={"help": "by default x_train for train, …"})
    labels: str | None = field(default=None, metadata={"help": "by default y_train for train, …"})
    polarity: Literal["light-on-dark", "dark-on-light"] = field(
        default="light-on-dark", metadata={"help": "of ink and ground in the images"}
    )

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read one split; where arrays are named, all splits are the same."""
        if path is None:
            raise ArgumentError("source npz needs a path (source.path, --data-dir): the .npz file")
        file = Path(path)
        names = self.images or f"x_{split}", self.labels or f"y_{split}"

        def make() -> GlyphBank:
            with _opened(file) as archive:
                pixels = _pixels(read_array(archive, names[0], file), names[0], file)
                values = read_array(archive, names[1], file)
            codes, alphabet = _labels(values, names[1], file)
            if len(pixels) != len(codes):
                raise SourceError(
                    f"{file}: {len(pixels)} images in {names[0]} but {len(codes)} labels in "
                    f"{names[1]}: name two arrays that belong together"
                )
            if self.polarity == "dark-on-light":
                pixels = np.bitwise_not(pixels)
            return GlyphBank(pixels, codes, alphabet, name=f"{self.name} {file.name}")

        key = f"{_VERSION} {content_digest(file).hex()} {names} {self.polarity}"
        return cached_bank(sha256(key.encode()).hexdigest(), f"{self.name} {file.name}", make)


def read_array(archive: zipfile.ZipFile, name: str, path: Path) -> NDArray[Any]:
    """Read one array of an archive.

    Its header is held against its length, and that against what is stored of
    it, before any memory is taken for it.

    Raises
    ------
    SourceError
        If it is not there, damaged, or holds Python objects.
    """
    try:
        member = archive.getinfo(f"{name}.npy")
    except KeyError:
        there = [item.removesuffix(".npy") for item in archive.namelist()]
        more = f" and {len(there) - _LISTED} more" if len(there) > _LISTED else ""
        raise SourceError(
            f"{path}: there is no array {name!r} in it; there is "
            f"{', '.join(there[:_LISTED]) or 'none'}{more}. Say in source.parameters.images and "
            "labels which to take"
        ) from None
    if member.compress_type not in (_STORED, _DEFLATED):
        raise SourceError(
            f"{path}: array {name} is compressed in a way that NumPy does not write; save it with "
            "savez_compressed"
        )
    most = member.compress_size * (1 if member.compress_type == _STORED else _DEFLATE_LIMIT)
    if member.file_size > most:
        raise SourceError(
            f"{path}: array {name} claims {member.file_size} bytes, but the "
            f"{member.compress_size} that are stored of it cannot hold more than {most}; get the "
            "file again"
        )
    with archive.open(member) as stream:
        dtype, shape, fortran = _header(stream, name, path)
        length = math.prod(shape) * dtype.itemsize
        # Its length is what zip says it is; the header's own few bytes come on top.
        if length > member.file_size:
            raise SourceError(
                f"{path}: array {name} claims shape {shape} of {dtype}, {length} bytes, but has "
                f"{member.file_size}; get the file again"
            )
        content = stream.read()
    if len(content) != length:
        raise SourceError(
            f"{path}: array {name} claims shape {shape} of {dtype}, {length} bytes, but has "
            f"{len(content)}; get the file again"
        )
    array = np.frombuffer(content, dtype)
    return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)


def _header(
    stream: IO[bytes], name: str, path: Path
) -> tuple[np.dtype[Any], tuple[int, ...], bool]:
    try:
        version = np.lib.format.read_magic(stream)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, fortran, dtype = read(stream)
    except (ValueError, KeyError, SyntaxError, TypeError) as error:
        raise SourceError(f"{path}: {name} is no array that can be read: {error}") from None
    if not dtype.itemsize or min(shape, default=0) < 0:
        raise SourceError(f"{path}: array {name} claims shape {shape} of {dtype}, which cannot be")
    if dtype.hasobject:
        raise SourceError(
            f"{path}: array {name} holds Python objects, and to unpickle these would run what "
            "they say; save it as numbers or texts, as with array.astype(str)"
        )
    return dtype, shape, fortran


def _pixels(array: NDArray[Any], name: str, path: Path) -> Pixels:
    shape = array.shape
    if array.ndim == 4 and shape[3] == 1:
        array = array[..., 0]
    if array.ndim not in (3, 4) or (array.ndim == 4 and shape[3] != 3):
        raise SourceError(
            f"{path}: array {name} has shape {shape}, but images are (N, height, width) or (N, "
            "height, width, 1 or 3); are images and labels swapped?"
        )
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if not np.issubdtype(array.dtype, np.floating):
        raise SourceError(
            f"{path}: array {name} has numbers of type {array.dtype}, but images are uint8, or "
            "floats from 0 to 1"
        )
    low, high = (float(f(array)) if array.size else 0.0 for f in (np.min, np.max))
    if not (low >= 0 and high <= 1):
        raise SourceError(
            f"{path}: array {name} has floats from {low:g} to {high:g}, but images have them from "
            "0 to 1: divide them, or save them as uint8"
        )
    pixels = np.empty(array.shape, dtype=np.uint8)
    for first in range(0, len(array), _AT_ONCE):  # eight bytes a pixel, for a few of them only
        block = slice(first, first + _AT_ONCE)
        pixels[block] = np.rint(array[block].astype(np.float64) * 255)
    return pixels


def _labels(values: NDArray[Any], name: str, path: Path) -> tuple[Ints, tuple[str, ...]]:
    """Codes, and what they stand for."""
    shape = values.shape
    if values.ndim == 2 and shape[1] == 1:  # as Keras has CIFAR's
        values = values[:, 0]
    if values.ndim != 1:
        raise SourceError(
            f"{path}: array {name} has shape {shape}, but labels are (N,), one for each image; of "
            "one-hot labels take argmax(axis=1)"
        )
    known: list[str]
    if np.issubdtype(values.dtype, np.integer):
        numbers, codes = np.unique(values, return_inverse=True)
        known = [str(number) for number in numbers.tolist()]
    elif values.dtype.kind in "SU":
        known, codes = _text_labels(values, name, path)
    else:
        raise SourceError(
            f"{path}: array {name} has values of type {values.dtype}, but labels are whole numbers "
            "or texts"
        )
    check_labels(known, f"{path}: array {name}", "give the images other labels")
    return codes.astype(np.int64), tuple(known)


def _text_labels(values: NDArray[Any], name: str, path: Path) -> tuple[list[str], Ints]:
    raw, places = np.unique(values, return_inverse=True)
    try:
        texts = [normal(text if isinstance(text, str) else text.decode()) for text in raw.tolist()]
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: array {name} has labels that are no UTF-8: {error}") from None
    known = sorted(set(texts))
    number = {text: code for code, text in enumerate(known)}
    return known, np.array([number[text] for text in texts], dtype=np.int64)[places]


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror or error}") from None
    # What zipfile raises on damaged and on encrypted members.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise SourceError(f"{path}: is no .npz file that can be read: {error}") from None
