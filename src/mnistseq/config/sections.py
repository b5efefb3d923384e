"""The sections of a config: their keys, each with its type, range and default.

This is the one place that declares them. Validation, the JSON Schema, the
options of the command line and their help are all derived from it. The
sections are plain dataclasses, so that no validator is imported until a value
needs checking.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Literal

from mnistseq.config.constraints import Positive, Range
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.errors import Fault, Setting

MAX_HEIGHT = 4_096
MAX_GAP = 65_500

Steps = list[str | dict[str, Any]]
"""Transforms in order: each a name, or a table of a name and parameters."""

Entries = list[dict[str, Any]]
"""Sources that are drawn from together, each a table of the keys of `SourceEntry`."""

GlyphIds = str | list[Annotated[int, Range(0, 2**63 - 1)]]
"""Ids of glyphs, or the path of a file that lists them."""

PenTable = str | float | dict[str, Any]
"""A pen: none, a width, a range of widths, or a table of the keys of `PenConfig`."""

NO_PEN = "none"
"""The pen of a config whose glyphs are drawn as they are."""

Parameters = dict[str, Any]
"""Parameters of a component; checked against the component's own declaration."""


def key(help_: str, default: Any = None) -> Any:
    """Declare a config key: what it means and its default."""
    if default in (dict, list):
        return field(default_factory=default, metadata={"help": help_})
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True, kw_only=True)
class SourceEntry:
    """One of several sources."""

    name: str = key("a built-in source or a plugin's", "mnist")
    split: str = key("which part of the source; all of it if it is not divided like that", "train")
    path: str | None = key("where the source's files are; by default the source finds them itself")
    parameters: Parameters = key("the source's own parameters", dict)
    weight: Annotated[float, Positive(1_000_000)] | None = key(
        "how often a label that several sources have comes from this one, relative to the others; "
        "1 if only others have a weight; if none has, all glyphs of a label are equally likely"
    )


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """Where glyphs come from: one source, or a list of several."""

    name: str = key("where glyphs come from: a built-in source or a plugin's", "mnist")
    split: str = key("which part of the source: train, test, or another that it has", "train")
    path: str | None = key("where the source's files are; by default the source finds them itself")
    writer: Literal["any", "one", "one-if-known"] = key(
        "one: all glyphs of an image are by one writer, which needs a source with writer ids; "
        "one-if-known: the same, but by any writers if the source has no writer ids",
        "any",
    )
    parameters: Parameters = key("the source's own parameters", dict)
    mix: Entries = key(
        "several sources instead of one: a list of names, or of tables of name, split, path, "
        "parameters and weight",
        list,
    )
    exclude: GlyphIds = key(
        "glyphs that are never drawn: a list of glyph ids, or a file with one id a line", list
    )

    @property
    def entries(self) -> tuple[SourceEntry, ...]:
        """The sources that are drawn from: those of `mix`, or else the only one."""
        if self.mix:
            return tuple(SourceEntry(**entry) for entry in self.mix)
        own = {name: getattr(self, name) for name in SINGLE_SOURCE}
        return (SourceEntry(**own),)

    @property
    def excluded(self) -> tuple[int, ...]:
        """Ids of the glyphs that are never drawn, in ascending order.

        In a config, the path of a file has been replaced by the ids in it.
        """
        return () if isinstance(self.exclude, str) else tuple(self.exclude)

    def to_dict(self) -> dict[str, Any]:
        """Return the keys with their values, without those that do not apply."""
        values, defaults = asdict(self), asdict(SourceConfig())
        for name in SINGLE_SOURCE if self.mix else ("mix",):
            if values[name] == defaults[name]:
                del values[name]
        if not self.exclude:
            del values["exclude"]
        return values


SINGLE_SOURCE = ("name", "split", "path", "parameters")
"""Keys that belong to a single source; each of several has its own."""


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
        "height of the line in pixels, to which glyphs are scaled; by default the source's own, or 56 "
        "with a pen"
    )
    crop: Literal["cell", "ink"] = key(
        "what gaps lie between: the glyphs' full cells, or their ink", "cell"
    )
    polarity: Literal["dark-on-light", "light-on-dark"] = key(
        "colours of ink and background", "dark-on-light"
    )
    pen: PenTable = key(
        "none: glyphs are drawn as they are; a width of strokes, or a range such as 0.03-0.08, as "
        "a share of the cell's height: paths of the glyphs are drawn by a pen; or a table of "
        "width, variation and spread",
        NO_PEN,
    )

    def to_dict(self) -> dict[str, Any]:
        """Return the keys with their values, without those that do not apply."""
        values = asdict(self)
        if self.pen == NO_PEN:
            del values["pen"]
        return values


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
