"""The public names: each can be imported, and is imported only when it is used."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from importlib.metadata import entry_points, metadata
from pathlib import Path

import numpy as np
import pytest

import mnistseq


def test_every_public_name_can_be_imported() -> None:
    for name in mnistseq.__all__:
        assert getattr(mnistseq, name) is not None, name
    assert dir(mnistseq) == sorted(mnistseq.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'mnistseq' has no attribute 'Digits'"):
        _ = mnistseq.Digits


def test_type_checkers_see_the_same_names() -> None:
    """The imports for type checkers are written separately, and could differ."""
    tree = ast.parse(Path(mnistseq.__file__).read_text("utf-8"))
    (told,) = (node for node in tree.body if isinstance(node, ast.If))
    names = {
        (alias.asname, node.module)
        for node in told.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    loaded = {(name, module) for name, module in mnistseq._MODULES.items()}
    assert names == loaded
    assert {name for name, _ in names} | {"__version__"} == set(mnistseq.__all__)


def test_importing_one_name_imports_its_module_only() -> None:
    code = (
        "import json, sys; from mnistseq import MnistseqError; "
        "print(json.dumps([name for name in sys.modules if name.startswith('mnistseq')]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert set(json.loads(done.stdout)) == {"mnistseq", "mnistseq.version", "mnistseq.errors"}


def test_every_statement_of_the_version_is_equal() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mnistseq", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"mnistseq, version {mnistseq.__version__}\n"
    assert re.fullmatch(r"\d+\.\d+\.\d+", mnistseq.__version__)
    assert metadata("mnistseq")["Version"] == mnistseq.__version__


def test_the_command_is_installed() -> None:
    commands = entry_points(group="console_scripts", name="mnistseq")
    assert commands
    assert all(callable(command.load()) for command in commands)


def test_the_package_is_marked_as_typed() -> None:
    assert (Path(mnistseq.__file__).parent / "py.typed").is_file()


def test_the_first_example_works() -> None:
    image = mnistseq.DigitSequence().generate_numbers_sequence(range(10), (0, 20), 390)
    assert image.dtype == np.float32
    assert image.shape == (28, 390)
    config = mnistseq.Config(spacing={"min": 0, "max": 20}, image={"width": 390})
    composer = mnistseq.build_composer(config)
    batch = composer.compose(["350", "12"], seed=7)
    images = np.asarray(batch.images)
    assert images.dtype == np.uint8
    assert images.shape == (2, 28, 390)
    assert [len(boxes) for boxes in batch.boxes] == [3, 2]
    assert [len(boxes) for boxes in batch.ink_boxes] == [3, 2]
    assert [len(ids) for ids in batch.glyph_ids] == [3, 2]
    assert batch.labels == (("3", "5", "0"), ("1", "2"))
    (later,) = composer.compose(["12"], seed=7, start=1)
    np.testing.assert_array_equal(later.image, images[1])
    free = mnistseq.build_composer().compose(["350", "12"], seed=7).images
    assert isinstance(free, list)
    assert free[0].shape != free[1].shape
