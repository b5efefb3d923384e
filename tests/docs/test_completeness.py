"""Everything that users can name is in the documentation."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from tests.command_tree import commands

import mnistseq
from mnistseq import errors, hookspecs, integrations, testing
from mnistseq.cli import main
from mnistseq.cli.support.commands import Command, Group
from mnistseq.config.presets import list_presets
from mnistseq.formats.label_formats.table import LABEL_FORMATS
from mnistseq.plugins.built_in import BUILT_IN, Kind

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

PAGES: dict[Kind, str] = {
    "source": "sources.md",
    "spacing": "spacing.md",
    "glyph_transform": "transforms.md",
    "canvas_transform": "transforms.md",
    "format": "formats.md",
    "executor": "scaling.md",
}
"""Kind of component → the page that describes each."""


def text(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def headings(name: str) -> set[str]:
    return set(re.findall(r"^#+ (.*)", text(name), flags=re.MULTILINE))


@pytest.mark.parametrize("kind", BUILT_IN)
def test_every_component_is_on_the_page_of_its_kind(kind: Kind) -> None:
    page = text(PAGES[kind])
    described = set(re.findall(r"`([\w-]+)`", page)) | headings(PAGES[kind])
    assert set(BUILT_IN[kind]) - described == set()


def test_every_preset_and_label_format_is_described() -> None:
    assert {preset.name for preset in list_presets()} <= headings("presets.md")
    assert [name for name in LABEL_FORMATS if f"| `{name}` |" not in text("formats.md")] == []


@pytest.mark.parametrize("module", [mnistseq, integrations, testing])
def test_every_public_name_is_in_the_reference(module: object) -> None:
    names = set(module.__all__) - {"__version__"}  # type: ignore[attr-defined]
    assert names <= headings("api.md")


def test_every_hook_is_in_the_reference_and_on_a_page_about_plugins() -> None:
    hooks = {name for name in vars(hookspecs) if name.startswith("mnistseq_")}
    assert hooks <= headings("api.md")
    pages = "".join(page.read_text("utf-8") for page in (DOCS / "plugins").glob("*.md"))
    assert [hook for hook in hooks if f"def {hook}()" not in pages] == []


def test_every_error_has_its_place_in_the_tree_and_a_remedy() -> None:
    found = vars(errors).values()
    classes = {item for item in found if inspect.isclass(item) and issubclass(item, Exception)}
    rows = re.findall(r"^\| `(\w+)` \| .+ \| .+ \|$", text("errors.md"), flags=re.MULTILINE)
    bases = {errors.MnistseqError, errors.RequestError}  # raised only as one of those below
    assert {item.__name__ for item in classes - bases} == set(rows)
    lines = re.findall(r"^[│├└─ ]*(\w+Error)(?: +also (.*))?$", text("errors.md"), re.MULTILINE)
    also = {name: set(others.split(", ")) - {""} for name, others in lines}
    for item in classes:
        parents = {base.__name__ for base in item.__bases__[1:]}
        assert also[item.__name__] == parents, item.__name__


def test_every_environment_variable_is_described() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    used = set(re.findall(r"MNISTSEQ_[A-Z]+(?:_[A-Z]+)*", sources)) - {"MNISTSEQ_COMPLETE"}
    pages = "".join(page.read_text("utf-8") for page in DOCS.rglob("*.md"))
    manual = (ROOT / "share" / "man" / "man1" / "mnistseq.1").read_text("utf-8")
    assert [name for name in used if f"`{name}`" not in pages or name not in manual] == []


def test_the_pages_that_help_texts_name_exist() -> None:
    found = [command for _, command in commands("mnistseq", main)]
    named = {command.page for command in found if isinstance(command, Command | Group)} - {""}
    assert len(named) > 5
    for page, _, anchor in (name.partition("#") for name in named):
        titles = {re.sub(r"[^\w -]", "", title.lower()) for title in headings(page)}
        assert not anchor or anchor.replace("-", " ") in titles
