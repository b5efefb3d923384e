"""Inputs that once failed a fuzzed function, and the valid ones that fuzzing begins with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "robustness"
sys.path.insert(0, str(ROOT))

from fuzz_targets import TARGETS, execute  # noqa: E402


@pytest.mark.parametrize("name", TARGETS)
def test_known_inputs_raise_only_our_errors(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", sys.stdin)
    target = TARGETS[name]()
    for data in (
        *target.seeds,
        *(path.read_bytes() for path in sorted((ROOT / "seeds" / name).glob("*"))),
    ):
        execute(target, data)
    assert "Traceback" not in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
