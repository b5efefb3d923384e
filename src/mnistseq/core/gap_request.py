"""GapRequest: what a spacing strategy is asked for, and whether it can be had."""

from __future__ import annotations

from dataclasses import dataclass

from mnistseq.core.arrays import Ints
from mnistseq.errors import SpacingError


@dataclass(frozen=True, eq=False)
class GapRequest:
    """The gaps wanted of a batch of samples that have equally many of them.

    Parameters
    ----------
    count : int
        Gaps in each sample, at least 1.
    minimum, maximum : int
        The range of a gap in pixels, both ends included.
    content : ndarray of int64, shape (B,)
        Widths of each sample's glyphs, added up, in pixels.
    width : int or None
        The image's width; None leaves the gaps free.
    exact : bool
        The gaps must fill the width; otherwise they may leave some over.
    aside : int
        Pixels of margins that transforms add to the width, for messages: whoever asks for a
        width means the whole.
    """

    count: int
    minimum: int
    maximum: int
    content: Ints
    width: int | None = None
    exact: bool = False
    aside: int = 0

    @property
    def span(self) -> int:
        """How far a gap may exceed the minimum."""
        return self.maximum - self.minimum

    @property
    def room(self) -> Ints | None:
        """Pixels that the gaps of each sample share, or None where they are free."""
        return None if self.width is None else self.width - self.content

    def check(self) -> None:
        """Raise SpacingError where no gaps of the range fit, with the nearest that would."""
        if self.width is None:
            return
        narrowest = self.content + self.count * self.minimum
        widest = self.content + self.count * self.maximum
        if (narrowest > self.width).any():
            self._refuse_narrow(int(narrowest.argmax()))
        if self.exact and (widest < self.width).any():
            self._refuse_wide(int(widest.argmin()))

    def gaps_text(self) -> str:
        """``2 gaps`` or ``1 gap``."""
        return f"{self.count} gap{'s' if self.count > 1 else ''}"

    def content_text(self, sample: int) -> str:
        """``the glyphs are 84 px wide``, and the margins beside them."""
        margins = f", the margins of canvas.transform {self.aside} px" if self.aside else ""
        return f"the glyphs are {self.content[sample]} px wide{margins}"

    def _refuse_narrow(self, sample: int) -> None:
        content = int(self.content[sample])
        least = content + self.count * self.minimum
        ways = [f"a width of {least + self.aside} or more"]
        fitting = (int(self.width or 0) - content) // self.count
        if content <= int(self.width or 0):
            ways.append(f"a minimum of {fitting} or less")
        ways.append("fit resize, which squeezes the glyphs")
        raise SpacingError(
            f"width {int(self.width or 0) + self.aside} is too small: {self.content_text(sample)} and "
            f"{self.gaps_text()} of at least {self.minimum} px make that {least + self.aside}; "
            f"take {', '.join(ways[:-1])} or {ways[-1]}"
        )

    def _refuse_wide(self, sample: int) -> None:
        content = int(self.content[sample])
        most = content + self.count * self.maximum + self.aside
        needed = -(-(int(self.width or 0) - content) // self.count)
        raise SpacingError(
            f"width {int(self.width or 0) + self.aside} cannot be filled: {self.content_text(sample)} "
            f"and {self.gaps_text()} of at most {self.maximum} px make that {most}; take a width of "
            f"{most} or less, a maximum of {needed} or more, or fit pad, which adds margins"
        )
