"""Build the composer of a config."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from mnistseq.config.config import Config, ConfigLike
from mnistseq.config.sections import Steps
from mnistseq.core.canvas import CanvasRule
from mnistseq.core.composer import Composer
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.glyph_selection import Writer
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import CanvasTransform, GlyphTransform
from mnistseq.errors import (
    ArgumentError,
    ConfigError,
    ConfigFault,
    SpacingError,
    UnknownComponentError,
)
from mnistseq.pipeline.glyph_loading import load_bank, source_entries, source_makers
from mnistseq.plugins.built_in import Kind, kind_name
from mnistseq.plugins.registry import PACKAGE, create, exists, package_of

if TYPE_CHECKING:
    from mnistseq.core.pen import Pen

_TRANSFORM_KEYS: dict[Kind, str] = {
    "glyph_transform": "image.transform",
    "canvas_transform": "canvas.transform",
}
"""Config key of each kind of transform."""


def build_composer(config: ConfigLike | None = None, bank: GlyphBank | None = None) -> Composer:
    """Build a composer, which draws samples as a config describes them.

    Parameters
    ----------
    config : Config, mapping, str or path, optional
        A config, a mapping of its keys, the name of a preset, or the path of a file; by
        default the default config.
    bank : GlyphBank, optional
        Glyphs to use instead of the config's source.

    Raises
    ------
    ConfigError
    SourceError
        If the source cannot be read.
    UnknownComponentError
        If the config names a component that does not exist.
    """
    config = Config() if config is None else Config.of(config)
    image = config.image
    canvas_transforms = tuple(make() for _, make in _canvas_makers(config))
    pen = _pen(config)
    bank = load_bank(config) if bank is None else bank
    if pen is not None and not bank.paths:
        from mnistseq.sources.banks.thinned import thinned  # needed only if the caller gives a bank

        bank = thinned(bank)
    height = image.height or bank.height
    canvas = _canvas_rule(config, height)
    return Composer(
        bank=bank,
        gaps=_gap_rule(config, sum(item.added_width(height) for item in canvas_transforms)),
        height=image.height,
        crop=image.crop,
        polarity=image.polarity,
        writer=_writer(config.source.writer, bank),
        pen=pen,
        glyph_transforms=tuple(make() for _, make in _glyph_makers(config)),
        canvas=canvas,
        canvas_transforms=canvas_transforms,
    )


def check_components(config: Config) -> None:
    """Check every component that a config names, without reading glyphs.

    ConfigError with all unknown components and all faults of parameters.
    """
    makers: list[tuple[str, Callable[[], object]]] = [
        *source_makers(config.source),
        ("spacing.type", partial(_spacing, config)),
        *_glyph_makers(config),
        *_canvas_makers(config),
    ]
    faults: list[ConfigFault] = []
    for key, make in makers:
        try:
            make()
        except UnknownComponentError as error:
            faults.append(ConfigFault(key, str(error)))
        except ConfigError as error:
            faults += error.faults
    if faults:
        raise ConfigError(*faults)


def plugin_packages(config: Config, dataset_format: str | None = None) -> dict[str, str]:
    """Return package → version of all plugins that a config and a format use."""
    used = [(used.kind, used.name) for used in components_of(config)]
    used += [("format", dataset_format)] if dataset_format is not None else []
    packages = dict(package_of(kind, name) for kind, name in used)
    packages.pop(PACKAGE, None)
    return packages


class UsedComponent(NamedTuple):
    """A component that a config names.

    Attributes
    ----------
    key : str
        Config key of its parameters, such as ``source.parameters`` or ``canvas.transform[0]``.
    """

    key: str
    kind: Kind
    name: str
    parameters: Mapping[str, Any]


def components_of(config: Config) -> list[UsedComponent]:
    """Return all components that a config names."""
    steps: dict[Kind, Steps] = {
        "glyph_transform": _glyph_steps(config),
        "canvas_transform": config.canvas.transform,
    }
    return [
        *(
            UsedComponent(f"{key}.parameters", "source", entry.name, entry.parameters)
            for key, entry in source_entries(config.source)
        ),
        UsedComponent(
            "spacing.parameters", "spacing", config.spacing.type, config.spacing.parameters
        ),
        *(
            UsedComponent(
                f"{_TRANSFORM_KEYS[kind]}[{number}]", kind, *_name_and_parameters(step, "")
            )
            for kind, listed in steps.items()
            for number, step in enumerate(listed)
        ),
    ]


def _glyph_steps(config: Config) -> Steps:
    """Return `image.transform` as a list; true means the older tool's distortions."""
    transform = config.image.transform
    if isinstance(transform, bool):
        return ["original"] if transform else []
    return transform


