"""Entry point of ``mnistseq`` and ``python -m mnistseq``."""

from __future__ import annotations

import atexit
import gc
import warnings
from typing import Any

_OBJECTS = 100_000
"""New objects after which Python collects garbage; starting makes fewer, and no garbage."""


def run() -> None:
    """Run the command line as the whole process."""
    # Python would look through all that starting makes a hundred times, and once more when it
    # exits, although the process ends anyway. That takes a sixth of the time of a single generate.
    gc.set_threshold(_OBJECTS)
    atexit.register(gc.freeze)
    warnings.formatwarning = _without_source_line
    from mnistseq.cli import main  # imports most of what starting makes

    main(prog_name="mnistseq")


def _without_source_line(message: Warning | str, *_: Any, **__: Any) -> str:
    """Format a warning without the source line, which is useless to users."""
    return f"Warning: {message}\n"


if __name__ == "__main__":
    run()
