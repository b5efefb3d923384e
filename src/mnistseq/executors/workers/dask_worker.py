"""What each worker of a local Dask cluster does before its first task."""

from __future__ import annotations

import logging
import signal


def dask_setup(worker: object) -> None:  # noqa: ARG001  # Dask passes it by name
    """Leave Ctrl-C to the process that started this one.

    A terminal sends it to all processes; only the first reports that it stopped,
    and ends the others.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # It would warn about every task that is cancelled.
    logging.getLogger("distributed.worker.state_machine").setLevel(logging.ERROR)
