"""Whether a row can be drawn, as far as that can be told before its glyphs are chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mnistseq.config.model import Config
from mnistseq.core.composer import Composer
from mnistseq.core.layout import GapRule, check_width, draw_gaps
from mnistseq.core.randomness import Stream
from mnistseq.errors import RequestError, SpacingError
from mnistseq.pipeline.build import build_composer
from mnistseq.pipeline.job import vary


@dataclass(frozen=True)
class Fitting:
    """A config, and the composer of it with all the glyphs of the source."""

    config: Config
    composer: Composer

    def problem(
        self,
        length: int,
        low: int | None,
        high: int | None,
        width: int | None,
        labels: frozenset[str] | None = None,
    ) -> str | None:
        """Why a row of these cannot be drawn.

        Parameters
        ----------
        length : int
            How many labels it has.
        low, high, width : int or None
            What the row has in place of the config's.
        labels : frozenset of str, optional
            Which labels it has, where one hand has to have written them all.
        """
        composer = self.composer
        try:
            if (low, high, width) != (None, None, None):
                composer = build_composer(vary(self.config, low, high, width), composer.bank)
            check_length(composer, length)
        except RequestError as error:
            return str(error)
        return None if labels is None else self._problem_of_hand(labels)

    def _problem_of_hand(self, labels: frozenset[str]) -> str | None:
        bank = self.composer.bank
        codes = [bank.alphabet.index(label) for label in sorted(labels)]
        if bank.by_hand.wrote[:, codes].all(axis=1).any():
            return None
        return (
            f"no one person in source {bank.name} wrote all of {', '.join(sorted(labels))}: take "
            "a sequence of fewer labels, or source.hand any"
        )


def check_length(composer: Composer, length: int) -> None:
    """Raise RequestError where no line of this length can be spaced.

    Where glyphs differ in width, it hangs on those that are drawn whether a
    line fits: a line that not even the narrowest would fit is refused, and the
    rest is seen when it is drawn.
    """
    bank, rule = composer.bank, composer.gaps
    widths = composer.cells.widths
    height = bank.height if composer.height is None else composer.height
    low, high = (
        max(1, round(int(width) * height / bank.height)) for width in (widths.min(), widths.max())
    )
    if low == high and (
        height == bank.height or (composer.crop == "cell" and widths[0] == bank.pixels.shape[2])
    ):
        _check_content(rule, length, length * low)
    elif rule.exact or rule.spacing.name != "variable":
        _check_content(rule, length, None)
    else:
        # Scaled ink may come out a pixel narrower than its share.
        _check_content(rule, length, length * max(1, low - (height != bank.height)))


def _check_content(rule: GapRule, length: int, content: int | None) -> None:
    count = length + 1 if rule.subtype == "edge" else length - 1
    if not count:
        raise SpacingError(
            "one glyph has no gap between glyphs: take two or more, or subtype edge, which puts a "
            "gap on either side"
        )
    if content is not None:
        draw_gaps(rule, length, np.array([content]), Stream(0, 0, 1))
        if rule.width is None:
            check_width(content + count * rule.minimum)
