"""What each worker of a Dask cluster of our own does before its first task."""

from __future__ import annotations

import logging
import signal


def dask_setup(worker: object) -> None:  # noqa: ARG001  # Dask calls it so
    """Leave Ctrl-C to the process that began it.

    A terminal sends it to all of them, and none shall print where it stood:
    the one that was asked says that it stopped, and ends the others.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # It warns of every task that is cancelled.
    logging.getLogger("distributed.worker.state_machine").setLevel(logging.ERROR)
