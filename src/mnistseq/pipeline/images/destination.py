"""Destination: the folder or file of images, and their image format."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from mnistseq.atomic import is_folder
from mnistseq.core.samples import Sample
from mnistseq.errors import ArgumentError, OutputExistsError, WrongPathError
from mnistseq.formats.encoding.images import ImageFormat
from mnistseq.pipeline.images.save import file_name, files_of, numbered
from mnistseq.pipeline.store.file_names import refuse_unportable
from mnistseq.pipeline.store.write_errors import cannot_create

_SEPARATORS = ("/", "\\") if os.sep == "\\" else ("/",)
"""Separators that mark the name of a folder."""


@dataclass(frozen=True)
class Destination:
    """The folder or file of images, and their image format.

    Attributes
    ----------
    folder : Path
        The folder, which may not exist yet.
    file : str or None
        Name of the only file; None if files are named after their sequence.
    """

    folder: Path
    file: str | None
    image_format: str

    @classmethod
    def of(
        cls, output: str | None, image_format: str, count: int, *, strict: bool = False
    ) -> Destination:
        """Return the destination that an output describes.

        Parameters
        ----------
        output : str or None
            A file, an existing folder, a folder to be created, whose name ends in ``/``, or None
            for the current folder.
        image_format : {'png', 'jpg', 'jpeg'}
            The format, unless the suffix of a file says otherwise.
        count : int
            Number of images.
        strict : bool
            Whether a file with the suffix of another format is an error.

        Raises
        ------
        ArgumentError
            If a file has an unknown suffix or, with `strict`, that of another format; or if there
            are several images for one file.
        """
        if output is None:
            return cls(Path(), None, image_format)
        path = Path(output)
        refuse_unportable(path)
        if is_folder(path) or output.endswith(_SEPARATORS):
            return cls(path, None, image_format)
        if count > 1:
            raise ArgumentError(
                f"{output}: is one file, but there are {count} images; give a folder, such as "
                f"{path.with_suffix('')}/"
            )
        ending = _format_of(path)
        if strict and _is_jpeg(ending) != _is_jpeg(image_format):
            raise ArgumentError(
                f"{path}: ends in {path.suffix}, but the format asked for is {image_format}"
            )
        return cls(path.parent, path.name, ending)

    def create_folder(self) -> None:
        """Create the folder if it does not exist; OutputError if it cannot be created."""
        if self.file is not None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise WrongPathError(
                f"cannot create folder {self.folder}: a file has its name, or that of a folder above "
                "it; choose another path"
            ) from error
        except OSError as error:
            raise cannot_create(self.folder, error) from error

    def check_free(self, *, metadata: bool) -> None:
        """Raise OutputExistsError if the file of the only image, or of its metadata, exists."""
        if self.file is None:
            return
        for path in files_of(self.folder / self.file, metadata=metadata):
            if os.path.lexists(path):
                raise OutputExistsError(f"{path} already exists")

    def paths(self, sample: Sample) -> Iterator[Path]:
        """Yield possible paths of a sample, in order of preference.

        A given name is the only one; otherwise the name of the sample is followed by numbered
        ones.
        """
        if self.file is not None:
            return iter([self.folder / self.file])
        return numbered(self.folder / file_name(sample.labels, self.image_format))


def _format_of(path: Path) -> str:
    ending, known = path.suffix.lstrip(".").lower(), get_args(ImageFormat)
    if ending not in known:
        raise ArgumentError(
            f"{path}: {path.suffix or 'a name without an ending'} is not a known image format; "
            f"end it in {' or '.join('.' + name for name in known)}, or in / for a folder"
        )
    return ending


def _is_jpeg(image_format: str) -> bool:
    return image_format != "png"
