"""Whether a row can be drawn, as far as that can be told before its glyphs are chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mnistseq.config.config import Config
from mnistseq.core.composer import Composer
from mnistseq.core.layout import GapRule, check_width, draw_gaps
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences
from mnistseq.errors import RequestError, SpacingError
from mnistseq.pipeline.composers import build_composer
from mnistseq.pipeline.shards.draw import vary
from mnistseq.spacings.variable import Variable


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
            Which labels it has, where it hangs on them, too: see `needs_labels`.
        """
        composer = self.composer
        try:
            if (low, high, width) != (None, None, None):
                composer = build_composer(vary(self.config, low, high, width), composer.bank)
            check_length(composer, length)
            if labels is not None:
                _check_labels(composer, labels)
        except RequestError as error:
            return str(error)
        return None

    def needs_labels(self, low: int | None) -> bool:
        """Whether one writer has to have written the labels, or glyphs of some would be hidden."""
        least = self.composer.gaps.minimum if low is None else low
        return least < 0 or self.composer.writer != "any"


def _check_labels(composer: Composer, labels: frozenset[str]) -> None:
    """Raise RequestError where these cannot stand in one line, however wide it were."""
    free = replace(composer.gaps, spacing=Variable(), width=None, exact=False)
    trial = replace(composer, gaps=free, glyph_transforms=(), canvas_transforms=())
    # Twice, for one glyph alone has no gap.
    codes = np.array([composer.bank.alphabet.index(label) for label in sorted(labels)] * 2)
    trial.plan(Sequences(codes, np.array([len(codes)])), Stream(0, 0, 1))


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
