"""ContactSheet: the layout of images in titled strips on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from mnistseq.core.array_types import Pixels
from mnistseq.messages import beginning

MARGIN = 12
"""Margin of the page, and space between images, in pixels."""
CAPTION_HEIGHT = 18
TITLE_HEIGHT = 30
_LONGEST_TITLE = 120
_CHARACTER_WIDTH = 7
"""Approximate width of a character; a picture gets at least the width of its caption."""


@dataclass(frozen=True, eq=False)
class CaptionedImage:
    """An image with its caption.

    Attributes
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    """

    image: Pixels
    caption: str = ""

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.image.shape[0])


@dataclass(frozen=True)
class Strip:
    """A row of pictures with a title.

    Attributes
    ----------
    title : str
        Empty for no title.
    """

    title: str
    pictures: tuple[CaptionedImage, ...]


@dataclass(frozen=True)
class PlacedImage:
    """A picture with the position of its upper left corner on the page, in pixels."""

    picture: CaptionedImage
    x: int
    y: int


@dataclass(frozen=True)
class PlacedTitle:
    """A title with its position on the page, in pixels."""

    text: str
    x: int
    y: int


@dataclass(frozen=True)
class ContactSheet:
    """Strips of pictures, one below another.

    Parameters
    ----------
    width : int
        Minimum width of the page in pixels.
    """

    strips: Sequence[Strip]
    width: int = 1200

    @cached_property
    def placed(self) -> tuple[PlacedImage | PlacedTitle, ...]:
        """All titles and pictures, from top to bottom."""
        return tuple(self._place())

    @property
    def picture_height(self) -> int:
        """Height of the highest picture in pixels."""
        return max(picture.height for strip in self.strips for picture in strip.pictures)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the page in pixels."""
        pictures = [item for item in self.placed if isinstance(item, PlacedImage)]
        right = max((item.x + item.picture.width for item in pictures), default=0)
        bottom = max((item.y + item.picture.height for item in pictures), default=0)
        return max(self.width, right + MARGIN), bottom + CAPTION_HEIGHT + MARGIN

    def _place(self) -> Iterator[PlacedImage | PlacedTitle]:
        y = MARGIN
        for strip in self.strips:
            if strip.title:
                yield PlacedTitle(beginning(strip.title, _LONGEST_TITLE), MARGIN, y)
                y += TITLE_HEIGHT
            for row in self._rows(strip.pictures):
                x, highest = MARGIN, 0
                for picture in row:
                    yield PlacedImage(picture, x, y)
                    x += _room(picture) + MARGIN
                    highest = max(highest, picture.height)
                y += highest + CAPTION_HEIGHT + MARGIN

    def _rows(self, pictures: Sequence[CaptionedImage]) -> Iterator[list[CaptionedImage]]:
        """Yield rows of as many pictures as fit side by side, at least one."""
        row: list[CaptionedImage] = []
        used = MARGIN
        for picture in pictures:
            room = _room(picture) + MARGIN
            if row and used + room > self.width:
                yield row
                row, used = [], MARGIN
            row.append(picture)
            used += room
        if row:
            yield row


def _room(picture: CaptionedImage) -> int:
    return max(picture.width, _CHARACTER_WIDTH * len(picture.caption))
