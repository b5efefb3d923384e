"""Work on many things in parallel: in order, a few ahead, and shown on a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
import time
from itertools import islice

import pytest

from mnistseq.sources.banks.parallel_map import available_threads, parallel_map

CODE = """
import sys, time
from mnistseq.sources.banks.parallel_map import parallel_map
done = list(parallel_map(lambda n: time.sleep(0.12) or n, range(28 * {threads}), "sorting buttons"))
print(done == list(range(28 * {threads})))
"""


@pytest.mark.parametrize("number", [0, 1, 7, 8, 9, 500])
def test_values_come_in_order(number: int) -> None:
    def slow_at_first(item: int) -> int:
        time.sleep(0.0005 * (number - item) / max(number, 1))
        return item * item

    assert list(parallel_map(slow_at_first, range(number), "x")) == [n * n for n in range(number)]


def test_a_few_are_worked_on_ahead_and_never_all() -> None:
    begun: list[int] = []
    values = parallel_map(begun.append, range(10_000), "x")
    assert next(values) is None
    time.sleep(0.1)
    assert 0 < len(begun) <= 8 * 3 * available_threads()
    values.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(begun) <= 8 * 3 * available_threads()
    list(islice(parallel_map(begun.append, range(100), "x"), 100))


def test_an_error_ends_it_and_leaves_no_thread() -> None:
    before = threading.active_count()

    def fail_at_ninety(item: int) -> int:
        if item == 90:
            raise ZeroDivisionError
        return item

    seen: list[int] = []
    with pytest.raises(ZeroDivisionError):
        seen.extend(parallel_map(fail_at_ninety, range(1_000), "x"))
    assert seen == list(range(88))  # whole pieces of eight
    assert threading.active_count() == before


def test_a_terminal_shows_a_bar() -> None:
    terminal, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    code = CODE.format(threads=available_threads())
    process = subprocess.Popen([sys.executable, "-c", code], stdout=side, stderr=side)
    os.close(side)
    written = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side has ended
            break
        if not piece:
            break
        written += piece
    assert process.wait() == 0
    os.close(terminal)
    assert b"sorting buttons:" in written
    assert written.rstrip().endswith(b"True")
