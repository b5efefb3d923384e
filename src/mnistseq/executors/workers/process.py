"""The main loop of a local worker process."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import SimpleQueue
from traceback import format_exception
from typing import Any

from mnistseq.errors import ExecutorError, MnistseqError


def call_all(function: Callable[[Any], Any], connection: Connection[bytes, bytes]) -> None:
    """Call a function with every task received, and send back its result or error.

    Tasks are received pickled; an empty message ends the process. The reply is a pair of
    receipt and error, one of which is None.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tasks: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_receive, args=(connection, tasks), daemon=True).start()
    while task := tasks.get():
        connection.send_bytes(_outcome(function, task))


def _receive(connection: Connection[bytes, bytes], tasks: SimpleQueue[bytes]) -> None:
    """Receive tasks in the background, and end the process when the connection is lost.

    That happens if the sender was killed and could not end this process.
    """
    try:
        while True:
            tasks.put(connection.recv_bytes())
    except (EOFError, OSError):
        os._exit(1)


def _outcome(function: Callable[[Any], Any], task: bytes) -> bytes:
    try:
        return pickle.dumps((function(pickle.loads(task)), None))  # noqa: S301  # from the parent
    except Exception as error:  # noqa: BLE001  # raised again by the parent
        return _pickled(error, task)


def _pickled(error: Exception, task: bytes) -> bytes:
    """Return an error unchanged if it survives pickling, otherwise one that describes it.

    Errors whose constructors take two arguments, for example, cannot be unpickled.
    """
    if not isinstance(error, MnistseqError):
        error.add_note("".join(format_exception(error)))
    try:
        pickled = pickle.dumps((None, error))
        pickle.loads(pickled)  # noqa: S301  # pickled above
    except Exception:  # noqa: BLE001  # a constructor may raise anything
        given = pickle.loads(task)  # noqa: S301  # from the parent
        described = ExecutorError(f"{type(error).__name__} at {given!r:.200}: {error}")
        return pickle.dumps((None, described))
    return pickled
