"""The sections of a config: their keys, each with its type, range and default.

This is the one place that declares them: the check of a file, the JSON Schema,
the options of the command line and their help are all derived from it. Plain
dataclasses, so that no validator has to be imported until a file is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from mnistseq.config.limits import Range

MAX_WIDTH = 65_500
MAX_HEIGHT = 4_096
MAX_GAP = 65_500

Steps = list[str | dict[str, Any]]
"""Transforms in their order: each its name, or a table of its name and its parameters."""

Parameters = dict[str, Any]
"""What a component takes beyond its name; checked against the component itself."""


def key(help_: str, default: Any = None) -> Any:
    """A config key: its default and what it means."""
    if default in (dict, list):
        return field(default_factory=default, metadata={"help": help_})
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """Where glyphs come from."""

    name: str = key("where glyphs come from: a built-in source or a plugin's", "mnist")
    split: str = key("which part of the source: train, test, or another it has", "train")
    path: str | None = key("where the source's files are; by default where it finds them itself")
    writer: Literal["any", "one", "one-if-known"] = key(
        "one: all glyphs of an image by one writer, from a source that has writer ids; "
        "one-if-known: the same, but any where the source does not know",
        "any",
    )
    parameters: Parameters = key("the source's own parameters", dict)


@dataclass(frozen=True, kw_only=True)
class ImageConfig:
    """What an image looks like."""

    transform: bool | Steps = key(
        "what changes each glyph: a list of transforms, or true: the original's distortions",
        default=False,
    )
    width: Annotated[int, Range(1, MAX_WIDTH)] | None = key(
        "width of the image in pixels; by default as wide as it comes"
    )
    height: Annotated[int, Range(1, MAX_HEIGHT)] | None = key(
        "height in pixels, glyphs scaled to it; by default the source's own"
    )
    crop: Literal["cell", "ink"] = key(
        "what gaps lie between: the glyphs' full cells, or their ink", "cell"
    )
    polarity: Literal["dark-on-light", "light-on-dark"] = key(
        "colour of ink and ground", "dark-on-light"
    )


@dataclass(frozen=True, kw_only=True)
class SpacingConfig:
    """How wide the gaps are."""

    type: str = key("variable: gaps at random; fixed: all alike; or a plugin's", "variable")
    subtype: Literal["between", "edge"] = key(
        "between: gaps between glyphs; edge: one before the first and after the last, too",
        "between",
    )
    min: Annotated[int, Range(-MAX_GAP, MAX_GAP)] = key("smallest gap in pixels", 0)
    max: Annotated[int, Range(-MAX_GAP, MAX_GAP)] = key("largest gap in pixels, included", 20)
    fit: Literal["pad", "exact", "resize"] = key(
        "how the width is met: pad: margins take what gaps leave over; exact: gaps fill it; "
        "resize: gaps are free and the image is scaled",
        "pad",
    )
    align: Literal["left", "center", "right", "random"] = key(
        "where the line stands in what pad leaves over", "center"
    )
    parameters: Parameters = key("the strategy's own parameters", dict)


@dataclass(frozen=True, kw_only=True)
class CanvasConfig:
    """What is done to the finished image."""

    transform: Steps = key("what changes each finished image: a list of transforms", list)
