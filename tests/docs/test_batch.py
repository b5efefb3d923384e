"""What the page on data sets says, done."""

from __future__ import annotations

from pathlib import Path

from tests.docs.shell_blocks import ROOT, run_shell_blocks


def test_its_commands_work(tmp_path: Path) -> None:
    run_shell_blocks(ROOT / "docs" / "batch.md", tmp_path)
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
