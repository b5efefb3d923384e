"""Strokes are smoothed where the tablet was coarse, and stay in place elsewhere."""

from __future__ import annotations

import numpy as np

from mnistseq.sources.pen_paths.smoothing import smooth


def test_the_ends_of_a_stroke_stay_in_place() -> None:
    stroke = np.array([[0, 0], [4, 1], [3, 7], [9, 9]], dtype=float)
    [smoothed] = smooth([stroke])
    np.testing.assert_array_equal(smoothed[[0, -1]], stroke[[0, -1]])


def test_a_straight_line_stays_straight() -> None:
    stroke = np.outer(np.arange(9.0), [1, 2])
    [smoothed] = smooth([stroke])
    np.testing.assert_allclose(smoothed[:, 1], 2 * smoothed[:, 0], atol=1e-12)
    assert smoothed[:, 0].max() == 8


def test_the_steps_of_a_coarse_tablet_disappear() -> None:
    steps = np.repeat(np.arange(12.0), 2)
    stairs = np.stack([steps[1:], steps[:-1]], axis=1)
    [smoothed] = smooth([stairs])
    before = np.abs(stairs[:, 0] - stairs[:, 1] - 0.5).max()
    after = np.abs(smoothed[8:-8, 0] - smoothed[8:-8, 1] - 0.5).max()
    assert before == 0.5
    assert after < 0.1


def test_repeated_points_count_once() -> None:
    stroke = np.array([[0, 0], [1, 0], [1, 5], [2, 5]], dtype=float)
    np.testing.assert_array_equal(smooth([np.repeat(stroke, 3, axis=0)]), smooth([stroke]))


def test_points_and_short_strokes_are_left_alone() -> None:
    point, line = smooth([np.array([[3.0, 4.0]] * 5), np.array([[3.0, 4.0], [5, 6]])])
    np.testing.assert_array_equal(point, [[3, 4]])
    np.testing.assert_array_equal(line, [[3, 4], [5, 6]])


def test_corners_of_lines_with_few_points_stay() -> None:
    square = np.array([[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]], dtype=float)
    [smoothed] = smooth([square])
    # Each corner comes within a twentieth of the square's side.
    distances = np.abs(smoothed[None] - square[:, None]).max(axis=2).min(axis=1)
    assert distances.max() < 5
