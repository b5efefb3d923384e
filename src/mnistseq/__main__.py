"""``mnistseq``, and ``python -m mnistseq``."""

from __future__ import annotations

import atexit
import gc

from mnistseq.cli import main


def run() -> None:
    """Run the command as a process of its own."""
    # What is there at the end goes with the process. Looking for garbage among it once more, as
    # Python does on its way out, takes a tenth of the time of a whole generate.
    atexit.register(gc.freeze)
    main(prog_name="mnistseq")


if __name__ == "__main__":
    run()
