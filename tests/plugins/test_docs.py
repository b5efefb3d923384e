"""The plugin pages show every hook, method and check as in the code; the tutorial works."""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from mnistseq import hookspecs, testing
from mnistseq.plugins.built_in import BUILT_IN, Kind
from mnistseq.plugins.component_checks import BASES
from mnistseq.testing import (
    canvas_transforms,
    executors,
    formats,
    glyph_transforms,
    sources,
    spacings,
)

if TYPE_CHECKING:
    from tests.plugins.conftest import Environment

PAGES = Path(__file__).parents[2] / "docs" / "plugins"
CHECKS: dict[Kind, ModuleType] = {
    "source": sources,
    "spacing": spacings,
    "glyph_transform": glyph_transforms,
    "canvas_transform": canvas_transforms,
    "format": formats,
    "executor": executors,
}
KINDS = list(BUILT_IN)


def page(kind: Kind) -> str:
    return " ".join((PAGES / f"{kind}s.md").read_text("utf-8").split())


def signatures(module: ModuleType, name: str) -> Iterator[str]:
    """``def load(self, split: str) -> GlyphBank`` of a function, or of each method of a class."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
            functions = node.body if isinstance(node, ast.ClassDef) else [node]
            for function in functions:
                if isinstance(function, ast.FunctionDef):
                    arguments = ast.unparse(function.args)
                    returns = ast.unparse(function.returns) if function.returns else ""
                    yield f"def {function.name}({arguments}) -> {returns}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_shows_the_hook(kind: Kind) -> None:
    [signature] = signatures(hookspecs, f"mnistseq_{kind}s")
    assert f"@hookimpl {signature}: ..." in page(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_shows_every_method(kind: Kind) -> None:
    base = BASES[kind]
    found = list(signatures(sys.modules[base.__module__], base.__name__))
    assert found
    assert [text for text in found if f"{text}: ..." not in page(kind)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_shows_every_attribute(kind: Kind) -> None:
    names = BASES[kind].__annotations__
    assert [name for name in names if f"{name}: ClassVar[" not in page(kind)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_shows_the_check(kind: Kind) -> None:
    check = getattr(testing, f"check_{kind}")
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(check).parameters.values()
    ]
    signature = inspect.Signature(bare)
    assert f"{check.__name__}{signature}".replace("'", '"') in page(kind)


def test_every_hook_has_a_page() -> None:
    hooks = [name for name in dir(hookspecs) if name.startswith("mnistseq_")]
    assert sorted(hooks) == sorted(f"mnistseq_{kind}s" for kind in KINDS)
    contents = (PAGES / "index.md").read_text("utf-8").splitlines()
    assert [kind for kind in KINDS if f"{kind}s" not in contents] == []


def test_the_contents_list_the_plugin_pages() -> None:
    assert "plugins/index" in (PAGES.parent / "index.md").read_text("utf-8").splitlines()


TUTORIAL = PAGES.parent / "tutorials" / "first-plugin.md"
FILE = re.compile(r"```\{code-block\} \w+\n:caption: (\S+)\n(.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def tutorial(
    tmp_path_factory: pytest.TempPathFactory, new_environment: Callable[[], Environment]
) -> tuple[Environment, Path]:
    """The tutorial's files in a folder, and an environment to follow it in."""
    folder = tmp_path_factory.mktemp("mnistseq-shapes")
    for name, text in FILE.findall(TUTORIAL.read_text("utf-8")):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return new_environment(), folder


def test_the_tutorial_works(
    tutorial: tuple[Environment, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment, folder = tutorial
    monkeypatch.chdir(folder)
    modules = {"mnistseq": ["-m", "mnistseq"], "pytest": ["-m", "pytest"], "python": []}
    ran = []
    for block in CONSOLE.findall(TUTORIAL.read_text("utf-8")):
        for command, _, shown in (step.partition("\n") for step in block.split("$ ")[1:]):
            program, *arguments = shlex.split(command)
            if command == "pip install .":
                environment.install(folder)
            elif program in modules and arguments[:2] != ["-m", "venv"]:
                # The tests' own settings for pytest are not the stranger's.
                alone = ["-c", os.devnull, "--rootdir=."] if program == "pytest" else []
                done = environment.run(*modules[program], *alone, *arguments)
                assert not done.returncode, done.stdout + done.stderr
                assert done.stdout.strip() == shown.strip() or program == "pytest"
            else:
                assert program in {"mkdir", "cd", "python", ".", "pip"}, command
                continue
            ran.append(program)
    assert ran == ["pip", "mnistseq", "mnistseq", "mnistseq", "python", "pytest"]


def test_the_config_of_the_tutorial_names_its_source_and_parameters() -> None:
    [text] = re.findall(r"```json\n(.*?)```", TUTORIAL.read_text("utf-8"), re.DOTALL)
    config = json.loads(text)
    module = dict(FILE.findall(TUTORIAL.read_text("utf-8")))["mnistseq_shapes.py"]
    assert f'"{config["source"]["name"]}"' in module
    assert all(f"{name}:" in module for name in config["source"]["parameters"])
