"""The keys of a config, each with its type, range and default.

This is the one place that declares them: the check of a file, the JSON Schema,
the options of the command line and their help are all derived from it. Plain
dataclasses, so that no validator has to be imported until a file is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from os import PathLike, fsdecode
from typing import Annotated, Any, ClassVar, Literal

from mnistseq.config.limits import Range
from mnistseq.errors import ConfigError

MAX_WIDTH = 65_500
MAX_HEIGHT = 4_096
MAX_GAP = 65_500

Steps = list[str | dict[str, Any]]
"""Transforms in their order: each its name, or a table of its name and its parameters."""

Parameters = dict[str, Any]
"""What a component takes beyond its name; checked against the component itself."""


def _key(help_: str, default: Any = None) -> Any:
    """A config key: its default and what it means."""
    if default in (dict, list):
        return field(default_factory=default, metadata={"help": help_})
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """Where glyphs come from."""

    name: str = _key("where glyphs come from: a built-in source or a plugin's", "mnist")
    split: str = _key("which part of the source: train, test, or another it has", "train")
    path: str | None = _key("where the source's files are; by default where it finds them itself")
    hand: Literal["any", "one", "one-if-known"] = _key(
        "one: all glyphs of an image by one person's hand, of a source that knows who wrote what; "
        "one-if-known: the same, but any where the source does not know",
        "any",
    )
    parameters: Parameters = _key("the source's own parameters", dict)


@dataclass(frozen=True, kw_only=True)
class ImageConfig:
    """What an image looks like."""

    transform: bool | Steps = _key(
        "what changes each glyph: a list of transforms, or true: the original's distortions",
        default=False,
    )
    width: Annotated[int, Range(1, MAX_WIDTH)] | None = _key(
        "width of the image in pixels; by default as wide as it comes"
    )
    height: Annotated[int, Range(1, MAX_HEIGHT)] | None = _key(
        "height in pixels, glyphs scaled to it; by default the source's own"
    )
    crop: Literal["cell", "ink"] = _key(
        "what gaps lie between: the glyphs' full cells, or their ink", "cell"
    )
    polarity: Literal["dark-on-light", "light-on-dark"] = _key(
        "colour of ink and ground", "dark-on-light"
    )


@dataclass(frozen=True, kw_only=True)
class SpacingConfig:
    """How wide the gaps are."""

    type: str = _key("variable: gaps at random; fixed: all alike; or a plugin's", "variable")
    subtype: Literal["between", "edge"] = _key(
        "between: gaps between glyphs; edge: one before the first and after the last, too",
        "between",
    )
    min: Annotated[int, Range(-MAX_GAP, MAX_GAP)] = _key("smallest gap in pixels", 0)
    max: Annotated[int, Range(-MAX_GAP, MAX_GAP)] = _key("largest gap in pixels, included", 20)
    fit: Literal["pad", "exact", "resize"] = _key(
        "how the width is met: pad: margins take what gaps leave over; exact: gaps fill it; "
        "resize: gaps are free and the image is scaled",
        "pad",
    )
    align: Literal["left", "center", "right", "random"] = _key(
        "where the line stands in what pad leaves over", "center"
    )
    parameters: Parameters = _key("the strategy's own parameters", dict)


@dataclass(frozen=True, kw_only=True)
class CanvasConfig:
    """What is done to the finished image."""

    transform: Steps = _key("what changes each finished image: a list of transforms", list)


_NOT_GIVEN: dict[str, Any] = {
    "source": SourceConfig(),
    "image": ImageConfig(),
    "spacing": SpacingConfig(),
    "canvas": CanvasConfig(),
    "output_format": "png",
}
"""What stands for a key that was left out; known by being this very object."""


@dataclass(frozen=True, kw_only=True, init=False)
class Config:
    """What to make.

    Each section may be given as its dataclass or as a mapping; either is
    checked strictly: no unknown key, no text where a number belongs.

    Parameters
    ----------
    source, image, spacing, canvas : section or mapping
    output_format : {'png', 'jpg', 'jpeg'}
    preset : str, optional
        What is not given here is as the preset of this name has it. A mapping
        gives the keys that are in it, a section's dataclass gives all of them.

    Raises
    ------
    ConfigError
        With all faults at once: each with its key, value, what is allowed and
        the nearest known key.
    """

    source: SourceConfig
    image: ImageConfig
    spacing: SpacingConfig
    canvas: CanvasConfig
    output_format: Literal["png", "jpg", "jpeg"] = _key("format of image files", "png")
    preset: str | None = _key("name of a preset, whose values hold where no others are given")

    sections: ClassVar[dict[str, type]] = {
        "source": SourceConfig,
        "image": ImageConfig,
        "spacing": SpacingConfig,
        "canvas": CanvasConfig,
    }

    def __init__(
        self,
        *,
        source: SourceConfig | Mapping[str, object] = _NOT_GIVEN["source"],
        image: ImageConfig | Mapping[str, object] = _NOT_GIVEN["image"],
        spacing: SpacingConfig | Mapping[str, object] = _NOT_GIVEN["spacing"],
        canvas: CanvasConfig | Mapping[str, object] = _NOT_GIVEN["canvas"],
        output_format: str = "png",
        preset: str | None = None,
    ) -> None:
        given: dict[str, Any] = {
            "source": source,
            "image": image,
            "spacing": spacing,
            "canvas": canvas,
            "output_format": output_format,
            "preset": preset,
        }
        # Defaults need no check: a Config() has to cost next to nothing.
        unchecked = {
            key: _as_table(value)
            for key, value in given.items()
            if value is not _NOT_GIVEN.get(key)
        }
        if unchecked:
            from mnistseq.config.validation import check_values  # pydantic takes 50 ms to import

            unchecked = check_values(unchecked)
        _fill(self, **_of_values(unchecked))

    @classmethod
    def of_checked(cls, values: Mapping[str, Any]) -> Config:
        """Build from nested values that were checked already.

        What is missing is as their preset has it; without one, the default.
        """
        config = cls.__new__(cls)
        _fill(config, **_of_values(values))
        return config

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Config:
        """Read a JSON or TOML file; ConfigError names the file and every fault in it."""
        from mnistseq.config.loading import load_values

        values = load_values(path)
        try:
            return cls.of_checked(values)
        except ConfigError as error:
            raise ConfigError(f"{fsdecode(path)}: {error}") from None

    def to_dict(self) -> dict[str, Any]:
        """Every key with its value, nested as in a file."""
        return asdict(self)


def _as_table(value: Any) -> Any:
    return asdict(value) if type(value) in Config.sections.values() else value


def _of_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values → every field of a config."""
    if values.get("preset") is not None:
        from mnistseq.config.presets import with_preset

        values = with_preset(values)
    # Sections are made anew each time, for their tables of parameters could be written to.
    made = {name: make(**values.get(name, {})) for name, make in Config.sections.items()}
    made["output_format"] = values.get("output_format", "png")
    made["preset"] = values.get("preset")
    return made


def _fill(config: Config, **values: Any) -> None:
    for item in fields(config):
        object.__setattr__(config, item.name, values[item.name])
    _check_together(config)


def _check_together(config: Config) -> None:
    """Check what no single key can be blamed for."""
    fault = empty_range(config.spacing.min, config.spacing.max)
    if fault is not None:
        raise ConfigError(fault)


def empty_range(low: int, high: int) -> str | None:
    """What is wrong with the range of a gap, if anything is."""
    if low <= high:
        return None
    return (
        f"spacing: min {low} exceeds max {high}, so that no gap is in the range; "
        f"take a min of {high} or less, or a max of {low} or more"
    )
