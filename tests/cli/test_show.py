"""``--show`` in terminals of several kinds, each a real pseudo-terminal."""

from __future__ import annotations

import base64
import fcntl
import io
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios

import pytest
from PIL import Image

pytest.importorskip("textual_image")

KITTY = {rb"\x1b_Gi=(\d+),s=1,v=1,a=q": b"\x1b_Gi=%s;OK\x1b\\", rb"(\x1b\[c)": b"\x1b[?62;c"}
SIXEL = {rb"(\x1b\[c)": b"\x1b[?62;4;22c"}
SILENT: dict[bytes, bytes] = {}


def shown(answers: dict[bytes, bytes], *, colour: bool = True) -> bytes:
    """Return what a terminal of 80 x 24 characters gets, which answers questions like these.

    It is shown 28 lines and 104 columns of light grey.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [sys.executable, "-c", _SHOW],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment if colour else {**environment, "NO_COLOR": "1"},
    )
    os.close(theirs)
    got = b""
    answered: set[bytes] = set()
    while select.select([ours], [], [], 60)[0]:
        try:
            got += os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        for question, answer in answers.items():
            asked = re.search(question, got)
            if asked and question not in answered:
                answered.add(question)
                os.write(ours, answer.replace(b"%s", asked[1]))
    os.close(ours)
    assert process.wait(60) == 0
    return got


_SHOW = """
import numpy
from mnistseq.cli.support.terminal_images import show_image
show_image(numpy.full((28, 104), 200, numpy.uint8))
"""


def test_kitty_gets_the_image_itself() -> None:
    got = shown(KITTY)
    chunks = re.findall(rb"\x1b_Gi=\d+,m=[01],f=100,q=2;([^\x1b]+)\x1b", got)
    with Image.open(io.BytesIO(base64.b64decode(b"".join(chunks)))) as image:
        width, height = image.size
    assert width / height == pytest.approx(104 / 28, rel=0.05)
    assert chr(0x10EEEE).encode() in got
    assert "▀".encode() not in got


def test_a_terminal_with_sixels_gets_sixels() -> None:
    got = shown(SIXEL)
    assert re.search(rb'\x1bP0;0;0q"1;1;\d+;\d+#0;2;', got)
    assert b"Traceback" not in got
    assert "▀".encode() not in got


def test_a_terminal_that_gives_no_answer_gets_half_blocks() -> None:
    got = shown(SILENT)
    assert b"m\xe2\x96\x80\x1b[38;2;" in got
    assert b"\x1bP" not in got
    assert b"f=100" not in got


def test_a_terminal_without_colours_is_asked_nothing() -> None:
    got = shown(SIXEL, colour=False)
    assert b"\x1b" not in got
    assert "█" in got.decode()
