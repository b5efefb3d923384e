"""Divide texts among the splits of a data set, so that no text is in two of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate, count

import numpy as np

from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.random_sequences import SequenceLaw
from mnistseq.core.sequences import Sequences, join


@dataclass(frozen=True)
class TextSplits:
    """Assigns each text to a split by a hash of the seed and the text.

    Each split gets approximately its share of all possible texts.

    Parameters
    ----------
    seed : int
    shares : tuple of (str, float)
        Splits and their shares, which add up to 1.
    """

    seed: int
    shares: tuple[tuple[str, float], ...]

    @cached_property
    def _ends(self) -> list[float]:
        return list(accumulate(share for _, share in self.shares))[:-1]

    def split_of(self, labels: Sequence[str]) -> str:
        """Return the split of the text that these labels form."""
        text = join(labels).encode("utf-8", "surrogatepass")
        digest = blake2b(text, digest_size=8, key=self.seed.to_bytes(8, "little")).digest()
        position = (int.from_bytes(digest, "little") >> 11) * 2.0**-53
        return self.shares[bisect_right(self._ends, position)][0]

    def draw(
        self, rule: SequenceLaw, alphabet: tuple[str, ...], split: str, start: int, number: int
    ) -> Sequences:
        """Return the random sequences of samples of one split.

        Each sequence is drawn until its text belongs to the split, so it depends only on
        seed, split and index.

        Parameters
        ----------
        rule : SequenceLaw
        alphabet : tuple of str
            Labels of the source.
        split : str
        start, number : int
            Samples `start` to ``start + number - 1``.
        """
        chosen: dict[int, list[int]] = {}
        waiting = list(range(number))
        for attempt in count():
            first = waiting[0]
            drawn = rule.draw(self.seed, start + first, waiting[-1] + 1 - first, attempt)
            sequences = np.split(drawn.codes, drawn.first[1:])
            for index in waiting:
                codes = sequences[index - first].tolist()
                if self.split_of([alphabet[code] for code in codes]) == split:
                    chosen[index] = codes
            waiting = [index for index in waiting if index not in chosen]
            if not waiting:
                break
        found = [chosen[index] for index in range(number)]
        return Sequences(
            np.array([code for codes in found for code in codes], dtype=np.int64),
            np.array([len(codes) for codes in found], dtype=np.int64),
        )


def text_splits(
    seed: int, shares: tuple[tuple[str, float], ...], disjoint: Disjoint
) -> TextSplits | None:
    """Return how texts are divided, or None if any text may be in any split."""
    return TextSplits(seed, shares) if disjoint == "text" and len(shares) > 1 else None
