"""The hooks: one a kind of component.

A plugin is a package that names a module in the entry-point group
``mnistseq``; the module implements some of these functions::

    from mnistseq.hookspecs import hookimpl

    @hookimpl
    def mnistseq_spacings():
        return [Triangular]

A hook takes nothing and returns classes. A component is a frozen dataclass:
its ``name`` is what configs and commands call it, its fields are its
parameters, and its docstring is what ``mnistseq plugins`` says of it.
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

hookspec = pluggy.HookspecMarker("mnistseq")
hookimpl = pluggy.HookimplMarker("mnistseq")


@hookspec
def mnistseq_sources() -> Sequence[type[Source]]:  # type: ignore[empty-body]
    """Where glyphs come from."""


@hookspec
def mnistseq_spacings() -> Sequence[type[Spacing]]:  # type: ignore[empty-body]
    """How wide the gaps are."""


@hookspec
def mnistseq_transforms() -> Sequence[type[GlyphTransform] | type[CanvasTransform]]:  # type: ignore[empty-body]
    """What changes glyphs before they are spaced, or finished images."""


@hookspec
def mnistseq_formats() -> Sequence[type[Format]]:  # type: ignore[empty-body]
    """Formats of data sets on disk."""


@hookspec
def mnistseq_executors() -> Sequence[type[Executor]]:  # type: ignore[empty-body]
    """Where shards are made."""
