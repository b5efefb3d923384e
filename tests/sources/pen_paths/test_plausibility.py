"""Glyphs that cannot be what their labels are."""

from __future__ import annotations

import numpy as np
import pytest

from mnistseq.sources.pen_paths.drawing import Drawing
from mnistseq.sources.pen_paths.placing import Measure
from mnistseq.sources.pen_paths.plausibility import split_plausible

MEASURES = {"a": Measure(100, 0)}


def drawing(label: str, width: float, height: float, writer: str = "a") -> Drawing:
    """Three sides of a box."""
    points = [[0, 0], [width, 0], [width, height], [0, height]]
    return Drawing(label, writer, [np.array(points, dtype=float)], "f.dat: line 3")


@pytest.mark.parametrize(
    ("label", "width", "height"),
    [
        ("0", 60, 80),
        ("1", 0, 90),
        ("1", 80, 90),
        (".", 0, 0),
        (".", 20, 9),
        ("-", 60, 0),
        ("/", 60, 120),
        (",", 10, 40),
        (":", 5, 50),
        ("=", 60, 30),
        ("8", 4000, 6000),
    ],
)
def test_plausibility_glyphs_are_kept(label: str, width: float, height: float) -> None:
    given = drawing(label, width, height)
    assert split_plausible([given], MEASURES) == ([given], [])


@pytest.mark.parametrize(
    ("label", "width", "height", "fault"),
    [
        ("4", 5, 100, "too narrow"),
        ("0", 300, 100, "too wide"),
        ("1", 200, 100, "too wide"),
        ("7", 10, 20, "too small"),
        (".", 70, 70, "too large"),
        ("-", 30, 60, "too narrow"),
        (":", 0, 0, "too small"),
        (")", 10, 40, "too small"),
    ],
)
def test_others_are_listed_with_the_reason(
    label: str, width: float, height: float, fault: str
) -> None:
    found = split_plausible([drawing(label, width, height)], MEASURES)
    assert found == ([], [f"f.dat: line 3: {label} is {fault}"])


@pytest.mark.parametrize("label", ["0", "#", "2", "+"])
def test_a_straight_line_is_not_every_character(label: str) -> None:
    line = [np.array([[0.0, 100], [60, 0]])]
    given = Drawing(label, "a", line, "f.dat: line 3")
    assert split_plausible([given], MEASURES)[1] == [f"f.dat: line 3: {label} is too straight"]
    slash = Drawing("/", "a", line, "")
    assert split_plausible([slash], MEASURES)[0] == [slash]


def test_without_digits_of_the_writer_only_proportions_count() -> None:
    assert split_plausible([drawing("7", 10, 20, "b")], MEASURES)[1] == []
    assert split_plausible([drawing("7", 0, 0, "b")], MEASURES)[1] == [
        "f.dat: line 3: 7 is a mere dot"
    ]
