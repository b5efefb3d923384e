"""Progress is reported to the display that an application chose, and to no other."""

from __future__ import annotations

from threading import Thread

import pytest
from tests.displays import Recorder

from mnistseq.progress import reporting, show_progress


def work() -> None:
    with reporting(3, "counting", "sheep") as advance:
        advance(1)
        advance(2)


def test_nothing_is_shown_unless_a_display_was_chosen(capfd: pytest.CaptureFixture[str]) -> None:
    work()
    assert capfd.readouterr() == ("", "")


def test_a_display_is_opened_advanced_and_closed() -> None:
    recorder = Recorder()
    with show_progress(recorder):
        work()
    assert recorder.opened == [(3, "counting", "sheep")]
    assert recorder.steps == [1, 2]
    assert recorder.closed == 1


def test_a_display_is_used_inside_its_block_only() -> None:
    outer, inner = Recorder(), Recorder()
    with show_progress(outer):
        with show_progress(inner):
            work()
        work()
    work()
    assert len(inner.opened) == len(outer.opened) == 1


def test_a_display_is_closed_after_an_error() -> None:
    recorder = Recorder()
    with (
        pytest.raises(ZeroDivisionError),
        show_progress(recorder),
        reporting(1, "failing"),
    ):
        raise ZeroDivisionError
    assert recorder.closed == 1
    work()
    assert len(recorder.opened) == 1


def test_another_thread_may_advance() -> None:
    recorder = Recorder()
    with show_progress(recorder), reporting(5, "counting") as advance:
        thread = Thread(target=advance, args=(5,))
        thread.start()
        thread.join()
    assert recorder.steps == [5]
