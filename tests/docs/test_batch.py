"""What the page on data sets says, done."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "batch.md"


def test_its_commands_work(tmp_path: Path) -> None:
    """All in one folder, in their order, as a reader would."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "mnistseq"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mnistseq "$@"\n')
    command.chmod(0o755)
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL)
    assert len(blocks) >= 5
    environment = os.environ | {"PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}
    (tmp_path / "here").mkdir()
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", "".join(blocks)],
        cwd=tmp_path / "here",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = {path.parent.name for path in (tmp_path / "here").glob("*/manifest.json")}
    assert made == {
        "out",
        "from-rows",
        "from-a-pipe",
        "postcodes",
        "named",
        "split",
        "again",
        "growing",
    }
