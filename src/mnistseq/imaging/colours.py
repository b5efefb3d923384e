"""Colours as a config names them: one, a range, or a list of both to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias, TypeGuard

import numpy as np

from mnistseq.config.constraints import Described
from mnistseq.core.array_types import Floats, Ints
from mnistseq.errors import ArgumentError
from mnistseq.messages import did_you_mean

Rgb: TypeAlias = tuple[int, int, int]

Colours: TypeAlias = Annotated[
    str | Rgb | tuple[str | Rgb, ...],
    Described("a colour, a range of two colours, or a list of colours and ranges"),
]
"""``"navy"``, ``"#1b3a8c"``, ``[27, 58, 140]``, ``"black..navy"`` or a list of such."""

_BETWEEN = ".."
_STEPS = 256
"""Steps in which a colour is drawn from a range."""

_WEIGHTS = (299, 587, 114)
"""Thousandths of red, green and blue in the brightness of a colour (ITU-R BT.601)."""


@dataclass(frozen=True)
class Palette:
    """Colours to draw from.

    Attributes
    ----------
    entries : tuple of (Rgb, Rgb)
        Equally likely ranges; the ends of a single colour are equal.
    """

    entries: tuple[tuple[Rgb, Rgb], ...]

    @classmethod
    def of(cls, given: object) -> Palette:
        """Return the palette that a parameter gives.

        Raises
        ------
        ArgumentError
            If something in it is not a colour.
        """
        several = isinstance(given, list | tuple) and not _is_numbers(given)
        entries: Sequence[object] = list(given) if several else [given]  # type: ignore[call-overload]
        if not entries:
            raise ArgumentError("the list of colours is empty; give at least one")
        return cls(tuple(_range_of(entry) for entry in entries))

    def drawn(self, u: Floats) -> Ints:
        """Return a colour for each row of `u`, two numbers in [0, 1): int64, shape (B, 3)."""
        ends = np.array(self.entries, dtype=np.int64)
        chosen = ends[(u[:, 0] * len(ends)).astype(np.int64)]
        steps = (u[:, 1] * (_STEPS + 1)).astype(np.int64)[:, None]
        start, end = chosen[:, 0], chosen[:, 1]
        return start + ((end - start) * steps + _STEPS // 2) // _STEPS

    @property
    def darkest(self) -> Rgb:
        """The colour of the least brightness."""
        return min((end for entry in self.entries for end in entry), key=brightness)

    @property
    def brightest(self) -> Rgb:
        """The colour of the greatest brightness."""
        return max((end for entry in self.entries for end in entry), key=brightness)


def brightness(colour: Rgb) -> int:
    """Return the brightness of a colour: from 0 to 255, rounded down."""
    return sum(weight * part for weight, part in zip(_WEIGHTS, colour, strict=True)) // 1000


def hex_code(colour: Rgb) -> str:
    """``#1b3a8c``"""
    return "#" + bytes(colour).hex()


def _range_of(entry: object) -> tuple[Rgb, Rgb]:
    if not isinstance(entry, str) or _BETWEEN not in entry:
        colour = _colour_of(entry)
        return colour, colour
    first, _, last = entry.partition(_BETWEEN)
    return _colour_of(first.strip()), _colour_of(last.strip())


def _colour_of(given: object) -> Rgb:
    from PIL import ImageColor  # Pillow is not needed where no colour is asked for

    hint, parts = "", tuple(given) if _is_numbers(given) else ()
    if isinstance(given, str):
        try:
            parts = ImageColor.getrgb(given)
        except ValueError:
            hint = did_you_mean(given, ImageColor.colormap) if given.isalpha() else ""
    # Pillow also accepts rgb(300, 0, 0), and codes with a fourth part for transparency.
    if len(parts) != 3 or not all(0 <= part <= 255 for part in parts):
        shown = repr(given if isinstance(given, str) else list(parts) or given)
        raise ArgumentError(
            f"{shown} is not a colour; give a CSS name such as navy, a code such as #1b3a8c, or "
            f"three numbers from 0 to 255{hint}"
        )
    return parts


def _is_numbers(given: object) -> TypeGuard[Sequence[int]]:
    return (
        isinstance(given, Sequence) and len(given) > 0 and all(type(part) is int for part in given)
    )
