"""Random amounts of money, with digits distributed as on cheques and in ledgers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.random_sequences import LawName, SequenceLaw, draw_lengths, purpose
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import Sequences

_BENFORD = np.array(
    [0.30103, 0.47712125, 0.60205999, 0.69897, 0.77815125, 0.84509804, 0.90308999, 0.95424251]
)
"""log10 of 2 to 9: the first digit is d or less with probability log10(d + 1). Constants,
because the last bit of a computed logarithm depends on the machine."""

_ROUND = 0.4
"""Share of amounts that are made to end in zeros. On real cheques 34 % do; a tenth of the others
would by chance."""


@dataclass(frozen=True)
class Amounts(SequenceLaw):
    """Amounts of money.

    The first digit follows Benford's law (F. Benford, 1938). Two fifths of all amounts are round:
    they end in one or more zeros, and every possible number of zeros is equally likely. All other
    digits are uniform.

    Parameters
    ----------
    labels : int
        Number of labels of the source.
    digits : tuple of int
        Codes of the labels 0 to 9.
    shortest, longest : int
        The range of lengths, both ends included; every length is equally likely.
    """

    name: ClassVar[LawName] = "amounts"

    labels: int
    digits: tuple[int, ...]
    shortest: int
    longest: int

    @property
    def lengths(self) -> Sequence[int]:
        """Every length of the range."""
        return range(self.shortest, self.longest + 1)

    @property
    def codes(self) -> Collection[int]:
        """The ten digits."""
        return self.digits

    def of(self, stream: Stream, attempt: int = 0) -> Sequences:
        """Return the amounts of the samples of a stream."""
        lengths = draw_lengths(stream, self.shortest, self.longest, attempt)
        chances = stream.of(purpose("amount", attempt)).uniform(self.longest + 2)
        digits = (chances[:, : self.longest] * 10).astype(np.int64)
        digits[:, 0] = 1 + np.searchsorted(_BENFORD, chances[:, 0], side="right")
        zeros = 1 + (chances[:, -1] * (lengths - 1)).astype(np.int64)
        zeros = np.where(chances[:, -2] < _ROUND, np.minimum(zeros, lengths - 1), 0)
        position = np.arange(self.longest)
        digits[position >= (lengths - zeros)[:, None]] = 0
        codes = np.array(self.digits, dtype=np.int64)[digits]
        return Sequences(codes[position < lengths[:, None]], lengths)


def digit_chances(position: int, length: int) -> NDArray[np.float64]:
    """Return the probabilities of the digits 0 to 9 at a position in amounts of a given length."""
    if position == 0:
        return np.diff([0.0, 0.0, *_BENFORD, 1.0])
    zeroed = _ROUND * position / (length - 1)
    chances = np.full(10, (1 - zeroed) / 10)
    chances[0] += zeroed
    return chances
