"""Work inside a command shows a bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

CODE = """
import time
from mnistseq.cli.support.terminal_bars import terminal_bar
from mnistseq.progress import reporting, show_progress
with show_progress(terminal_bar), reporting(10, "sorting buttons", "button") as advance:
    for _ in range(10):
        time.sleep({pause})
        advance(1)
"""


def on_a_terminal(*arguments: str) -> str:
    """Run Python with its output on a terminal, and return what was written there."""
    terminal, side = pty.openpty()
    termios.tcsetwinsize(side, (24, 100))
    process = subprocess.Popen([sys.executable, *arguments], stdout=side, stderr=side)
    os.close(side)
    written = b""
    with suppress(OSError):  # the end of a terminal is an error on Linux
        while piece := os.read(terminal, 4096):
            written += piece
    os.close(terminal)
    assert process.wait(timeout=30) == 0, written
    return written.decode()


def test_slow_work_shows_a_bar_on_a_terminal() -> None:
    written = on_a_terminal("-c", CODE.format(pause=0.2))
    assert "sorting buttons:" in written
    assert "button/s" in written


def test_fast_work_shows_no_bar() -> None:
    assert on_a_terminal("-c", CODE.format(pause=0.01)) == ""


SLOW_SOURCE = """
import sys, time
from mnistseq.cli import main
from mnistseq.progress import reporting
from mnistseq.sources import mnist

def load(self, split, path, original=mnist.Mnist.load):
    with reporting(10, "sorting buttons", "button") as advance:
        for _ in range(10):
            time.sleep(0.15)
            advance(1)
    return original(self, split, path)

mnist.Mnist.load = load
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (["generate", "3", "-o", "a.png"], True),
        (["generate", "3", "-o", "b.png", "-q"], False),
        (["batch", "--count", "2", "-j", "1", "-o", "c", "-q"], False),
        (["batch", "--count", "2", "-j", "1", "-o", "d", "--progress", "off"], False),
    ],
)
def test_a_quiet_command_shows_no_bar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], shown: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ("sorting buttons" in on_a_terminal("-c", SLOW_SOURCE, *command)) == shown


def test_nothing_is_shown_where_there_is_no_terminal() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(pause=0.2)], capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")


@pytest.fixture
def slow_mirror(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A mirror that takes two seconds for each file."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = (shared_data / self.path.lstrip("/")).read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            step = len(content) // 20 + 1
            for first in range(0, len(content), step):
                self.wfile.write(content[first : first + step])
                time.sleep(0.1)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("MNISTSEQ_MIRROR", f"http://127.0.0.1:{http.server_address[1]}")
    monkeypatch.delenv("MNISTSEQ_OFFLINE", raising=False)
    yield
    http.shutdown()
    http.server_close()


@pytest.mark.usefixtures("slow_mirror")
def test_a_command_shows_the_progress_of_a_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNISTSEQ_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    written = on_a_terminal("-m", "mnistseq", "generate", "12", "--source", "qmnist", "-o", "a.png")
    assert "qmnist: qmnist-train-labels-idx2-int.gz:" in written
    assert re.search(r" [1-9][0-9]%.*/463k", written)
