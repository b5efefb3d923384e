"""Config → Composer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from mnistseq.config.config import Config
from mnistseq.config.sections import Steps
from mnistseq.core.composer import Composer, Writer
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.layout import GapRule
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import CanvasTransform, GlyphTransform
from mnistseq.errors import ConfigError, Fault, PluginError, UnknownComponentError
from mnistseq.plugins.built_in import Kind
from mnistseq.plugins.registry import PACKAGE, create, package_of


def load_bank(config: Config) -> GlyphBank:
    """Read the glyphs that a config names.

    Raises
    ------
    SourceError
        If they cannot be read.
    PluginError
        If the source fails otherwise, or gives something else.
    UnknownComponentError
        If there is no such source.
    """
    source = config.source
    component = _source(config)
    with component_errors("source", source.name):
        bank = component.load(source.split, source.path)
    if not isinstance(bank, GlyphBank):
        raise PluginError(
            f"source {source.name} gave a {type(bank).__name__}, not a mnistseq.GlyphBank"
        )
    return bank if bank.fingerprint else replace(bank, fingerprint=bank.digest())


def build_composer(config: Config | None = None, bank: GlyphBank | None = None) -> Composer:
    """Make a composer: glyphs and rules, ready to draw.

    Parameters
    ----------
    config : Config, optional
        By default the default config.
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
    config = Config() if config is None else config
    image = config.image
    canvas_transforms = _transforms(config.canvas.transform, "canvas.transform", "canvas")
    bank = load_bank(config) if bank is None else bank
    aside = _added_width(image.height or bank.height, canvas_transforms)
    width = _line_width(image.width, aside)
    resize = config.spacing.fit == "resize"
    return Composer(
        bank=bank,
        gaps=_gap_rule(config, None if resize else width, aside),
        height=image.height,
        stretch_to=width if resize else None,
        crop=image.crop,
        polarity=image.polarity,
        writer=_writer(config.source.writer, bank),
        glyph_transforms=_transforms(_glyph_steps(config), "image.transform", "glyphs"),
        canvas_transforms=canvas_transforms,
    )


def check_components(config: Config) -> None:
    """Check every component that a config names, without reading glyphs.

    Raises
    ------
    ConfigError
        With every component that does not exist and every fault of a parameter.
    """
    glyphs, canvas = _glyph_steps(config), config.canvas.transform
    makers: list[tuple[str, Callable[[], object]]] = [
        ("source.name", partial(_source, config)),
        ("spacing.type", partial(_gap_rule, config, None)),
        *_transform_makers(glyphs, "image.transform", "glyphs"),
        *_transform_makers(canvas, "canvas.transform", "canvas"),
    ]
    faults: list[Fault] = []
    for key, make in makers:
        try:
            make()
        except UnknownComponentError as error:
            faults.append(Fault(key, str(error)))
        except ConfigError as error:
            faults += error.faults
    if faults:
        raise ConfigError(*faults)


def plugin_packages(config: Config, dataset_format: str | None = None) -> dict[str, str]:
    """Package → version of every plugin that a config draws with, and of the format's."""
    used: list[tuple[Kind, str]] = [
        ("source", config.source.name),
        ("spacing", config.spacing.type),
    ]
    steps = [*_glyph_steps(config), *config.canvas.transform]
    used += [("transform", _name_and_parameters(step, "transform")[0]) for step in steps]
    used += [("format", dataset_format)] if dataset_format is not None else []
    packages = dict(package_of(kind, name) for kind, name in used)
    packages.pop(PACKAGE, None)
    return packages


def _glyph_steps(config: Config) -> Steps:
    """The list that `image.transform` stands for; true is the older tool's distortions."""
    transform = config.image.transform
    if isinstance(transform, bool):
        return ["original"] if transform else []
    return transform


def _source(config: Config) -> Any:
    source = config.source
    return create("source", source.name, source.parameters, "source.parameters")


def _writer(asked: str, bank: GlyphBank) -> Writer:
    return "one" if asked == "one" or (asked != "any" and bank.writers is not None) else "any"


def _added_width(height: int, transforms: Sequence[Any]) -> int:
    """Pixels by which transforms make images wider."""
    return sum(item.added_width(height) for item in transforms)


def _line_width(width: int | None, added: int) -> int | None:
    """What transforms that make images wider leave of the width that is asked for."""
    if width is None:
        return None
    if added >= width:
        text = (
            f"{width} is too small for the margins of canvas.transform, which take {added} px; "
            "give a larger width or smaller margins"
        )
        raise ConfigError(Fault("image.width", text))
    return width - added


def _gap_rule(config: Config, width: int | None, aside: int = 0) -> GapRule:
    spacing = config.spacing
    return GapRule(
        spacing=create("spacing", spacing.type, spacing.parameters, "spacing.parameters"),
        subtype=spacing.subtype,
        minimum=spacing.min,
        maximum=spacing.max,
        width=width,
        exact=spacing.fit == "exact",
        align=spacing.align,
        aside=aside,
    )


def _transforms(steps: Steps, where: str, method: str) -> tuple[Any, ...]:
    """The transforms that a list of a config names, each with its parameters."""
    return tuple(make() for _, make in _transform_makers(steps, where, method))


def _transform_makers(
    steps: Steps, where: str, method: str
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Place of each transform of a list, and what makes it."""
    for number, step in enumerate(steps):
        place = f"{where}[{number}]"
        yield place, partial(_transform, step, place, method)


def _transform(step: str | Mapping[str, Any], place: str, method: str) -> Any:
    name, parameters = _name_and_parameters(step, place)
    transform = create("transform", name, parameters, f"{place} ({name})")
    if not isinstance(transform, GlyphTransform if method == "glyphs" else CanvasTransform):
        lists = ["image.transform", "canvas.transform"]
        here, other = lists if method == "glyphs" else reversed(lists)
        raise ConfigError(Fault(place, f"{name} does not belong in {here}; move it to {other}"))
    return transform


def _name_and_parameters(step: str | Mapping[str, Any], place: str) -> tuple[str, dict[str, Any]]:
    if isinstance(step, str):
        return step, {}
    parameters = dict(step)
    name = parameters.pop("name", None)
    if not isinstance(name, str):
        raise ConfigError(Fault(place, 'a transform needs its name, as in {"name": "blur"}'))
    return name, parameters
