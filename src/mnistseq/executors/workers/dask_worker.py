"""Set up each worker of a local Dask cluster before its first task."""

from __future__ import annotations

import logging
import signal


def dask_setup(worker: object) -> None:  # noqa: ARG001  # Dask passes it by name
    """Leave Ctrl-C to the parent process.

    A terminal sends it to all processes, but only the first should report it and end the
    others.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # It would warn about every cancelled task.
    logging.getLogger("distributed.worker.state_machine").setLevel(logging.ERROR)
