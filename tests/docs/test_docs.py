"""The documentation says all there is, and nothing that is not."""

from __future__ import annotations

import doctest
import re
import runpy
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import numpy as np
import pytest
from packaging.version import Version
from PIL import Image
from tests.command_tree import commands

from mnistseq import Config, build_composer
from mnistseq.cli import main
from mnistseq.config.keys import config_keys

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
OLD_CLICK = Version(version("click")) < Version("8.4")
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted(page for page in DOCS.rglob("*.md") if page.parent.name != "plugins"),
]


@pytest.mark.skipif(OLD_CLICK, reason="older versions of click describe commands differently")
def test_generated_files_are_current() -> None:
    command = [sys.executable, str(DOCS / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_command_and_option_is_documented() -> None:
    sections = re.split(r"^##? ", (DOCS / "commands.md").read_text("utf-8"), flags=re.MULTILINE)
    by_title = {section.partition("\n")[0]: section for section in sections}
    by_title["mnistseq"] = by_title.pop("Commands")
    missing = [
        f"{name} {flag}"
        for name, command in commands("mnistseq", main)
        for item in command.params
        if not (isinstance(item, click.Option) and item.hidden)
        for flag in item.opts
        if flag.startswith("-") and f"`{flag}`" not in by_title[name]
    ]
    assert missing == []
    assert {name for name, _ in commands("mnistseq", main)} <= set(by_title)


def test_every_config_key_is_documented() -> None:
    text = (DOCS / "config.md").read_text("utf-8")
    assert [key.path for key in config_keys() if f"| `{key.path}` |" not in text] == []


def test_every_page_is_in_the_contents() -> None:
    contents = (DOCS / "index.md").read_text("utf-8").splitlines()
    assert [page.stem for page in DOCS.glob("*.md") if page.stem not in contents] == ["index"]


def test_every_room_is_in_the_design() -> None:
    text = (DOCS / "DESIGN.md").read_text("utf-8")
    package = ROOT / "src" / "mnistseq"
    rooms = [f"`{path.parent.name}/`" for path in package.glob("*/__init__.py")]
    known = {"__init__.py", "__main__.py", "version.py"}
    rooms += [f"`{path.name}`" for path in package.glob("*.py") if path.name not in known]
    assert [room for room in rooms if room not in text] == []


def test_every_session_is_in_contributing() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    noxfile = (ROOT / "noxfile.py").read_text("utf-8")
    sessions = re.findall(r"@nox\.session.*\ndef (\w+)", noxfile)
    assert sessions
    assert [name for name in sessions if f"| `{name}` |" not in text] == []


def test_ci_runs_the_command_of_the_readme() -> None:
    line = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1]
    assert line in (ROOT / "README.md").read_text("utf-8").splitlines()


@pytest.mark.parametrize("script", ["absolute_links.py", "docstrings.py", "manual_pages.py"])
def test_examples_of_the_scripts_work(script: str) -> None:
    names = runpy.run_path(str(DOCS / script))
    functions = [item for item in names.values() if getattr(item, "__module__", "") == "<run_path>"]
    tests = [each for item in functions for each in doctest.DocTestFinder().find(item, globs=names)]
    runner = doctest.DocTestRunner()
    assert sum(runner.run(each).attempted for each in tests) == 1
    assert runner.failures == 0


def test_the_readme_of_an_index_has_absolute_links_only() -> None:
    absolute = runpy.run_path(str(DOCS / "absolute_links.py"))["absolute"]
    text = absolute((ROOT / "README.md").read_text("utf-8"), "https://host/owner/name", "v1.0.0")
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert "https://host/owner/name/raw/v1.0.0/docs/gallery.png" in links
    assert [link for link in links if not link.startswith("https://")] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8"))
    broken = []
    for link in links:
        file, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = page.parent / file if file else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_on_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "examples" / "config.json", tmp_path)
    (tmp_path / "images").mkdir()
    blocks = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, page.name, "exec"), names)  # noqa: S102  # it is what is tested
    assert bool(blocks) == (
        page.name
        in {
            "README.md",
            "batch.md",
            "errors.md",
            "pens.md",
            "replacing.md",
            "sources.md",
            "usage.md",
        }
    )


@pytest.mark.parametrize(("name", "seed"), [("350", 1), ("0123456789", 3)])
def test_pictures_are_what_is_drawn(name: str, seed: int) -> None:
    config = Config(image={"width": 390}, spacing={"min": 0, "max": 20})
    drawn = build_composer(config).compose([name], seed=seed)[0].image
    with Image.open(DOCS / f"{name}.png") as picture:
        assert np.array_equal(np.asarray(picture), drawn)
