"""Code and pages are written in plain English: phrases that no native speaker would use fail here.

Checked are the comments, docstrings and messages of Python files, and the prose of pages. The code
that stands between them may call things as it likes.
"""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FOLDERS = ("src", "docs", "examples", "benchmarks")
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")

PHRASES = {
    r"h[au]ngs? on\b": "depends on",
    r"\b(goes|go|gone|going|went) on with\b": "resume",
    r"\bbeats?\b": "overrides",
    r"\b(that|what|which) (is|are|was|were) there\b": "existing",
    r"\bis there already\b|\bare there already\b": "exists already",
    r"\bis none\b": "is not a …",
    r"\bis no (data set|file|folder|label|format|config|regular|text|name|gap|glyph|manifest|"
    r"writer|picture|JSON|CSV)\b": "is not a …",
    r"\b[Ww]hoever\b|\b[Nn]obody('s)?\b": "name the subject",
    r"\bso many\b(?! (that|as))": "the number or the thing",
    r"\balike\b": "equal, the same",
    r"\bby lot\b": "at random",
    r"\bshared? out\b": "split",
    r"\bheld? against\b": "compare with",
    r"\bstands? (for|in|at|twice|beside|there|below|between)\b": "is",
    r"\b(is|are|was|were|be) told\b|\btold (of|in|by|that|before|as)\b": "reported",
    r"\ba text\b(?! (file|data set))": "a string",
    r"\brights\b": "permissions",
    r'^"Of (it|the \w+|a \w+)\."': "a full sentence",
    r"\bfor ever\b": "forever",
    r"\bsee to (the|its|it)\b": "check",
    r"\bmay yet\b|\bat one go\b|\bin one go\b": "plainer words",
}
"""Pattern of a phrase → what to write instead."""

EXCEPTIONS: tuple[tuple[str, str], ...] = ()
"""End of a file's path, and a phrase that is allowed in it."""


def prose_of_python(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every comment and string of a Python file."""
    kinds = {tokenize.COMMENT, tokenize.STRING}
    kinds |= {getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    with tokenize.open(path) as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type in kinds:
                for offset, line in enumerate(token.string.split("\n")):
                    yield token.start[0] + offset, line


def prose_of_page(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of a page without its blocks of code and its code words."""
    code = False
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if line.lstrip().startswith("```"):
            code = not code
        elif not code:
            yield number, re.sub(r"`[^`]*`", "`…`", line)


def everything() -> list[Path]:
    files = [path for name in FOLDERS for path in (ROOT / name).rglob("*") if path.is_file()]
    return sorted(
        path
        for path in [*files, *(ROOT / name for name in PAGES)]
        if path.suffix in {".py", ".md"} and "_build" not in path.parts
    )


def complaints(path: Path) -> Iterator[str]:
    lines = prose_of_python(path) if path.suffix == ".py" else prose_of_page(path)
    name = path.relative_to(ROOT).as_posix()
    for number, line in lines:
        for pattern, better in PHRASES.items():
            for found in re.finditer(pattern, line):
                allowed = any(name.endswith(end) and found[0] == it for end, it in EXCEPTIONS)
                if not allowed:
                    yield f"{name}:{number}: {found[0]!r} → {better}: {line.strip()[:90]}"


@pytest.mark.parametrize("path", everything(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_has_no_phrase_that_needs_translating(path: Path) -> None:
    assert list(complaints(path)) == []


@pytest.mark.parametrize(
    "line",
    [
        "# It hangs on the seed",
        "# whoever calls",
        "'a folder that is there'",
        "'see to the rights there'",
        "# so many of its samples",
    ],
)
def test_such_a_phrase_is_found(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "translated.py"
    path.write_text(f"{line}\n")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert len(list(complaints(path))) >= 1
