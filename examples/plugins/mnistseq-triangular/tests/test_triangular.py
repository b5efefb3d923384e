"""The strategy keeps its contract, and its gaps have the promised distribution."""

import numpy as np
import pytest
from mnistseq_triangular import Triangular

from mnistseq.core.gap_request import GapRequest
from mnistseq.core.randomness import Stream
from mnistseq.testing import check_spacing


@pytest.mark.parametrize("peak", [0.0, 0.3, 1.0])
def test_contract(peak: float) -> None:
    """Shapes, dtypes, ranges, purity."""
    check_spacing(Triangular(peak))


def test_distribution() -> None:
    """The frequency of each gap is the triangle's area above it, within five standard errors."""
    samples, span, peak = 20_000, 20, 0.25
    request = GapRequest(1, 0, span, np.zeros(samples, dtype=np.int64))
    gaps = Triangular(peak).gaps(request, Stream(1, 0, samples))[:, 0]
    edges = np.arange(span + 2) / (span + 1)
    below = np.where(edges < peak, edges**2 / peak, 1 - (1 - edges) ** 2 / (1 - peak))
    expected = np.diff(below)
    shares = np.bincount(gaps, minlength=span + 1) / samples
    assert (np.abs(shares - expected) < 5 * np.sqrt(expected / samples)).all()
