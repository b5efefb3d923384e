"""Config: what to draw; frozen and validated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from os import PathLike, fsdecode
from typing import Any, ClassVar, Literal

from mnistseq.config.sections import (
    CanvasConfig,
    ImageConfig,
    SourceConfig,
    SpacingConfig,
    key,
)
from mnistseq.errors import ConfigError

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
    output_format: Literal["png", "jpg", "jpeg"] = key("format of image files", "png")
    preset: str | None = key("name of a preset, whose values hold where no others are given")

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