def _pen(config: Config) -> Pen | None:
    pen = config.image.pen
    if not isinstance(pen, dict):
        return None
    from mnistseq.core.pen import Pen  # most configs have no pen

    return Pen(**{**pen, "width": tuple(pen["width"])})


def _writer(asked: str, bank: GlyphBank) -> Writer:
    return "one" if asked == "one" or (asked != "any" and bank.writers is not None) else "any"


def _spacing(config: Config) -> Any:
    spacing = config.spacing
    return create("spacing", spacing.type, spacing.parameters, "spacing.parameters")


def _gap_rule(config: Config, added_width: int) -> GapRule:
    spacing = config.spacing
    try:
        return GapRule(
            spacing=_spacing(config),
            subtype=spacing.subtype,
            minimum=spacing.min,
            maximum=spacing.max,
            width=config.image.width,
            fit=spacing.fit,
            align=spacing.align,
            added_width=added_width,
        )
    except SpacingError as error:
        # The config has validated the range, so only margins can leave no width for the line.
        raise ConfigError(ConfigFault("image.width", str(error))) from None


def _canvas_rule(config: Config, line_height: int) -> CanvasRule:
    rule = CanvasRule(config.canvas.height, config.canvas.align)
    try:
        rule.check(line_height)
    except ArgumentError as error:
        raise ConfigError(ConfigFault("canvas.height", str(error))) from None
    return rule


def _glyph_makers(config: Config) -> Iterator[tuple[str, Callable[[], GlyphTransform]]]:
    return _transform_makers("glyph_transform", _glyph_steps(config))


def _canvas_makers(config: Config) -> Iterator[tuple[str, Callable[[], CanvasTransform]]]:
    light_on_dark = config.image.polarity == "light-on-dark"
    for key, make in _transform_makers("canvas_transform", config.canvas.transform):
        yield key, partial(_canvas_transform, make, key, light_on_dark)


def _canvas_transform(
    make: Callable[[], CanvasTransform], key: str, light_on_dark: bool
) -> CanvasTransform:
    """Make a transform and check that it supports the polarity."""
    transform = make()
    try:
        with component_errors("canvas transform", transform.name):
            transform.check_polarity(light_on_dark=light_on_dark)
    except ArgumentError as error:
        raise ConfigError(ConfigFault(f"{key} ({transform.name})", str(error))) from None
    return transform


def _transform_makers(kind: Kind, steps: Steps) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the key of each transform of a list, and a function that makes it."""
    for number, step in enumerate(steps):
        key = f"{_TRANSFORM_KEYS[kind]}[{number}]"
        yield key, partial(_transform, kind, step, key)


def _transform(kind: Kind, step: str | Mapping[str, Any], key: str) -> Any:
    name, parameters = _name_and_parameters(step, key)
    try:
        return create(kind, name, parameters, f"{key} ({name})")
    except UnknownComponentError:
        for other, other_key in _TRANSFORM_KEYS.items():
            if exists(other, name):
                fault = f"{name} is a {kind_name(other)}; move it to {other_key}"
                raise ConfigError(ConfigFault(key, fault)) from None
        raise


def _name_and_parameters(step: str | Mapping[str, Any], place: str) -> tuple[str, dict[str, Any]]:
    if isinstance(step, str):
        return step, {}
    parameters = dict(step)
    name = parameters.pop("name", None)
    if not isinstance(name, str):
        raise ConfigError(ConfigFault(place, 'a transform needs its name, as in {"name": "blur"}'))
    return name, parameters
