"""The page about the Python API, made of the docstrings, without importing what they describe."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from docstrings import markdown

SOURCES = Path(__file__).parents[1] / "src"
NOTE = "<!-- Written by docs/generate.py; change the docstrings, then run that. -->"


class Group(NamedTuple):
    """Names of one module, under a heading."""

    title: str
    text: str
    module: str
    names: tuple[str, ...]


GROUPS = (
    Group(
        "Configs",
        "The keys of each section are in [Config keys](config.md).",
        "mnistseq",
        ("Config", "SourceConfig", "ImageConfig", "SpacingConfig", "CanvasConfig"),
    ),
    Group(
        "Drawing",
        "A composer can be pickled, for example for the workers of a PyTorch `DataLoader`. If its "
        "glyphs come from a source, the pickle has about a kilobyte: it names the source, and the "
        "other process opens the same glyphs, or raises a `SourceError` if it finds others. A bank "
        "that was made from arrays is pickled with them.",
        "mnistseq",
        ("build_composer", "load_bank", "Composer", "GlyphBank"),
    ),
    Group("Samples", "", "mnistseq", ("Sample", "SampleBatch", "to_float")),
    Group("Data sets", "", "mnistseq", ("make_dataset", "open_dataset", "StoredDataset")),
    Group("", "", "mnistseq.pipeline.dataset.run", ("Summary",)),
    Group("", "", "mnistseq.core.stored_samples", ("StoredSample",)),
    Group(
        "Training without files",
        "`mnistseq.integrations` draws samples for PyTorch, Hugging Face, Grain, JAX and Keras: "
        "[how to use it](training.md).",
        "mnistseq.integrations",
        (
            "SequenceDataset", "SequenceStream", "StreamLoader", "collate_ctc", "collate_boxes",
            "to_dataset", "to_iterable_dataset", "SequenceSource", "array_batches",
        ),
    ),
    Group("The older tool's class", "", "mnistseq", ("DigitSequence",)),
    Group(
        "Errors",
        "In `mnistseq.errors`: [causes and remedies](errors.md). These have attributes.",
        "mnistseq.errors",
        ("MnistseqError", "BadRowsError", "ColumnError", "ConfigError", "ConfigFault", "DatasetExistsError"),
    ),
    Group(
        "Base classes of plugins",
        "In `mnistseq.core.protocols`. [How to write a plugin](plugins/index.md).",
        "mnistseq.core.protocols",
        ("Source", "Spacing", "GlyphTransform", "CanvasTransform", "Format", "Executor"),
    ),
    Group("", "", "mnistseq.core.gap_request", ("GapRequest",)),
    Group("", "", "mnistseq.core.canvas", ("Canvas",)),
    Group("", "", "mnistseq.core.randomness", ("Stream", "GlyphStream")),
    Group(
        "Hooks of plugins",
        "In `mnistseq.hookspecs`.",
        "mnistseq.hookspecs",
        (
            "mnistseq_sources", "mnistseq_spacings", "mnistseq_glyph_transforms",
            "mnistseq_canvas_transforms", "mnistseq_formats", "mnistseq_executors",
        ),
    ),
    Group(
        "Checks for authors of plugins",
        "In `mnistseq.testing`.",
        "mnistseq.testing",
        (
            "check_source", "check_spacing", "check_glyph_transform", "check_canvas_transform",
            "check_format", "check_executor",
        ),
    ),
)  # fmt: skip


def files() -> dict[str, str]:
    """Return the page by its path in the project."""
    return {"docs/api.md": "\n".join(_page()).rstrip() + "\n"}


def _page() -> Iterator[str]:
    yield from (NOTE, "", "# Python API", "")
    yield from ("Import these names from `mnistseq` itself, unless another module is named.", "")
    for group in GROUPS:
        if group.title:
            yield from (f"## {group.title}", "")
        if group.text:
            yield from (group.text, "")
        if not group.title:
            yield from (f"In `{group.module}`:", "")
        for name in group.names:
            yield from _entry(name, _definition(group.module, name))


def _definition(module: str, name: str) -> ast.ClassDef | ast.FunctionDef:
    """Return what a name of a module is bound to, there or in the module it is imported from."""
    for node in ast.walk(_parsed(module)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
            return node
        if isinstance(node, ast.ImportFrom) and node.module and name in _imported(node):
            return _definition(node.module, name)
    raise LookupError(f"{module} has no {name}")


@cache
def _parsed(module: str) -> ast.Module:
    path = SOURCES.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(file.read_text("utf-8"))


def _imported(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def _entry(name: str, node: ast.ClassDef | ast.FunctionDef, level: int = 3) -> Iterator[str]:
    yield from (f"{'#' * level} {name}", "")
    if isinstance(node, ast.FunctionDef):
        if "property" not in _decorators(node):
            yield from ("```py", _signature(name, node), "```", "")
        yield from (markdown(ast.get_docstring(node) or ""), "")
        return
    yield from ("```py", f"class {name}{_fields(node)}", "```", "")
    yield from (markdown(ast.get_docstring(node) or ""), "")
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and _is_public(method):
            yield from _entry(f"{name}.{method.name}", method, level + 1)


def _is_public(node: ast.FunctionDef) -> bool:
    return not (
        node.name.startswith("_")
        or "overload" in _decorators(node)
        or ast.get_docstring(node) is None
    )


def _decorators(node: ast.FunctionDef) -> set[str]:
    names = {ast.unparse(decorator) for decorator in node.decorator_list}
    return names | {"property" for name in names if name.endswith("cached_property")}


def _signature(name: str, node: ast.FunctionDef) -> str:
    arguments = ast.unparse(node.args)
    for first in ("self", "cls"):
        arguments = arguments.removeprefix(f"{first}, ").removeprefix(first)
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    line = f"{name}({arguments}){result}"
    if len(line) <= 100:
        return line
    parts = [_argument(each) for each in _each_argument(node.args)]
    return f"{name}(\n    " + ",\n    ".join(parts) + f",\n){result}"


def _each_argument(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr | None] | str]:
    """Yield arguments with their defaults, and the marks between them."""
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + arguments.defaults
    for argument, default in zip(plain, defaults, strict=True):
        if argument.arg not in {"self", "cls"}:
            yield argument, default
        if argument in arguments.posonlyargs[-1:]:
            yield "/"
    if arguments.vararg:
        yield f"*{ast.unparse(arguments.vararg)}"
    elif arguments.kwonlyargs:
        yield "*"
    yield from zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    if arguments.kwarg:
        yield f"**{ast.unparse(arguments.kwarg)}"


def _argument(item: tuple[ast.arg, ast.expr | None] | str) -> str:
    if isinstance(item, str):
        return item
    argument, default = item
    return ast.unparse(argument) + (f" = {ast.unparse(default)}" if default else "")


def _fields(node: ast.ClassDef) -> str:
    """Return what the class is called with: arguments of its constructor, or names of its fields."""
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            return _signature("", method).removesuffix(" -> None")
    names = [
        field.target.id
        for field in node.body
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and not field.target.id.startswith("_")
        and "ClassVar" not in ast.unparse(field.annotation)
    ]
    return f"({', '.join(names)})" if names else ""
