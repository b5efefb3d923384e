"""Tutorials and how-to pages do what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.shell_blocks import ROOT, run_shell_blocks

DOCS = ROOT / "docs"
PAGES = sorted(page for kind in ("tutorials", "how-to") for page in (DOCS / kind).glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_a_page_works(page: Path, tmp_path: Path) -> None:
    blocks = run_shell_blocks(page, tmp_path)
    assert blocks or "```console\n" in page.read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_is_listed(page: Path) -> None:
    assert f"\n{page.parent.name}/{page.stem}\n" in (DOCS / "index.md").read_text("utf-8")
