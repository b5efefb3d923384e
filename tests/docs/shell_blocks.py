"""The shell blocks of a page, run as a reader would run them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_shell_blocks(page: Path, folder: Path) -> str:
    """Run all blocks marked ``sh`` of a page in their order, in one new folder with the examples.

    Blocks marked ``console`` are only shown: they need a network, a cluster or minutes.

    Returns
    -------
    str
        The blocks.
    """
    binaries, here = folder / "bin", folder / "here"
    binaries.mkdir()
    here.mkdir()
    shutil.copytree(ROOT / "examples", here / "examples")
    command = binaries / "mnistseq"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mnistseq "$@"\n')
    command.chmod(0o755)
    blocks = "".join(re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL))
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", blocks],
        cwd=here,
        env=os.environ | {"PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return blocks
