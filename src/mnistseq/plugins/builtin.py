"""The built-in components: only names here, loaded when asked for."""

from __future__ import annotations

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["source", "spacing", "transform", "writer", "executor"]

BUILT_IN: dict[Kind, dict[str, str]] = {
    "source": {
        "mnist": "mnistseq.sources.mnist:Mnist",
        "idx": "mnistseq.sources.idx:Idx",
    },
    "spacing": {
        "variable": "mnistseq.spacings.variable:Variable",
        "fixed": "mnistseq.spacings.fixed:Fixed",
    },
    "transform": {},
    "writer": {},
    "executor": {},
}
"""Kind → name → where its class is."""

METHODS: dict[Kind, tuple[str, ...]] = {
    "source": ("load",),
    "spacing": ("gaps",),
    "transform": ("glyphs", "canvas"),
    "writer": ("write_shard",),
    "executor": ("run",),
}
"""What a class of each kind has to have; of several, one is enough."""
