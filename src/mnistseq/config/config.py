"""`Config`: what to draw; frozen and validated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from os import PathLike
from typing import Any, TypeAlias, TypedDict, Unpack

from mnistseq.config.sections import (
    NO_PEN,
    SECTIONS,
    CanvasConfig,
    ConfigKeys,
    ImageConfig,
    SourceConfig,
    SpacingConfig,
    gap_range_fault,
)
from mnistseq.config.source_entries import complete_source
from mnistseq.errors import ArgumentTypeError, ConfigError


class ConfigArguments(TypedDict, total=False):
    """Keyword arguments of `Config`; all are optional."""

    source: SourceConfig | Mapping[str, object] | str | Sequence[str | Mapping[str, object]]
    image: ImageConfig | Mapping[str, object]
    spacing: SpacingConfig | Mapping[str, object]
    canvas: CanvasConfig | Mapping[str, object]
    output_format: str
    preset: str | None


@dataclass(frozen=True, kw_only=True, init=False, repr=False)
class Config(ConfigKeys):
    """What to draw.

    Each section may be given as its dataclass or as a mapping. Both are validated
    strictly: unknown keys and strings in place of numbers are errors.

    Parameters
    ----------
    source, image, spacing, canvas : section or mapping
        A source may also be a name, or a list of names and mappings to draw from several
        sources together.
    output_format : {'png', 'jpg', 'jpeg'}
    preset : str, optional
        Keys that are not given here get this preset's values. A mapping gives only the keys
        in it; a section's dataclass gives all of its keys.

    Raises
    ------
    ConfigError
        With all faults at once, each with its key, its value, and what is allowed.
    """

    def __init__(self, **given: Unpack[ConfigArguments]) -> None:
        _set_keys(self, _checked(given))

    @classmethod
    def of_checked(cls, values: Mapping[str, Any]) -> Config:
        """Build a config from nested values that are already validated.

        Missing keys get the values of the preset if there is one, otherwise their
        defaults.
        """
        config = cls.__new__(cls)
        _set_keys(config, values)
        return config

    @classmethod
    def of(cls, given: ConfigLike) -> Config:
        """Return the config that a value describes.

        Parameters
        ----------
        given : Config, mapping, str or path
            A config, a mapping of its keys, the name of a preset, or the path of a file. A
            preset takes precedence over a file of the same name.

        Raises
        ------
        ConfigError
            If the config is invalid, or a string is neither a preset nor the path of a file.
        ArgumentTypeError
            If the value is something else.
        """
        if isinstance(given, Config):
            return given
        if isinstance(given, Mapping):
            return cls.of_checked(_checked(given))
        if not isinstance(given, str | PathLike):
            raise ArgumentTypeError(
                "a config is a Config, a mapping of keys, the path of a file or the name of a preset, "
                f"not {type(given).__name__}"
            )
        if isinstance(given, str):
            from mnistseq.config.presets import check_preset_or_file  # not needed for a path

            if check_preset_or_file(given):
                return cls(preset=given)
        return cls.load(given)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Config:
        """Read a JSON or TOML file; a ConfigError lists all of its faults."""
        from mnistseq.config.loading import file_origin, load_values  # not needed without a file

        values = load_values(path)
        try:
            return cls.of_checked(values)
        except ConfigError as error:
            raise error.with_origins(lambda _: file_origin(path)) from None

    def to_dict(self) -> dict[str, Any]:
        """Return all keys that apply, with their values, nested as in a file."""
        sections = {"source": self.source.to_dict(), "image": self.image.to_dict()}
        return asdict(self) | sections

    def __repr__(self) -> str:
        """``Config(image={'width': 390})``: the keys that differ from the preset or the defaults."""
        changed = self._changed()
        return f"Config({', '.join(f'{name}={value!r}' for name, value in changed.items())})"

    def _repr_html_(self) -> str:
        from mnistseq.core.notebook import table_html

        rows = [
            (f"{name}.{key}" if key else name, repr(item))
            for name, value in self._changed().items()
            for key, item in (value.items() if name in SECTIONS else [("", value)])
        ]
        return table_html(rows, "Config: keys that differ from the defaults")

    def _changed(self) -> dict[str, Any]:
        """Return the keys that differ from the preset or the defaults."""
        given, defaults = self.to_dict(), Config.of_checked({"preset": self.preset}).to_dict()
        changed: dict[str, Any] = {} if self.preset is None else {"preset": self.preset}
        for name, value in given.items():
            if name in SECTIONS:
                default = defaults[name]
                inner = {key: value[key] for key in value if value[key] != default.get(key)}
                changed |= {name: inner} if inner else {}
            elif value != defaults[name]:
                changed[name] = value
        return changed


ConfigLike: TypeAlias = Config | Mapping[str, Any] | str | PathLike[str]
"""A config, a mapping of its keys, the name of a preset, or the path of a file."""


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    if not given:  # Config() is valid, and should cost next to nothing
        return {}
    from mnistseq.config.validation import check_values  # imports pydantic, which is slow

    return check_values({key: _as_table(value) for key, value in given.items()})


def _as_table(value: Any) -> Any:
    if isinstance(value, SourceConfig):
        return value.to_dict()
    return asdict(value) if type(value) in SECTIONS.values() else value


def _with_pen(image: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the validated keys of the image, with a complete pen if there is one."""
    if image.get("pen", NO_PEN) == NO_PEN:
        return image
    from mnistseq.config.validation import complete_pen  # imports pydantic, which is slow

    return {**image, "pen": complete_pen(image["pen"])}


def _set_keys(config: Config, values: Mapping[str, Any]) -> None:
    """Set every key of a new config from validated values."""
    if values.get("preset") is not None:
        from mnistseq.config.presets import with_preset  # not needed without a preset

        values = with_preset(values)
    values = {**values, "source": complete_source(values.get("source", {}))}
    values = {**values, "image": _with_pen(values.get("image", {}))}
    sections = {name: section(**values.get(name, {})) for name, section in SECTIONS.items()}
    ConfigKeys.__init__(config, **{**values, **sections})
    fault = gap_range_fault(config.spacing.min, config.spacing.max)
    if fault is not None:
        raise ConfigError(fault)
