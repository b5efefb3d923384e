"""All pages in one Markdown file, and ``llms.txt``, which lists them for language models."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

DOCS = Path(__file__).resolve().parent
SUMMARY = (
    "mnistseq makes labelled images of sequences: rows of handwritten digits from MNIST, and of "
    "anything with glyphs and labels. The same config, source, seed and index give the same pixels."
)


def files() -> dict[str, str]:
    """Return ``llms.txt`` by its path in the project."""
    return {"llms.txt": "\n".join(_list())}


def one_file() -> str:
    """Return all pages as one, in the order of the contents; links lead to headings of it."""
    parts = [f"# mnistseq\n\n{SUMMARY}\n"]
    for caption, pages in _contents():
        parts.append(f"\n## {caption}\n")
        parts += [_page(path) for path in pages]
    return "\n".join(parts)


def _list() -> Iterator[str]:
    yield from ("# mnistseq", "", f"> {SUMMARY}", "")
    yield "All pages as one file: `python docs/generate.py --one-file mnistseq.md`"
    for caption, pages in _contents():
        yield from ("", f"## {caption}", "")
        for path in pages:
            yield f"- [{title(path)}](docs/{path.relative_to(DOCS).as_posix()})"
    yield ""


def _contents() -> Iterator[tuple[str, list[Path]]]:
    """Yield the captions of the contents with the pages below each."""
    contents = (DOCS / "index.md").read_text("utf-8")
    for block in re.findall(r"^```\{toctree\}\n(.*?)^```", contents, re.DOTALL | re.MULTILINE):
        caption = re.search(r":caption: (.*)", block)
        names = [line for line in block.split("\n") if line and not line.startswith(":")]
        pages = [path for name in names for path in _with_subpages(DOCS / f"{name}.md")]
        yield caption[1] if caption else "More", pages


def _with_subpages(page: Path) -> list[Path]:
    others = sorted(page.parent.glob("*.md")) if page.stem == "index" else []
    return [page, *(path for path in others if path != page)]


def _text(path: Path) -> str:
    """Return a page, with the file that it includes."""

    def included(found: re.Match[str]) -> str:
        lines = (path.parent / found[1]).read_text("utf-8").split("\n")
        return "\n".join(lines[int(found[2]) :])

    pattern = r"```\{include\} (\S+)\n:start-line: (\d+)\n```\n"
    return re.sub(pattern, included, path.read_text("utf-8"))


def title(path: Path) -> str:
    """Return the first heading of a page."""
    found = re.search(r"^# (.*)", _text(path), flags=re.MULTILINE)
    if found is None:
        raise ValueError(f"{path}: no heading")
    return found[1]


def _page(path: Path) -> str:
    """Return a page with headings two levels lower, and links to headings of the one file."""
    lines, code = [], False
    for line in re.sub(r"^<!--.*?-->\n+", "", _text(path)).split("\n"):
        code ^= line.startswith("```")
        if not code and line.startswith("#"):
            lines.append(f"##{line}")
        else:
            lines.append(line if code else re.sub(r"\]\(([^)\s]+)\)", _relinked(path), line))
    text = "\n".join(lines)
    return re.sub(r"^```\{toctree\}\n.*?^```\n", "", text, flags=re.DOTALL | re.MULTILINE)


def _relinked(path: Path) -> Callable[[re.Match[str]], str]:
    """Return what replaces a link of a page."""

    def replace(found: re.Match[str]) -> str:
        file, _, anchor = found[1].partition("#")
        if "://" in found[1] or not file:
            return found[0]
        target = (path.parent / file).resolve()
        if target.suffix == ".md" and target.is_relative_to(DOCS):
            return f"](#{anchor or slug(title(target))})"
        return f"]({target.relative_to(DOCS.parent).as_posix()})"

    return replace


def slug(heading: str) -> str:
    """Return the anchor of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
