"""``mnistseq``, and ``python -m mnistseq``."""

from __future__ import annotations

import atexit
import gc
import warnings
from typing import Any

from mnistseq.cli import main


def run() -> None:
    """Run the command line as the whole process."""
    # Python collects garbage once more when it exits, although the process ends anyway. Without
    # that, a single generate takes a tenth less time.
    atexit.register(gc.freeze)
    warnings.formatwarning = _without_source_line
    main(prog_name="mnistseq")


def _without_source_line(message: Warning | str, *_: Any, **__: Any) -> str:
    """Format a warning without the line of code that raised it, which users cannot act on."""
    return f"Warning: {message}\n"


if __name__ == "__main__":
    run()
