"""The notebook of the examples runs, and shows pictures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.docs.shell_blocks import ROOT


def test_the_notebook_runs(tmp_path: Path) -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    path = tmp_path / "look.ipynb"
    shutil.copy(ROOT / "examples" / "look.ipynb", path)
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=120, resources=resources).execute()
    config, composer, batch, sample, truth = (
        cell.outputs[-1]["data"] for cell in notebook.cells if cell.cell_type == "code"
    )
    assert "spacing.min" in config["text/html"]
    assert composer["text/html"].count("<img") == batch["text/html"].count("<img") == 3
    assert "image/png" in sample
    assert truth["text/plain"].startswith("(('3', '5', '0'), [[")
