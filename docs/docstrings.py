"""Numpydoc docstrings as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from textwrap import dedent

LISTS = {"Parameters", "Attributes", "Returns", "Yields", "Raises"}
"""Sections that are lists of names or types, each with its description below it."""


def markdown(docstring: str) -> str:
    r"""Return a docstring as Markdown.

    Examples
    --------
    >>> print(markdown("Add.\n\nParameters\n----------\na, b : int\n    Two ``numbers``."))
    Add.
    <BLANKLINE>
    **Parameters**
    <BLANKLINE>
    - `a, b` (int): Two `numbers`.
    """
    intro, *rest = re.split(r"^([A-Z]\w+)\n-+\n", docstring, flags=re.MULTILINE)
    parts = list(_paragraphs(intro))
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        parts.append(f"**{title}**")
        if title in LISTS:
            parts.append("\n".join(_items(body, named=title in {"Parameters", "Attributes"})))
        else:
            parts += _paragraphs(body)
    return "\n\n".join(parts)


def _paragraphs(text: str) -> Iterator[str]:
    """Yield paragraphs; those that are indented or show a session of Python become blocks of code."""
    for paragraph in re.split(r"\n\n+", text.strip("\n")):
        if paragraph.startswith(("    ", ">>>")):
            yield f"```pycon\n{dedent(paragraph)}\n```"
        elif paragraph.strip():
            yield _inline(paragraph).removesuffix(":") if paragraph == "::" else _inline(paragraph)


def _inline(text: str) -> str:
    return re.sub(r"::$", ":", text.strip()).replace("``", "`")


def _items(body: str, *, named: bool) -> Iterator[str]:
    """Yield one line for each entry: its name and type, and its description."""
    term, lines = "", list[str]()
    for indented, group in groupby(body.rstrip().split("\n"), lambda line: line[:1] in {" ", ""}):
        if indented:
            lines = [_inline(line) for line in group if line.strip()]
            yield _item(term, " ".join(lines), named=named)
            term = ""
            continue
        *without, term = group
        for each in without:
            yield _item(each, "", named=named)
    if term:
        yield _item(term, "", named=named)


def _item(term: str, description: str, *, named: bool) -> str:
    name, _, kind = term.partition(" : ") if named else ("", "", term)
    shown = (f"`{name}`" + (f" ({_inline(kind)})" if kind else "")) if named else _inline(kind)
    return f"- {shown}: {description}" if description else f"- {shown}"
