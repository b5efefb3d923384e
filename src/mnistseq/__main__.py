"""``mnistseq``, and ``python -m mnistseq``."""

from __future__ import annotations

import atexit
import gc
import warnings
from typing import Any

from mnistseq.cli import main


def run() -> None:
    """Run the command as a process of its own."""
    # What is there at the end goes with the process. Looking for garbage among it once more, as
    # Python does on its way out, takes a tenth of the time of a whole generate.
    atexit.register(gc.freeze)
    warnings.formatwarning = _plain
    main(prog_name="mnistseq")


def _plain(message: Warning | str, *_: Any, **__: Any) -> str:
    """A warning for those who run a command, to whom lines of our files say nothing."""
    return f"Warning: {message}\n"


if __name__ == "__main__":
    run()
