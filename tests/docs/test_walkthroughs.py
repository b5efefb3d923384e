"""README, tutorials and how-to pages do what they say."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click
import pytest
from tests.docs.shell_blocks import ROOT, run_shell_blocks

from mnistseq.cli import main

DOCS = ROOT / "docs"
PAGES = sorted(page for kind in ("tutorials", "how-to") for page in (DOCS / kind).glob("*.md"))
ALL_PAGES = sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_of_a_page_works(page: Path, tmp_path: Path) -> None:
    blocks = run_shell_blocks(page, tmp_path)
    assert blocks or "```console\n" in page.read_text("utf-8")


@pytest.mark.parametrize("page", [ROOT / "README.md", *ALL_PAGES], ids=lambda page: page.stem)
def test_every_command_that_is_shown_has_options_that_exist(page: Path) -> None:
    blocks = re.findall(r"```(?:console|sh|text)\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").replace("\n$ ", "\n").splitlines()
    for line in lines:
        if line.removeprefix("$ ").startswith("mnistseq ") and "[OPTIONS]" not in line:
            shown = re.split(
                r" [|>&] ?", line.removeprefix("$ mnistseq ").removeprefix("mnistseq ")
            )
            parse(shlex.split(shown[0], comments=True))


def parse(words: list[str]) -> None:
    """Parse a command without running it; raise UsageError for what does not exist."""
    command: click.Command | None = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        _, command, words = command.resolve_command(click.Context(command), words)
    assert command is not None
    with suppress(click.exceptions.Exit):  # --help
        command.make_context("mnistseq", words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_is_listed(page: Path) -> None:
    assert f"\n{page.parent.name}/{page.stem}\n" in (DOCS / "index.md").read_text("utf-8")


def test_every_command_of_the_readme_works(tmp_path: Path) -> None:
    """The two lines of set-up aside: `.ci/run` runs one, and here mnistseq is installed already."""
    readme = (ROOT / "README.md").read_text("utf-8")
    install = "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/mnistseq"
    check = "python3 -m venv .venv && .venv/bin/pip install -q nox && .venv/bin/nox -s check"
    assert (readme.count(install), readme.count(check)) == (1, 1)
    page = tmp_path / "README.md"
    page.write_text(readme.replace(install, "mnistseq").replace(check, "true"), "utf-8")
    run_shell_blocks(page, tmp_path)
    made = {path.name for path in (tmp_path / "here").iterdir()}
    assert {"seq_350.png", "images", "preview.png", "digits", "report.html"} <= made


def test_one_file_has_every_page_and_links_within_itself(tmp_path: Path) -> None:
    file = tmp_path / "all.md"
    maker = [sys.executable, str(DOCS / "generate.py"), "--one-file", str(file)]
    subprocess.run(maker, check=True)
    text = file.read_text("utf-8")
    headings = re.findall(r"^#+ (.*)", text, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    titles = [re.search(r"^# (.*)", page.read_text("utf-8"), re.MULTILINE) for page in ALL_PAGES]
    assert {found[1] for found in titles if found} <= set(headings)
    links = re.findall(r"\]\(#([^)\s]+)\)", text)
    assert len(links) > 50
    assert set(links) <= anchors
