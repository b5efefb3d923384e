"""The examples of the page on training run, each with its framework."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "training.md").read_text("utf-8")
SECTIONS = {
    title: re.findall(r"```py\n(.*?)```", text, flags=re.DOTALL)
    for title, text in re.findall(
        r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL
    )
}
EXAMPLES = {title: blocks for title, blocks in SECTIONS.items() if blocks}
NEEDS = {
    "PyTorch": "torch",
    "Hugging Face": "datasets",
    "Grain": "grain",
    "JAX": "jax",
    "Keras": "keras",
}


@pytest.mark.slow
@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_runs(title: str, tmp_path: Path) -> None:
    """Each in a process of its own: no process that has loaded JAX can be forked safely."""
    if title in NEEDS and find_spec(NEEDS[title]) is None:
        pytest.skip(f"{NEEDS[title]} is not installed")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "\n".join(EXAMPLES[title])],
        cwd=tmp_path,
        env=os.environ | {"KERAS_BACKEND": "torch"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert title == "Keras" or done.stdout


def test_every_framework_has_an_example() -> None:
    assert set(NEEDS) <= set(EXAMPLES)


def test_the_readme_reaches_a_batch() -> None:
    pytest.importorskip("torch")
    (block,) = re.findall(r"```py\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)  # noqa: S102  # the code under test
    assert len(names["images"]) == 64  # type: ignore[arg-type]
