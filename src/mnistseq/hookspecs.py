"""The hooks of plugins, one for each kind of component.

A plugin is a package that names a module in the entry-point group
``mnistseq``; the module implements some of these functions::

    from mnistseq.hookspecs import hookimpl

    @hookimpl
    def mnistseq_spacings():
        return [Triangular]

A hook takes no arguments and returns classes, which inherit from the base
class of their kind (`mnistseq.core.protocols`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from mnistseq.core.protocols import (
    CanvasTransform,
    Executor,
    Format,
    GlyphTransform,
    Source,
    Spacing,
)

hookspec: pluggy.HookspecMarker = pluggy.HookspecMarker("mnistseq")
hookimpl: pluggy.HookimplMarker = pluggy.HookimplMarker("mnistseq")


@hookspec
def mnistseq_sources() -> Sequence[type[Source]]:  # type: ignore[empty-body]
    """Return classes that load glyphs."""


@hookspec
def mnistseq_spacings() -> Sequence[type[Spacing]]:  # type: ignore[empty-body]
    """Return classes that choose gaps."""


@hookspec
def mnistseq_glyph_transforms() -> Sequence[type[GlyphTransform]]:  # type: ignore[empty-body]
    """Return classes that change glyphs before they are spaced."""


@hookspec
def mnistseq_canvas_transforms() -> Sequence[type[CanvasTransform]]:  # type: ignore[empty-body]
    """Return classes that change whole images after painting."""


@hookspec
def mnistseq_formats() -> Sequence[type[Format]]:  # type: ignore[empty-body]
    """Return classes that write data sets to disk."""


@hookspec
def mnistseq_executors() -> Sequence[type[Executor]]:  # type: ignore[empty-body]
    """Return classes that decide where shards are made."""
