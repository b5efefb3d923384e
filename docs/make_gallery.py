"""Draws the pictures of ``gallery.md``, by the commands that are below them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def commands() -> list[list[str]]:
    """Return the arguments of each command of the page."""
    page = (FOLDER / "gallery.md").read_text("utf-8")
    return [shlex.split(line)[1:] for line in re.findall(r"^mnistseq .*", page, re.MULTILINE)]


def main() -> None:
    """Draw the pictures that are named, or all."""
    for arguments in commands():
        if not sys.argv[1:] or arguments[-1] in sys.argv[1:]:
            command = [sys.executable, "-m", "mnistseq", *arguments, "--force"]
            subprocess.run(command, cwd=FOLDER.parent, check=True)


if __name__ == "__main__":
    main()
