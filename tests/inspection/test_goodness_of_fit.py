"""Counts are compared with those expected."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chisquare  # type: ignore[import-untyped]

from mnistseq import Config, GlyphBank, build_composer
from mnistseq.core.amounts import Amounts
from mnistseq.inspection.report.goodness_of_fit import fit_of, gap_fit, label_fits
from mnistseq.pipeline.dataset.manifest import RandomRecord


def test_the_statistic_is_pearsons() -> None:
    counts, law = {"a": 18, "b": 55, "c": 27}, {"a": 25.0, "b": 50.0, "c": 25.0}
    fit = fit_of("letters", counts, law)
    expected = chisquare([18, 55, 27], [25, 50, 25])
    assert (fit.chi_square, fit.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert fit.degrees == 2


def test_rare_categories_are_tested_together() -> None:
    law = {str(number): 1.0 for number in range(20)}
    fit = fit_of("rare", {"3": 20}, law)
    assert fit.degrees == 3
    assert fit.categories == tuple(law)


def test_without_a_law_there_is_no_test() -> None:
    assert fit_of("rows", {"350": 2}, {}).p is None


@pytest.mark.parametrize("fit", ["pad", "exact"])
def test_gaps_follow_their_law(mnist: GlyphBank, fit: str) -> None:
    spacing = {"min": 0, "max": 20, "fit": fit}
    composer = build_composer(Config(image={"width": 170}, spacing=spacing), mnist)
    batch = composer.compose(["35012"] * 1500, 1)
    found = gap_fit(composer, list(batch.boxes))
    assert sum(found.counts) == 1500
    assert sum(found.expected) == pytest.approx(1500)
    assert found.p is not None
    assert found.p > 0.001


def test_gaps_of_another_law_are_found_out(mnist: GlyphBank) -> None:
    config = Config(image={"width": 170}, spacing={"min": 0, "max": 20, "fit": "pad"})
    drawn = build_composer(config, mnist).compose(["35012"] * 1500, 1)
    narrower = Config(image={"width": 160}, spacing={"min": 0, "max": 20, "fit": "pad"})
    found = gap_fit(build_composer(narrower, mnist), list(drawn.boxes))
    assert found.p is not None
    assert found.p < 1e-6


def test_labels_are_compared_at_each_position() -> None:
    given = RandomRecord("drawn", 400, 2, 1, 2, balanced=False)
    random = np.random.default_rng(1)
    sequences = [random.choice(["a", "b"], 1 + number % 2).tolist() for number in range(400)]
    first, second, lengths = label_fits(sequences, given)
    assert (sum(first.counts), sum(second.counts)) == (400, 200)
    assert lengths.counts == (200, 200)
    assert lengths.p == 1.0
    biased, *_ = label_fits([["a"]] * 399 + [["b"]], given)
    assert biased.p is not None
    assert biased.p < 1e-6


def test_the_digits_of_amounts_follow_their_law() -> None:
    amounts = Amounts(10, tuple(range(10)), 1, 5).draw(2, 0, 4000)
    parts = np.split(amounts.codes, np.cumsum(amounts.lengths)[:-1])
    given = RandomRecord("drawn", 4000, 10, 1, 5, balanced=False, law="amounts")
    fits = label_fits([list(map(str, part.tolist())) for part in parts], given)
    assert len(fits) == 6
    assert all(fit.p is not None and fit.p > 0.001 for fit in fits)
    assert fits[0].expected[0] == 0
    uniform = replace(given, law="uniform")
    assert label_fits([["1"] * 3] * 99, uniform)[0].p is None
