"""Completion: what Tab offers, by the script that ``mnistseq completion`` prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import ShellComplete

from mnistseq.cli import main

Call = Callable[..., Any]

FILE, FOLDER = "<file>", "<folder>"


def offered(*words: str) -> list[str]:
    """Return what is offered for the last word, which may be unfinished."""
    completer = ShellComplete(main, {}, "mnistseq", "_MNISTSEQ_COMPLETE")
    found = completer.get_completions([*words[:-1]], words[-1])
    kinds = {"file": FILE, "dir": FOLDER}
    return [kinds.get(item.type, item.value) for item in found]


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (["gen"], ["generate"]),
        (["data", "f"], ["fetch"]),
        (["generate", "350", "--image-f"], ["--image-format"]),
        (["generate", "350", "--image-format", "j"], ["jpg", "jpeg"]),
        (["generate", "350", "--source", "q"], ["qmnist"]),
        (["generate", "350", "--preset", "ca"], ["camera"]),
        (["generate", "350", "--type", "f"], ["fixed"]),
        (["generate", "350", "--glyph-transform", "sl"], ["slant"]),
        (["generate", "350", "--canvas-transform", "paper-g"], ["paper-gradient", "paper-grain"]),
        (["generate", "350", "--set", "image.w"], ["image.width="]),
        (["generate", "350", "--set", "spacing.fit="], [f"spacing.fit={fit}" for fit in ("pad", "exact", "resize")]),
        (["generate", "350", "--set", "nothing=", ], []),
        (["generate", "350", "-c", "a"], [FILE]),
        (["generate", "350", "-o", ""], [FILE]),
        (["generate", "350", "--data-dir", "a"], [FILE]),
        (["batch", "seq"], [FILE]),
        (["batch", "-o", "out"], [FOLDER]),
        (["batch", "--format", ""], ["files", "lmdb", "npy", "parquet", "webdataset"]),
        (["batch", "--format", "npy", "--format-option", ""], []),
        (["batch", "--format-option", "q"], ["quality="]),
        (["batch", "--format", "webdataset", "--format-option", "com"], ["compression="]),
        (["batch", "--executor", "d"], ["dask"]),
        (["batch", "--executor", "dask", "--executor-option", "add"], ["address="]),
        (["batch", "--labels", "paddle,c"], ["paddle,csv", "paddle,coco"]),
        (["batch", "--count", "3", "--sp"], ["--split"]),
        (["verify", ""], [FOLDER]),
        (["remake", ""], [FILE]),
        (["inspect-config", "c"], [FILE]),
        (["presets", "show", "b"], ["bank-cheque"]),
        (["plugins", "show", "spacing", "v"], ["variable"]),
        (["data", "fetch", "k"], ["kmnist"]),
        (["data", "describe", "image"], ["image-folder"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
    ],
)  # fmt: skip
def test_names_that_begin_with_the_word_are_offered(words: list[str], values: list[str]) -> None:
    assert offered(*words) == values


def test_old_spellings_are_not_offered() -> None:
    found = offered("generate", "350", "--")
    assert "--metadata" in found
    assert not {"--labels", "--hand", "--split", "--format"} & set(found)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_asks_mnistseq(call: Call, shell: str) -> None:
    done = call("completion", shell)
    assert done.code == 0
    assert f"_MNISTSEQ_COMPLETE={shell}_complete" in done.out


def test_another_shell_is_refused(refused: Callable[..., str]) -> None:
    assert "'bash', 'zsh', 'fish'" in refused("completion", "tcsh")


@pytest.mark.parametrize(
    ("shell", "variables", "expected"),
    [
        ("zsh", {"COMP_WORDS": "mnistseq batch --format web", "COMP_CWORD": "3"}, "webdataset"),
        ("fish", {"COMP_WORDS": "mnistseq batch --format ", "COMP_CWORD": "web"}, "webdataset"),
    ],
)
def test_the_program_answers_a_shell(shell: str, variables: dict[str, str], expected: str) -> None:
    environment = {**os.environ, **variables, "_MNISTSEQ_COMPLETE": f"{shell}_complete"}
    command = [sys.executable, "-m", "mnistseq"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert expected in done.stdout


BASH = """
. "{script}"
COMP_WORDS=(mnistseq {words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_mnistseq_completion mnistseq
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("batch --format web", "webdataset"),
        ("generate 350 --set image.wid", "image.width="),
        ("generate 350 --preset ca", "camera"),
    ],
)
def test_bash_completes(tmp_path: Path, words: str, expected: str) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("needs bash")
    program = tmp_path / "mnistseq"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mnistseq "$@"\n')
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    # What the command prints, in the file that packages install.
    script = Path(__file__).parents[2] / "share/bash-completion/completions/mnistseq"
    done = subprocess.run(
        [bash, "--norc", "-c", BASH.format(script=script, words=words)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [expected], done.stderr
