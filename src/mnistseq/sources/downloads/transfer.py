"""One file from one address, within a deadline."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import IO, Any

_CONNECT, _READ = 15.0, 30.0
"""Seconds to connect, and of silence, after which an address is given up."""
_CHUNK = 1 << 16


class TransferError(Exception):
    """A file did not come; its text is the reason.

    Attributes
    ----------
    lasting : bool
        Whether trying the same address again is in vain.
    """

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


def transfer(url: str, path: Path, *, seconds: float, most: int, label: str) -> None:
    """Download `url` into the new file `path`.

    Parameters
    ----------
    url : str
    path : Path
    seconds : float
        For all of it, from looking up the name to the last byte.
    most : int
        More bytes than this are refused.
    label : str
        What a progress bar says; there is one where standard error is a terminal.

    Raises
    ------
    TransferError
        If it does not come, or not in time.
    OSError
        If it cannot be written.
    """
    with open(path, "xb") as file, _progress(label) as bar:
        sink = _Sink(file, most, bar)
        work = _Work(url, sink, bar)
        # pooch's time-out is for each read: 100 bytes a second would go on for ever, and looking a
        # name up has none at all. A thread can be left behind at the deadline, whatever it hangs on.
        thread = Thread(target=work.run, name="mnistseq-download", daemon=True)
        try:
            thread.start()
            thread.join(seconds)
            late = thread.is_alive()
        finally:
            sink.stop()
        if late:
            raise TransferError(
                f"only {sink.written} bytes came within {seconds:g} seconds", lasting=True
            )
        if sink.fault is not None:
            raise sink.fault
        if work.error is not None:
            raise _explained(work.error, sink.written) from work.error
        file.flush()
        os.fsync(file.fileno())


class _Sink:
    """What pooch writes into: a file that can be taken away from a thread that is late."""

    def __init__(self, file: IO[bytes], most: int, bar: Any) -> None:
        self.file, self.most, self.bar, self.written = file, most, bar, 0
        self.fault: OSError | TransferError | None = None
        self._open = True
        self._lock = Lock()

    def write(self, block: bytes) -> None:
        with self._lock:
            if not self._open:
                raise TransferError("stopped")
            if self.written + len(block) > self.most:
                self.fault = TransferError(f"it is longer than {self.most} bytes", lasting=True)
                raise self.fault
            try:
                self.file.write(block)
            except OSError as error:  # a full disk, which must not be taken for the network's fault
                self.fault = error
                raise
            self.written += len(block)
            self.bar.update(len(block))

    def flush(self) -> None:
        """Nothing: pooch asks for it after every block."""

    def stop(self) -> None:
        with self._lock:
            self._open = False


class _Work:
    """A download in a thread of its own, and what it raised."""

    def __init__(self, url: str, sink: _Sink, bar: Any) -> None:
        # Untyped; it brings requests, 0.2 s, which only a download needs.
        import pooch  # type: ignore[import-untyped]

        self.error: BaseException | None = None
        self._bar = bar
        self._answers: list[Any] = []
        downloader = pooch.HTTPDownloader(
            chunk_size=_CHUNK,
            timeout=(_CONNECT, _READ),
            # Or a server might unpack the file on its way, and its checksum would be another.
            headers={"Accept-Encoding": "identity"},
            hooks={"response": self._keep},
        )
        self._call = partial(downloader, url, sink, None)

    def run(self) -> None:
        try:
            self._call()
        except BaseException as error:  # noqa: BLE001  # handed to the thread that waits
            self.error = error
        finally:
            for answer in self._answers:  # pooch leaves those open that it gives up
                answer.close()

    def _keep(self, answer: Any, *_: Any, **__: Any) -> None:
        self._answers.append(answer)
        self._bar.total = int(answer.headers.get("Content-Length", 0)) or None


def _progress(label: str) -> Any:
    from tqdm import tqdm

    quiet = sys.stderr is None or not sys.stderr.isatty()
    return tqdm(desc=label, unit="B", unit_scale=True, leave=False, disable=quiet)


def _explained(error: BaseException, came: int) -> TransferError:
    """An error of requests, in plain words."""
    from requests import exceptions as known

    lasting = False
    if isinstance(error, known.HTTPError) and error.response is not None:
        status = error.response.status_code
        reason = f"the server answers {status} {error.response.reason}"
        lasting = status < 500 and status not in (408, 425, 429)
    elif isinstance(error, known.ConnectTimeout):
        reason = f"no connection within {_CONNECT:g} seconds"
    elif isinstance(error, known.Timeout):
        reason = f"nothing came for {_READ:g} seconds, after {came} bytes"
    elif isinstance(error, known.SSLError):
        reason, lasting = f"no secure connection: {_innermost(error)}", True
    elif isinstance(error, known.ChunkedEncodingError) or came:
        reason = f"the connection broke off after {came} bytes"
    elif isinstance(error, known.ConnectionError):
        hint = "; is this machine online?" if "resol" in repr(error) else ""
        reason = f"no connection: {_innermost(error)}{hint}"
    else:
        reason, lasting = f"{type(error).__name__}: {error}", True
    return TransferError(reason, lasting=lasting)


def _innermost(error: BaseException) -> str:
    """The cause at the bottom, which requests and urllib3 wrap up four times over."""
    while True:
        inner = error.__cause__ or error.__context__
        if inner is None:
            break
        error = inner
    with suppress(AttributeError):
        return str(error.strerror or error)  # type: ignore[attr-defined]
    return str(error)
