"""Sphinx: ``nox -s docs``. Builds without a network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mnistseq.version import __version__

sys.path.insert(0, str(Path(__file__).parent))

project = "mnistseq"
author = project_copyright = "the mnistseq authors"
release = version = __version__

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"mnistseq {release}"

myst_heading_anchors = 4


def setup(app: Any) -> None:
    """Have the site contain all pages as one file, and the list of pages."""
    app.connect("build-finished", _write_one_file)


def _write_one_file(app: Any, error: Exception | None) -> None:
    from one_file import files, one_file  # beside this file

    if error is None and app.builder.name == "html":
        (app.outdir / "mnistseq.md").write_text(one_file(), "utf-8")
        pages = files()["llms.txt"].replace("](docs/", "](").replace(".md)", ".html)")
        (app.outdir / "llms.txt").write_text(pages, "utf-8")
