"""Plugins that print, or fail, while they are loaded."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import ClassVar

import pytest

from mnistseq.errors import PluginError
from mnistseq.plugins.discovery import discover
from mnistseq.plugins.installed import Plugin
from mnistseq.plugins.registry import create

CHATTY = """
from mnistseq.hookspecs import hookimpl

print("imported")


@hookimpl
def mnistseq_sources():
    print("asked")
    return []
"""


def test_what_a_plugin_prints_goes_to_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "chatty_plugin.py").write_text(CHATTY)
    monkeypatch.syspath_prepend(tmp_path)
    found = Plugin("chatty", "1.0", "chatty"), EntryPoint("chatty", "chatty_plugin", "mnistseq")
    monkeypatch.setattr("mnistseq.plugins.discovery.installed_plugins", lambda: [found])
    assert not discover.__wrapped__().broken
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "imported\nasked\n")


@dataclass(frozen=True)
class Sulky:
    """Cannot be made."""

    name: ClassVar[str] = "sulky"

    def __post_init__(self) -> None:
        raise TypeError("not today")


def test_a_class_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mnistseq.plugins.registry.find", lambda *_: Sulky)
    message = r"^spacing sulky failed: TypeError: not today \(test_discovery.py, line \d+\)$"
    with pytest.raises(PluginError, match=message):
        create("spacing", "sulky", {}, "spacing.parameters")
