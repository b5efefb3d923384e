"""Coloured ink on coloured paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.protocols import CanvasTransform
from mnistseq.core.randomness import Stream
from mnistseq.errors import ArgumentError
from mnistseq.imaging.colours import Colours, Palette, brightness, hex_code
from mnistseq.imaging.parameters import STRENGTH, Checked, Strength
from mnistseq.imaging.patterns import numbers, strips

MIN_CONTRAST = 64
"""Least difference in brightness, of 255, between any ink and any paper."""


@dataclass(frozen=True)
class Colour(Checked, CanvasTransform):
    """Colour the ink and the paper, each in a colour of its own for every image.

    A colour is a CSS name such as `navy`, a code such as `#1b3a8c`, or three
    numbers such as `[27, 58, 140]`. A range such as `black..navy` gives each
    image a colour between the two, and a list one of its colours and ranges.
    Black becomes the ink, white the paper, and a grey the mixture of the two;
    images that have colours already are mixed channel by channel. Put this
    transform after those that change the ink and before those that shade the
    paper.

    So that the line can be read, every ink is darker than every paper: by at
    least 64 of 255 in brightness, which is (299 R + 587 G + 114 B) / 1000. With
    the polarity light-on-dark, every ink is lighter by as much.
    """

    name: ClassVar[str] = "colour"
    mixed_widths: ClassVar[bool] = True

    strength: Strength = field(default=1.0, metadata=STRENGTH)
    ink: Colours = field(default="#101425..#27499c", metadata={"help": "colours of the ink"})
    paper: Colours = field(default="white..#f2e4c4", metadata={"help": "colours of the paper"})

    def __post_init__(self) -> None:
        super().__post_init__()
        for parameter in ("ink", "paper"):
            try:
                Palette.of(getattr(self, parameter))
            except ArgumentError as error:
                raise ArgumentError(f"{parameter}: {error}") from None
        self._check_contrast()

    def check_polarity(self, *, light_on_dark: bool) -> None:
        """Refuse inks that are darker than the paper where they should be lighter, and the reverse."""
        if light_on_dark == self._is_lighter:
            return
        found, polarity, other = "darker", "light-on-dark", "dark-on-light"
        if self._is_lighter:
            found, polarity, other = "lighter", other, polarity
        raise ArgumentError(
            f"the ink is {found} than the paper, but the polarity is "
            f"{polarity}; exchange ink and paper, or set image.polarity to {other}"
        )

    def apply(self, canvas: Canvas, stream: Stream) -> Canvas:
        """Colour each image."""
        if not self.strength:
            return canvas
        u = numbers(stream, 4)
        ink, paper = self._ink.drawn(u[:, :2]), self._paper.drawn(u[:, 2:])
        if canvas.inverted:
            ink, paper = 255 - ink, 255 - paper
        share = round(256 * self.strength)
        ink = (ink * share + 128) // 256
        paper = 255 - ((255 - paper) * share + 128) // 256
        images = np.empty((*canvas.images.shape[:3], 3), dtype=np.uint8)
        for block in strips(canvas.images, canvas.widths):
            own = block.of(canvas.images)
            block.of(images)[:] = _coloured(own, ink[block.rows], paper[block.rows])
        return canvas.with_images(images)

    @property
    def _ink(self) -> Palette:
        return Palette.of(self.ink)

    @property
    def _paper(self) -> Palette:
        return Palette.of(self.paper)

    @property
    def _is_lighter(self) -> bool:
        """Whether the ink is lighter than the paper; whether all of it is, was checked."""
        return brightness(self._ink.brightest) > brightness(self._paper.darkest)

    def _check_contrast(self) -> None:
        """Refuse an ink that could be too near to a paper, or lighter while others are darker."""
        ink, paper = self._ink, self._paper
        dark = brightness(paper.darkest) - brightness(ink.brightest)
        light = brightness(ink.darkest) - brightness(paper.brightest)
        if max(dark, light) >= MIN_CONTRAST:
            return
        one, other = (
            (ink.brightest, paper.darkest) if dark >= light else (ink.darkest, paper.brightest)
        )
        raise ArgumentError(
            f"an ink of {hex_code(one)} and a paper of {hex_code(other)} "
            f"have a brightness of {brightness(one)} and {brightness(other)}; every ink must be "
            f"darker than every paper by {MIN_CONTRAST} of 255, or lighter for light ink on dark"
        )


def _coloured(images: Pixels, ink: Ints, paper: Ints) -> Pixels:
    """Mix ink and paper by the tones of images, one colour of each for every image: (B, 3)."""
    coloured = np.empty((*images.shape[:3], 3), dtype=np.uint8)
    light = images.astype(np.uint16)
    dark = 255 - light
    for channel in range(3):
        own = ... if images.ndim == 3 else (..., channel)
        mixed = light[own] * paper[:, channel, None, None].astype(np.uint16)
        mixed += dark[own] * ink[:, channel, None, None].astype(np.uint16)
        # Division by 255, rounded to the nearest, without dividing.
        mixed += np.uint16(128)
        mixed += mixed >> np.uint16(8)
        mixed >>= np.uint16(8)
        coloured[..., channel] = mixed
    return coloured
