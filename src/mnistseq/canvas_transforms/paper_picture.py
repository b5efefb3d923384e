"""Paper from pictures in a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.array_types import Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.errors import ConfigError
from mnistseq.imaging.decode import BrokenImageError, decode_file
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import numbers, shaded
from mnistseq.imaging.picture_files import SUFFIXES, is_hidden, is_picture


@dataclass(frozen=True)
class PaperPicture(Checked, CanvasTransform):
    """Print each image on a piece of a picture, such as a photograph of real paper.

    Each image uses a random piece of a random picture in the folder. A picture
    smaller than the image is repeated, every other time mirrored. Pictures
    absorb at most `darkest` of the light, however dark they are. With `colour`,
    the paper has the colours of the picture; under light ink, they are darkened
    to `darkest` of their light. Images that have colours already are shaded in
    colour in any case. The pixels drawn depend on the pictures in the folder.
    """

    name: ClassVar[str] = "paper-picture"
    mixed_widths: ClassVar[bool] = True
    paths: ClassVar[tuple[str, ...]] = ("folder",)

    folder: str = field(
        metadata={"help": "folder with the pictures, which are used in the order of their names"}
    )
    strength: Strength = field(default=1.0, metadata=STRENGTH)
    darkest: Annotated[float, Ge(0), Le(0.7)] = field(
        default=0.5, metadata={"help": "fraction of the light that black in a picture absorbs"}
    )
    colour: bool = field(
        default=False, metadata={"help": "whether the paper has the colours of the picture"}
    )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Print each image on a piece of a picture."""
        if not self.strength:
            return canvas
        coloured = self.colour or canvas.images.ndim == 4
        pictures = _pictures(os.fspath(self.folder), coloured)
        height = canvas.images.shape[1]
        u = numbers(stream, 3)
        images = np.empty(canvas.images.shape[:3] + (3,) * coloured, dtype=np.uint8)
        deep = np.float32(self.strength * self.darkest / 255)
        for row, (width, (which, down, across)) in enumerate(
            zip(canvas.widths.tolist(), u, strict=True)
        ):
            picture = pictures[int(which * len(pictures))]
            piece = _piece(picture, (height, width), (down, across))
            if self.colour and canvas.inverted:
                piece = 255 - piece  # The finished image is inverted, which restores its colours.
            level = 1 - deep * (255 - piece).astype(np.float32)
            # Each channel has its own light, so it is treated as an image of its own.
            image, level = np.broadcast_arrays(
                canvas.images[row, :, :width].reshape(height, width, -1),
                level.reshape(height, width, -1),
            )
            images[row, :, :width] = shaded(image, level).reshape(height, width, *images.shape[3:])
        return canvas.with_images(images)


def _piece(picture: Pixels, size: tuple[int, int], position: tuple[float, float]) -> Pixels:
    """Return a window of a picture that is repeated endlessly, mirrored at its edges."""
    for axis, (length, start) in enumerate(zip(size, position, strict=True)):
        own = picture.shape[axis]
        room = own - length + 1 if own >= length else 2 * own
        indices = (np.arange(length) + int(start * room)) % (2 * own)
        picture = picture.take(np.minimum(indices, 2 * own - 1 - indices), axis=axis)
    return picture


def _is_picture(path: Path) -> bool:
    # Not a FIFO, which may never end.
    return is_picture(path.name) and not is_hidden(path.name) and path.is_file()


@lru_cache(maxsize=4)
def _pictures(folder: str, colour: bool) -> tuple[Pixels, ...]:
    """Read the pictures of a folder, in grey or in colour."""
    prefix = f"transform paper-picture: folder {folder}"
    try:
        paths = sorted(p for p in Path(folder).iterdir() if _is_picture(p))
    except OSError as error:
        raise ConfigError(f"{prefix} cannot be read: {error.strerror}") from None
    if not paths:
        raise ConfigError(f"{prefix} has no pictures; use files of {', '.join(sorted(SUFFIXES))}")
    pictures = []
    for path in paths:
        try:
            pictures.append(decode_file(path, "RGB" if colour else "L"))
        except BrokenImageError as error:
            raise ConfigError(f"{prefix}: {path.name}: {error}") from None
        except OSError as error:
            raise ConfigError(
                f"{prefix}: {path.name} cannot be read: {error.strerror or error}"
            ) from None
    return tuple(pictures)
