"""Start-up imports few modules, so that it is fast."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mnistseq.cli import COMMANDS

RUN = """
import json, sys
from mnistseq.cli import main
try:
    main(prog_name="mnistseq")
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""

HEAVY = {"numpy", "PIL", "pydantic", "pluggy", "platformdirs", "imgaug", "cv2", "scipy", "tqdm"}


def imported(code: str, *arguments: str, folder: Path) -> set[str]:
    """Return the modules that a new Python process has imported after running some code."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["-h"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str], folder: Path) -> None:
    modules = imported(RUN, *arguments, folder=folder)
    assert "mnistseq.cli" in modules
    assert not modules & (HEAVY | {"importlib.metadata", "mnistseq.config"})
    ours = {name for name in modules if name.startswith("mnistseq.cli.")}
    support = "mnistseq.cli.support"
    assert ours == {support, f"{support}.commands", f"{support}.options"}


@pytest.mark.parametrize("command", [*COMMANDS])
def test_help_of_a_command_imports_nothing_heavy(command: str, folder: Path) -> None:
    assert not imported(RUN, command, "--help", folder=folder) & HEAVY


def test_generate_imports_only_what_it_needs(folder: Path) -> None:
    modules = imported(RUN, "generate", "350", "--seed", "1", "--width", "390", folder=folder)
    assert (folder / "seq_350.png").exists()
    assert "numpy" in modules
    unneeded = {"imgaug", "cv2", "scipy", "pydantic", "pluggy", "tqdm", "importlib.metadata", "PIL"}
    unneeded |= {"annotated_types"}
    assert not modules & unneeded


def test_batch_imports_only_what_it_needs(folder: Path) -> None:
    arguments = ["batch", "--count", "2", "--length", "3", "--width", "200", "-q", "-o", "out"]
    modules = imported(RUN, *arguments, folder=folder)
    assert (folder / "out" / "manifest.json").exists()
    assert not modules & (HEAVY - {"numpy", "platformdirs"} | {"importlib.metadata"})


def test_no_installed_package_is_searched_for_plugins(folder: Path) -> None:
    """Reading the entry points of this broken package would be an error."""
    site = folder / "site" / "broken-1.0.dist-info"
    site.mkdir(parents=True)
    (site / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (site / "entry_points.txt").write_text("[mnistseq]\nbroken = there_is_no_such_module\n")
    environment = {**os.environ, "PYTHONPATH": str(site.parent)}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "mnistseq", "generate", "350", "-q"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=environment,
    )
    assert done.stdout == "seq_350.png\n"
    assert "importlib.metadata" not in done.stderr


def test_import_of_the_package_imports_nothing_heavy(folder: Path) -> None:
    code = "import json, sys, mnistseq; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    assert not imported(code, folder=folder) & HEAVY


def test_config_without_a_file_needs_no_pydantic(folder: Path) -> None:
    code = (
        "import json, sys, mnistseq; mnistseq.Config(); "
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    assert not imported(code, folder=folder) & (HEAVY - {"numpy"})
