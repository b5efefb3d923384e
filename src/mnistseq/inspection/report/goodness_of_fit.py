"""Compare labels, lengths and gaps with their expected distributions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from mnistseq.core.amounts import digit_chances
from mnistseq.core.composer import Composer
from mnistseq.pipeline.dataset.manifest import InputRecord, RandomRecord

_LEAST_EXPECTED = 5.0
"""Categories with a smaller expected count are merged with their neighbours for the test."""

_UNLIKELY = 1e-4
"""A report has about ten tests, so this makes one report in a thousand a false alarm."""


@dataclass(frozen=True)
class GoodnessOfFit:
    """Observed counts, expected counts, and a test of how well they fit.

    Attributes
    ----------
    expected : tuple of float
        Empty if unknown.
    chi_square, p : float or None
        Pearson's statistic, and the probability of one at least as large; None without expected
        counts.
    """

    title: str
    categories: tuple[str, ...]
    counts: tuple[int, ...]
    expected: tuple[float, ...] = ()
    chi_square: float | None = None
    p: float | None = None
    degrees: int = 0

    @property
    def misses(self) -> bool:
        """Whether the difference is larger than chance explains."""
        return self.p is not None and self.p < _UNLIKELY

    @property
    def verdict(self) -> str:
        """The result of the test in words."""
        return "not as expected" if self.misses else "as expected"


def fit_of(title: str, counts: Mapping[str, int], expected: Mapping[str, float]) -> GoodnessOfFit:
    """Compare counts with expected ones, if there are any, by Pearson's test."""
    categories = tuple(dict.fromkeys([*expected, *counts]))
    drawn = tuple(counts.get(name, 0) for name in categories)
    if not expected:
        return GoodnessOfFit(title, categories, drawn)
    wanted_counts = tuple(float(expected.get(name, 0.0)) for name in categories)
    pairs = _joined(list(zip(drawn, wanted_counts, strict=True)))
    if len(pairs) < 2:
        return GoodnessOfFit(title, categories, drawn, wanted_counts)
    from scipy.stats import chi2  # type: ignore[import-untyped]

    statistic = sum((count - wanted) ** 2 / wanted for count, wanted in pairs)
    degrees = len(pairs) - 1
    return GoodnessOfFit(
        title,
        categories,
        drawn,
        wanted_counts,
        statistic,
        float(chi2.sf(statistic, degrees)),
        degrees,
    )


def label_fits(sequences: Sequence[Sequence[str]], given: InputRecord) -> list[GoodnessOfFit]:
    """Compare the labels at each of the first positions, and the lengths, with what is expected."""
    lengths = Counter(map(len, sequences))
    labels = sorted({label for sequence in sequences for label in sequence})
    fits = []
    for position in range(min(max(lengths, default=0), _POSITIONS)):
        drawn = Counter(sequence[position] for sequence in sequences if len(sequence) > position)
        expected = _expected_labels(position, lengths, labels, given)
        fits.append(fit_of(f"Labels at position {position + 1}", drawn, expected))
    expected = {}
    if isinstance(given, RandomRecord) and given.law != "weights":
        span = range(given.shortest, given.longest + 1)
        expected = {str(length): len(sequences) / len(span) for length in span}
    ordered = {str(length): lengths[length] for length in sorted(lengths)}
    return [*fits, fit_of("Lengths", ordered, expected)]


def _expected_labels(
    position: int, lengths: Mapping[int, int], labels: Sequence[str], given: InputRecord
) -> dict[str, float]:
    """Return the expected count of each label at a position; empty if unknown.

    `labels` are those that occur. If some label of the source never does, nothing is expected.
    """
    longer = {length: count for length, count in lengths.items() if length > position}
    if not isinstance(given, RandomRecord):
        return {}
    if given.law == "amounts":
        chances = sum(count * digit_chances(position, length) for length, count in longer.items())
        return dict(zip("0123456789", np.asarray(chances).tolist(), strict=True))
    if given.law == "uniform" and len(labels) == given.labels:
        return {label: sum(longer.values()) / given.labels for label in labels}
    return {}


_POSITIONS = 6


def gap_fit(composer: Composer, boxes: Iterable[np.ndarray]) -> GoodnessOfFit:
    """Compare the first gap of every sample with the exact distribution for glyphs of its widths.

    Only one gap of each sample counts, because the gaps of a line depend on each other.

    Parameters
    ----------
    composer : Composer
        Without canvas transforms, which move boxes, and with a minimum of 0 or more.
    boxes : iterable of ndarray of int64, shape (L, 4)
        The cells of the glyphs of each sample.
    """
    drawn: Counter[int] = Counter()
    expected: Counter[int] = Counter()

    @cache
    def chances(glyphs: int, content: int) -> Mapping[int, float]:
        ((_, request),) = composer.gaps.requests(glyphs, np.array([content]))
        return composer.gaps.spacing.distribution(request).chances

    for cells in boxes:
        if len(cells) < 2:
            continue
        drawn[int(cells[1, 0] - cells[0, 2])] += 1
        content = int((cells[:, 2] - cells[:, 0]).sum())
        for gap, chance in chances(len(cells), content).items():
            expected[gap] += chance  # type: ignore[assignment]  # a sum of chances
    gaps = sorted({*drawn, *expected})
    return fit_of(
        "First gap of each image, in pixels",
        {str(gap): drawn[gap] for gap in gaps},
        {str(gap): float(expected[gap]) for gap in gaps},
    )


def _joined(pairs: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Merge neighbours until every expected count is large enough for Pearson's test."""
    joined: list[tuple[int, float]] = []
    for count, wanted in pairs:
        if joined and joined[-1][1] < _LEAST_EXPECTED:
            joined[-1] = (joined[-1][0] + count, joined[-1][1] + wanted)
        else:
            joined.append((count, wanted))
    if len(joined) > 1 and joined[-1][1] < _LEAST_EXPECTED:
        count, wanted = joined.pop()
        joined[-1] = (joined[-1][0] + count, joined[-1][1] + wanted)
    return joined
