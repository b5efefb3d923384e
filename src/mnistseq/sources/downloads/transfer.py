"""Download one file from one URL within a deadline."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import IO

from mnistseq.progress import Advance

_CONNECT, _READ = 15.0, 30.0
"""Timeouts in seconds for connecting and for reading."""
_CHUNK = 1 << 16


class TransferError(Exception):
    """A file could not be downloaded; the message is the reason.

    Attributes
    ----------
    lasting : bool
        Whether another attempt at the same URL would also fail.
    """

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


def transfer(url: str, path: Path, *, seconds: float, max_bytes: int, advance: Advance) -> None:
    """Download `url` into the new file `path`.

    Parameters
    ----------
    seconds : float
        Deadline for everything, from the DNS lookup to the last byte.
    max_bytes : int
        Maximum size; longer files are refused.
    advance : callable
        Called with the number of bytes received since the last call.

    Raises
    ------
    TransferError
        If the file cannot be downloaded in time.
    OSError
        If the file cannot be written.
    """
    with open(path, "xb") as file:
        download = _Download(url, file, max_bytes, advance)
        # The time-out of requests applies to each read, so a server that sends 100 bytes a second
        # would never end, and to look up a name has no time-out at all. A thread can be abandoned
        # at the deadline, whatever it is waiting for.
        thread = Thread(target=download.run, name="mnistseq-download", daemon=True)
        try:
            thread.start()
            thread.join(seconds)
            late = thread.is_alive()
        finally:
            download.stop()
        if late:
            raise TransferError(
                f"only {download.written} bytes arrived within {seconds:g} seconds", lasting=True
            )
        if download.fault is not None:
            raise download.fault
        if download.error is not None:
            raise _explained(download.error, download.written) from download.error
        file.flush()
        os.fsync(file.fileno())


class _Download:
    """A download in a thread of its own; its file can be closed to a thread that is late.

    Attributes
    ----------
    fault : OSError or TransferError or None
        Why the file cannot be written: a full disk must not be reported as a network error.
    error : BaseException or None
        Any other error that it ended with.
    """

    def __init__(self, url: str, file: IO[bytes], max_bytes: int, advance: Advance) -> None:
        self.written = 0
        self.fault: OSError | TransferError | None = None
        self.error: BaseException | None = None
        self._url, self._file, self._max_bytes, self._advance = url, file, max_bytes, advance
        self._open = True
        self._lock = Lock()

    def run(self) -> None:
        try:
            import requests  # takes 0.2 s, which only a download needs

            with requests.get(
                self._url,
                stream=True,
                timeout=(_CONNECT, _READ),
                # Otherwise a server might send the file decompressed, with a different checksum.
                headers={"Accept-Encoding": "identity"},
            ) as response:
                response.raise_for_status()
                for block in response.iter_content(_CHUNK):
                    self._write(block)
        except BaseException as error:  # noqa: BLE001  # passed to the thread that waits
            self.error = error

    def stop(self) -> None:
        with self._lock:
            self._open = False

    def _write(self, block: bytes) -> None:
        with self._lock:
            if not self._open:
                raise TransferError("stopped")
            if self.written + len(block) > self._max_bytes:
                self.fault = TransferError(
                    f"it is longer than {self._max_bytes} bytes", lasting=True
                )
                raise self.fault
            try:
                self._file.write(block)
            except OSError as error:
                self.fault = error
                raise
            self.written += len(block)
            self._advance(len(block))


def _explained(error: BaseException, received: int) -> TransferError:
    """Describe an error of requests in plain words."""
    from requests import exceptions as known

    lasting = False
    if isinstance(error, known.HTTPError) and error.response is not None:
        status = error.response.status_code
        reason = f"the server answered {status} {error.response.reason}"
        lasting = status < 500 and status not in (408, 425, 429)
    elif isinstance(error, known.ConnectTimeout):
        reason = f"no connection within {_CONNECT:g} seconds"
    elif isinstance(error, known.Timeout):
        reason = f"nothing arrived for {_READ:g} seconds, after {received} bytes"
    elif isinstance(error, known.SSLError):
        reason, lasting = f"no secure connection: {_innermost(error)}", True
    elif isinstance(error, known.ChunkedEncodingError) or received:
        reason = f"the connection was lost after {received} bytes"
    elif isinstance(error, known.ConnectionError):
        hint = "; is this machine online?" if "resol" in repr(error) else ""
        reason = f"no connection: {_innermost(error)}{hint}"
    else:
        reason, lasting = f"{type(error).__name__}: {error}", True
    return TransferError(reason, lasting=lasting)


def _innermost(error: BaseException) -> str:
    """Return the message of the original cause, which requests and urllib3 wrap several times."""
    while True:
        inner = error.__cause__ or error.__context__
        if inner is None:
            break
        error = inner
    with suppress(AttributeError):
        return str(error.strerror or error)  # type: ignore[attr-defined]
    return str(error)
