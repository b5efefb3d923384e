"""Draws ``gallery.png``, the picture of the README, with ``mnistseq preview``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
COMMAND = (
    r"preview -n 4 --pattern [1-9]\d{2} --seed 3 --preset clean --compare examples/pen.toml "
    "--compare bank-cheque --compare camera -o docs/gallery.png --force"
)


def main() -> None:
    """Draw the picture."""
    subprocess.run(
        [sys.executable, "-m", "mnistseq", *COMMAND.split()], cwd=FOLDER.parent, check=True
    )


if __name__ == "__main__":
    main()
