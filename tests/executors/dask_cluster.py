"""A Dask cluster of real processes, on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

SECONDS = 60.0
"""To start, on a busy machine."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    process.kill()
    raise TimeoutError(f"nothing listens on port {port}")


class DaskCluster:
    """A scheduler, and workers as they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.scheduler = self._start(
            "scheduler",
            *("--host", "127.0.0.1", "--port", str(self.port)),
            *("--dashboard-address", "127.0.0.1:0"),
        )
        self.workers: list[subprocess.Popen[bytes]] = []
        wait_for_port(self.port, self.scheduler)

    def add_worker(self, threads: int = 1, path: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a worker; `path` comes first on its PYTHONPATH."""
        worker = self._start(
            "worker",
            self.address,
            *("--host", "127.0.0.1", "--no-nanny", "--no-dashboard"),
            *("--nthreads", str(threads), "--local-directory", str(self._folder)),
            path=path,
        )
        self.workers.append(worker)
        return worker

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait(SECONDS)

    def _start(self, *arguments: str, path: Path | None = None) -> subprocess.Popen[bytes]:
        search = [str(path)] if path is not None else []
        search += [part for part in [os.environ.get("PYTHONPATH")] if part]
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(search)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
