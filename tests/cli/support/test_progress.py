"""Progress where standard error is not a terminal: a line now and then."""

from __future__ import annotations

import re

import pytest

from mnistseq.cli.support.progress import progress


def test_lines_show_speed_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("auto", 30, "images", "img", seconds_between_lines=0) as advance:
        advance(15, True)
        advance(15, True)
    first, last = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"15 of 30 images, [\d.]+[kM]? images/s, [\d.]+ s left", first)
    assert re.fullmatch(r"30 of 30 images, [\d.]+[kM]? images/s, 0.0 s left", last)


def test_what_existed_before_does_not_count_as_speed(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("auto", 30, "images", "img", seconds_between_lines=0) as advance:
        advance(15, False)
        advance(15, False)
    assert capsys.readouterr().err == ("15 of 30 images, 0 images/s\n30 of 30 images, 0 images/s\n")


def test_a_short_run_prints_no_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("auto", 30, "images", "img") as advance:
        advance(30, True)
    assert capsys.readouterr().err == ""
