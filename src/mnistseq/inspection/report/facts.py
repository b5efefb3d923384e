"""Collect facts about samples: measures of all of them, and images of a few."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.glyph_index import UNKNOWN_WRITER
from mnistseq.core.stored_samples import StoredSample
from mnistseq.inspection import measures

WIDTH, CONTRAST = "width, px", "contrast, levels"

MEASURES: dict[str, Callable[[Pixels], float]] = {
    "height, px": lambda image: float(image.shape[0]),
    WIDTH: lambda image: float(image.shape[1]),
    "paper, level": measures.paper,
    CONTRAST: measures.contrast,
    "ink, share": measures.ink_share,
    "stroke, share of height": measures.stroke_width,
}
"""Name of a measure → function of an image."""

_MOST_AT_RANDOM, _MOST_OF_A_RULE = 12, 6
_LARGEST_SHOWN = 10_000_000
"""Maximum size of an image to keep, in bytes."""


@dataclass(frozen=True, eq=False)
class Facts:
    """A sample without its image.

    Attributes
    ----------
    index : int
        Index in the data set; splits are far apart.
    boxes : ndarray of int64, shape (L, 4), or None
    glyph_ids, writers : tuple of int
        Empty if unknown.
    measured : dict of str to float
        Name of a measure → value.
    least_gap : float
        Smallest gap between the ink of neighbours in pixels; infinite if unknown.
    reaches_out : bool
        Whether a box extends beyond the image.
    digest : bytes
        Hash of the image.
    """

    index: int
    labels: tuple[str, ...]
    boxes: Ints | None
    glyph_ids: tuple[int, ...]
    writers: tuple[int, ...]
    measured: dict[str, float]
    least_gap: float
    reaches_out: bool
    digest: bytes

    @classmethod
    def of(cls, sample: StoredSample) -> Facts:
        """Measure a sample."""
        image, ids = sample.image, sample.glyph_ids
        return cls(
            index=sample.index,
            labels=sample.labels,
            boxes=sample.boxes,
            glyph_ids=() if ids is None else tuple(ids.tolist()),
            writers=_writers(sample),
            measured={name: measure(image) for name, measure in MEASURES.items()},
            least_gap=_least_gap(sample),
            reaches_out=_reaches_out(sample),
            digest=sha256(f"{image.shape}".encode() + image.tobytes()).digest(),
        )


@dataclass(frozen=True)
class Shown:
    """Samples chosen by a rule.

    Attributes
    ----------
    samples : dict of int to StoredSample
        Position in the data set → sample.
    """

    rule: str
    samples: dict[int, StoredSample]


_RULES: dict[str, Callable[[Facts], float]] = {
    "Narrowest": lambda facts: facts.measured[WIDTH],
    "Widest": lambda facts: -facts.measured[WIDTH],
    "Faintest": lambda facts: facts.measured[CONTRAST],
    "Most touching": lambda facts: facts.least_gap,
}
"""Rule → value that is smallest for the samples it chooses."""


class Collection:
    """Collects facts about samples, and chooses samples to show.

    Parameters
    ----------
    positions : iterable of int
        Positions of the samples that will be added.
    """

    def __init__(self, positions: Iterable[int]) -> None:
        self.facts: list[Facts] = []
        order = np.random.default_rng(0).permutation(list(positions))
        self._random = set(order[:_MOST_AT_RANDOM].tolist())
        self._at_random: dict[int, StoredSample] = {}
        self._first: dict[str, list[tuple[float, int, StoredSample]]] = {
            rule: [] for rule in _RULES
        }

    def add(self, position: int, sample: StoredSample) -> None:
        """Measure a sample, keeping its image only if a rule chooses it and it is not huge."""
        facts = Facts.of(sample)
        self.facts.append(facts)
        if sample.image.size > _LARGEST_SHOWN:
            return
        if position in self._random:
            self._at_random[position] = sample
        for rule, rank in _RULES.items():
            ranked = sorted([*self._first[rule], (rank(facts), position, sample)])
            self._first[rule] = ranked[:_MOST_OF_A_RULE]

    def shown(self) -> Iterator[Shown]:
        """Yield the choices of all rules; a rule for which all samples are equal chooses none."""
        yield Shown("At random", self._at_random)
        for rule, rank in _RULES.items():
            if len(set(map(rank, self.facts))) > 1:
                yield Shown(rule, {number: sample for _, number, sample in self._first[rule]})


def _writers(sample: StoredSample) -> tuple[int, ...]:
    known = None if sample.record is None else sample.record.get("writers")
    return tuple(int(writer) for writer in known or () if writer != UNKNOWN_WRITER)


def _least_gap(sample: StoredSample) -> float:
    boxes = sample.ink_boxes
    if boxes is None or len(boxes) < 2:
        return np.inf
    return float((boxes[1:, 0] - boxes[:-1, 2]).min())


def _reaches_out(sample: StoredSample) -> bool:
    boxes = sample.ink_boxes
    if boxes is None or not len(boxes):
        return False
    height, width = sample.image.shape[:2]
    low, high = boxes[:, :2].min(), boxes[:, 2:].max(axis=0)
    return bool(low < 0 or high[0] > width or high[1] > height)
