"""Destination: where images go, and in which image format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from mnistseq.atomic import is_folder
from mnistseq.core.samples import Sample
from mnistseq.errors import ArgumentError, OutputError
from mnistseq.formats.encoding.images import ImageFormat
from mnistseq.pipeline.images.save import file_name, numbered


@dataclass(frozen=True)
class Destination:
    """Where images go, and in which image format.

    Attributes
    ----------
    folder : Path
        An existing folder.
    file : str or None
        Name of the only file; None: each file is named for its sequence.
    image_format : {'png', 'jpg', 'jpeg'}
    """

    folder: Path
    file: str | None
    image_format: str

    @classmethod
    def of(
        cls, output: str | None, image_format: str, count: int, *, strict: bool = False
    ) -> Destination:
        """Return the destination that an output means.

        Parameters
        ----------
        output : str or None
            A file, an existing folder, or None for the current folder.
        image_format : {'png', 'jpg', 'jpeg'}
            The format unless the name of a file ends in another.
        count : int
            Number of images.
        strict : bool
            Refuse a file whose name ends in another format, instead of using that format.

        Raises
        ------
        ArgumentError
            If the name of a file ends in no known format, or in another with `strict`, or there is
            more than one image for it.
        OutputError
            If the folder does not exist.
        """
        if output is None:
            return cls(Path(), None, image_format)
        path = Path(output)
        if is_folder(path):
            return cls(path, None, image_format)
        if output.endswith(("/", "\\")):
            raise OutputError(f"{output}: the folder does not exist; create it first")
        if count > 1:
            raise ArgumentError(
                f"{output}: is one file, but there are {count} images; give a folder"
            )
        ending = _format_of(path)
        if strict and _is_jpeg(ending) != _is_jpeg(image_format):
            raise ArgumentError(
                f"{path}: ends in {path.suffix}, but the format asked for is {image_format}"
            )
        return cls(path.parent, path.name, ending)

    def paths(self, sample: Sample) -> Iterator[Path]:
        """Yield the paths that a sample may have: its name, then the same with numbers."""
        return numbered(self.folder / (self.file or file_name(sample.labels, self.image_format)))


def _format_of(path: Path) -> str:
    ending, known = path.suffix.lstrip(".").lower(), get_args(ImageFormat)
    if ending not in known:
        raise ArgumentError(
            f"{path}: {path.suffix or 'a name without an ending'} is not a known image format; "
            f"end it in {' or '.join('.' + name for name in known)}, or give an existing folder"
        )
    return ending


def _is_jpeg(image_format: str) -> bool:
    return image_format != "png"
