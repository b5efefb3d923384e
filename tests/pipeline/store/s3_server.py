"""An S3 server of its own process on loopback, and a gate before it that may be shut."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

from tests.executors.dask_cluster import SECONDS, free_port, wait_for_port

KEY, SECRET = "AKIAOFATEST", "a-secret-of-this-test"

_REQUEST = re.compile(rb"(GET|PUT|POST|HEAD|DELETE) (\S+) HTTP/1\.1\r\n")


class S3Server:
    """moto's server; what is put in it is gone with it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_for_port(self.port, self._process)

    def require_rights(self, *, required: bool) -> None:
        """Refuse everybody, or nobody."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        connection.request("POST", "/moto-api/reset-auth", b"0" if required else b"inf")
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        connection.close()

    def close(self) -> None:
        self._process.kill()
        self._process.wait(SECONDS)


class Gate:
    """Passes connections on; notes requests; can be shut in the middle of a body."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.requests: list[str] = []
        self._room: int | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def shut_after(self, size: int) -> None:
        """Let so many bytes pass, cut every connection then, and take no other."""
        self._room = size

    def open(self) -> None:
        self._room = None
        self.requests.clear()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._room is not None and self._room <= 0:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self._to))
                for ends in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, asked: bool) -> None:
        with suppress(OSError):
            while block := source.recv(1 << 14):
                if asked:
                    found = _REQUEST.findall(block)
                    self.requests += [f"{verb.decode()} {path.decode()}" for verb, path in found]
                    if self._room is not None:
                        block = block[: max(0, self._room)]
                        self._room -= len(block)
                sink.sendall(block)
                if asked and self._room is not None and self._room <= 0:
                    break
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


def environment(port: int) -> dict[str, str]:
    """Where S3's clients look for endpoint and credentials."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_MAX_ATTEMPTS": "2",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
