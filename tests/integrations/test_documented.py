"""The examples of the page on training run, each with its framework."""

from __future__ import annotations

import re
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
@pytest.mark.filterwarnings("ignore")  # those of the frameworks
@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_runs(
    title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if title in NEEDS:
        monkeypatch.setenv("KERAS_BACKEND", "torch")
        pytest.importorskip(NEEDS[title])
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in EXAMPLES[title]:
        exec(compile(block, f"training.md, {title}", "exec"), names)  # noqa: S102  # the code under test
    assert title == "Keras" or capsys.readouterr().out


def test_every_framework_has_an_example() -> None:
    assert set(NEEDS) <= set(EXAMPLES)


def test_the_readme_reaches_a_batch() -> None:
    pytest.importorskip("torch")
    (block,) = re.findall(r"```py\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)  # noqa: S102  # the code under test
    assert len(names["images"]) == 64  # type: ignore[arg-type]
