"""The sections of a config, which declare all keys with their types, ranges and defaults.

Validation, the JSON Schema, and the command line options with their help are derived
from these declarations. The sections are plain dataclasses: pydantic is imported only
when values are validated.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Literal

from mnistseq.config.constraints import Positive, Range
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.errors import ConfigFault, Setting

MAX_HEIGHT = 4_096
MAX_GAP = 65_500

Steps = list[str | dict[str, Any]]
"""Transforms in order, each as a name or as a table of a name and parameters."""

Entries = list[dict[str, Any]]
"""Sources to draw from together, each as a table with the keys of `SourceEntry`."""

GlyphIds = str | list[Annotated[int, Range(0, 2**63 - 1)]]
"""Glyph ids, or the path of a file that lists them."""

PenTable = str | float | dict[str, Any]
"""A pen: none, a width, a range of widths, or a table with the keys of `PenConfig`."""

NO_PEN = "none"
"""Value of `image.pen` for glyphs that are drawn as they are."""

Parameters = dict[str, Any]
"""Parameters of a component; validated against the component's own declaration."""


def key(help_: str, default: Any = None) -> Any:
    """Declare a config key with its help and its default."""
    if default in (dict, list):
        return field(default_factory=default, metadata={"help": help_})
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True, kw_only=True)
class SourceEntry:
    """One of several sources."""

    name: str = key("name of a built-in source or of one from a plugin", "mnist")
    split: str = key("split of the source; ignored by sources without splits", "train")
    path: str | None = key("where the source's files are; by default the source finds them itself")
    parameters: Parameters = key("the source's own parameters", dict)
    weight: Annotated[float, Positive(1_000_000)] | None = key(
        "relative weight of this source for labels that several sources have; 1 if only others "
        "have a weight; without any weights, all glyphs of a label are equally likely"
    )


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """Where glyphs come from: one source, or a list of several."""

    name: str = key("where glyphs come from: a built-in source, or one from a plugin", "mnist")
    split: str = key("split of the source: train, test, or another", "train")
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
        "glyphs that are never drawn: a list of glyph ids, or a file with one id per line", list
    )

    @property
    def entries(self) -> tuple[SourceEntry, ...]:
        """The sources to draw from: those of `mix`, or the single one."""
        if self.mix:
            return tuple(SourceEntry(**entry) for entry in self.mix)
        own = {name: getattr(self, name) for name in SINGLE_SOURCE}
        return (SourceEntry(**own),)

    @property
    def excluded(self) -> tuple[int, ...]:
        """Ids of the glyphs that are never drawn, in ascending order.

        A `Config` has replaced the path of a file by the ids in it.
        """
        return () if isinstance(self.exclude, str) else tuple(self.exclude)

    def to_dict(self) -> dict[str, Any]:
        """Return all keys that apply, with their values."""
        values, defaults = asdict(self), asdict(SourceConfig())
        for name in SINGLE_SOURCE if self.mix else ("mix",):
            if values[name] == defaults[name]:
                del values[name]
        if not self.exclude:
            del values["exclude"]
        return values


SINGLE_SOURCE = ("name", "split", "path", "parameters")
"""Keys of a single source; with several sources, each has its own."""


@dataclass(frozen=True, kw_only=True)
class ImageConfig:
    """What an image looks like."""

    transform: bool | Steps = key(
        "how each glyph is changed: a list of transforms, or true for the older tool's distortions",
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
        "whether gaps are between the full cells of glyphs or between their ink", "cell"
    )
    polarity: Literal["dark-on-light", "light-on-dark"] = key(
        "colours of ink and background", "dark-on-light"
    )
    pen: PenTable = key(
        "none: draw glyphs as they are; a stroke width or a range such as 0.03-0.08, as a share of "
        "the cell's height: draw the paths of glyphs with a pen; or a table of width, variation "
        "and spread",
        NO_PEN,
    )

    def to_dict(self) -> dict[str, Any]:
        """Return all keys that apply, with their values."""
        values = asdict(self)
        if self.pen == NO_PEN:
            del values["pen"]
        return values


@dataclass(frozen=True, kw_only=True)
class SpacingConfig:
    """How wide the gaps are."""

    type: str = key(
        "variable: random gaps; fixed: equal gaps; or a spacing from a plugin", "variable"
    )
    subtype: Literal["between", "edge"] = key(
        "between: gaps between glyphs; edge: also one before the first and after the last glyph",
        "between",
    )
    min: Annotated[int, Range(-MAX_GAP, MAX_GAP)] = key("smallest gap in pixels", 0)
    max: Annotated[int, Range(-MAX_GAP, MAX_GAP)] = key("largest gap in pixels, included", 20)
    fit: Literal["pad", "exact", "resize"] = key(
        "how the width is reached: pad: add margins; exact: choose gaps that fill it; resize: "
        "choose gaps freely and scale the image",
        "pad",
    )
    align: Literal["left", "center", "right", "random"] = key(
        "position of the line between the margins of pad", "center"
    )
    parameters: Parameters = key("the spacing's own parameters", dict)


@dataclass(frozen=True, kw_only=True)
class CanvasConfig:
    """How high the image is, and how it is changed after painting."""

    height: Annotated[int, Range(1, MAX_HEIGHT)] | None = key(
        "height of the image in pixels, at least that of the line; by default the line's height"
    )
    align: Literal["top", "center", "bottom", "random"] = key(
        "position of the line in a higher canvas", "center"
    )
    transform: Steps = key("how each finished image is changed: a list of transforms", list)


@dataclass(frozen=True, kw_only=True)
class ConfigKeys:
    """All keys of a config: its sections and the keys outside of them."""

    source: SourceConfig = field(default_factory=SourceConfig)
    image: ImageConfig = field(default_factory=ImageConfig)
    spacing: SpacingConfig = field(default_factory=SpacingConfig)
    canvas: CanvasConfig = field(default_factory=CanvasConfig)
    output_format: Literal["png", "jpg", "jpeg"] = key("format of image files", "png")
    preset: str | None = key("name of a preset, which sets all keys that are not given here")


SECTIONS: dict[str, type] = {
    "source": SourceConfig,
    "image": ImageConfig,
    "spacing": SpacingConfig,
    "canvas": CanvasConfig,
}
"""Name of each section and the class that declares its keys."""


def gap_range_fault(low: int, high: int) -> ConfigFault | None:
    """Return the fault of an empty range of gaps, or None."""
    if low <= high:
        return None
    ends = Setting("spacing.min", low), Setting("spacing.max", high)
    return ConfigFault("spacing", f"min {low} exceeds max {high}", ends=ends)
