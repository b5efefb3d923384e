"""Base classes of all kinds of component.

A component is a frozen dataclass that inherits from one of these classes. `name` is its
name in configs and commands, its fields are its parameters, and using it never changes
it. The constructor, validation, the JSON Schema and the documentation are all derived from
these fields: their types, ranges in `annotated_types`, and help in the field's metadata.

What a component must do is an abstract method; anything optional is a method or attribute
with a default, so callers never test for it.

The base classes are imported on first use, so drawing an image imports no data set formats.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mnistseq.core.protocols.canvas_transform import CanvasTransform as CanvasTransform
    from mnistseq.core.protocols.executor import Executor as Executor
    from mnistseq.core.protocols.format import Format as Format
    from mnistseq.core.protocols.glyph_transform import GlyphTransform as GlyphTransform
    from mnistseq.core.protocols.source import Source as Source
    from mnistseq.core.protocols.spacing import Spacing as Spacing

_MODULES = {
    "CanvasTransform": "canvas_transform",
    "Executor": "executor",
    "Format": "format",
    "GlyphTransform": "glyph_transform",
    "Source": "source",
    "Spacing": "spacing",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
