"""The sections of a config: their keys, each with its type, range and default.

This is the one place that declares them. Validation, the JSON Schema, the
options of the command line and their help are all derived from it. The
sections are plain dataclasses, so that no validator is imported until a value
needs checking.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from mnistseq.config.limits import Range
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.errors import Fault, Setting

MAX_HEIGHT = 4_096
MAX_GAP = 65_500

Steps = list[str | dict[str, Any]]
"""Transforms in order: each a name, or a table of a name and parameters."""

Parameters = dict[str, Any]
"""Parameters of a component; checked against the component's own declaration."""


def key(help_: str, default: Any = None) -> Any:
    """Declare a config key: what it means and its default."""
    if default in (dict, list):
        return field(default_factory=default, metadata={"help": help_})
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """Where glyphs come from."""

    name: str = key("where glyphs come from: a built-in source or a plugin's", "mnist")
    split: str = key("which part of the source: train, test, or another that it has", "train")
    path: str | None = key("where the source's files are; by default the source finds them itself")
    writer: Literal["any", "one", "one-if-known"] = key(
        "one: all glyphs of an image are by one writer, which needs a source with writer ids; "
        "one-if-known: the same, but by any writers if the source has no writer ids",
        "any",
    )
    parameters: Parameters = key("the source's own parameters", dict)


@dataclass(frozen=True, kw_only=True)
class ImageConfig:
    """What an image looks like."""

    transform: bool | Steps = key(
        "how each glyph is changed: a list of transforms, or true for the original's distortions",
        default=False,
    )
    width: Annotated[int, Range(1, MAX_WIDTH)] | None = key(
        "width of the image in pixels; by default the width of its content"
    )
    height: Annotated[int, Range(1, MAX_HEIGHT)] | None = key(
        "height of the line in pixels, to which glyphs are scaled; by default the source's own"
    )
    crop: Literal["cell", "ink"] = key(
        "what gaps lie between: the glyphs' full cells, or their ink", "cell"
    )
    polarity: Literal["dark-on-light", "light-on-dark"] = key(
        "colours of ink and background", "dark-on-light"
    )


@dataclass(frozen=True, kw_only=True)
class SpacingConfig:
    """How wide the gaps are."""

    type: str = key("variable: random gaps; fixed: equal gaps; or a plugin's spacing", "variable")
    subtype: Literal["between", "edge"] = key(
        "between: gaps between glyphs; edge: also one before the first and one after the last",
        "between",
    )
    min: Annotated[int, Range(-MAX_GAP, MAX_GAP)] = key("smallest gap in pixels", 0)
    max: Annotated[int, Range(-MAX_GAP, MAX_GAP)] = key("largest gap in pixels, included", 20)
    fit: Literal["pad", "exact", "resize"] = key(
        "how the width is reached: pad: margins take what the gaps leave; exact: the gaps fill it; "
        "resize: gaps are free and the image is scaled",
        "pad",
    )
    align: Literal["left", "center", "right", "random"] = key(
        "where the line lies within the margins of pad", "center"
    )
    parameters: Parameters = key("the spacing's own parameters", dict)


@dataclass(frozen=True, kw_only=True)
class CanvasConfig:
    """How high the image is, and how it is changed once it is painted."""

    height: Annotated[int, Range(1, MAX_HEIGHT)] | None = key(
        "height of the image in pixels, at least that of the line; by default the line's height"
    )
    align: Literal["top", "center", "bottom", "random"] = key(
        "where the line lies in a higher canvas", "center"
    )
    transform: Steps = key("how each finished image is changed: a list of transforms", list)


@dataclass(frozen=True, kw_only=True)
class ConfigKeys:
    """All keys of a config: the sections, and the keys that belong to no section."""

    source: SourceConfig = field(default_factory=SourceConfig)
    image: ImageConfig = field(default_factory=ImageConfig)
    spacing: SpacingConfig = field(default_factory=SpacingConfig)
    canvas: CanvasConfig = field(default_factory=CanvasConfig)
    output_format: Literal["png", "jpg", "jpeg"] = key("format of image files", "png")
    preset: str | None = key("name of a preset, which sets the keys that are not given here")


SECTIONS: dict[str, type] = {
    "source": SourceConfig,
    "image": ImageConfig,
    "spacing": SpacingConfig,
    "canvas": CanvasConfig,
}
"""Name of each section and the class that declares its keys."""


def gap_range_fault(low: int, high: int) -> Fault | None:
    """Return the fault of a range of gaps that contains no gap, otherwise None."""
    if low <= high:
        return None
    ends = Setting("spacing.min", low), Setting("spacing.max", high)
    return Fault("spacing", f"min {low} exceeds max {high}", ends=ends)
