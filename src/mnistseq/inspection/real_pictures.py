"""Read the user's pictures, for comparison with drawn images."""

from __future__ import annotations

from pathlib import Path

from mnistseq.core.array_types import Pixels
from mnistseq.errors import MissingSourceError, SourceError
from mnistseq.imaging.decode import BrokenImageError, Mode, decode_file
from mnistseq.imaging.picture_files import picture_files
from mnistseq.messages import unreadable


def pictures_in(folder: Path) -> list[Path]:
    """Return the pictures in a folder, sorted by path.

    MissingSourceError if the folder cannot be read, or has no picture.
    """
    try:
        paths = picture_files(folder)
    except OSError as error:
        raise MissingSourceError(unreadable(folder, error)) from None
    if not paths:
        raise MissingSourceError(
            f"{folder}: no pictures in this folder; give one that contains PNG or JPEG files"
        )
    return paths


def read_picture(path: Path, mode: Mode | None = None) -> Pixels:
    """Decode a picture; SourceError if that fails."""
    try:
        return decode_file(path, mode)
    except BrokenImageError as error:
        raise SourceError(f"{path}: {error}; remove it from the folder") from None
    except OSError as error:
        raise SourceError(unreadable(path, error)) from None
