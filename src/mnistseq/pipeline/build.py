"""Config → Composer."""

from __future__ import annotations

from mnistseq.config.model import Config
from mnistseq.core.composer import Composer
from mnistseq.core.glyphs import GlyphBank
from mnistseq.core.layout import GapRule
from mnistseq.errors import ConfigError
from mnistseq.plugins import create


def load_bank(config: Config) -> GlyphBank:
    """Read the glyphs that a config names.

    Raises
    ------
    SourceError
        If they cannot be read.
    UnknownComponentError
        If there is no such source.
    """
    source = config.source
    component = create("source", source.name, source.parameters, "source.parameters")
    bank: GlyphBank = component.load(source.split, source.path)
    return bank


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
    if image.transform:
        raise ConfigError(
            "image.transform: true: transforms are not there yet in this version; set it to false"
        )
    resize = config.spacing.fit == "resize" and image.width is not None
    return Composer(
        bank=load_bank(config) if bank is None else bank,
        gaps=_gap_rule(config, None if resize else image.width),
        height=image.height,
        stretch_to=image.width if resize else None,
        crop=image.crop,
        polarity=image.polarity,
        hand=config.source.hand,
    )


def _gap_rule(config: Config, width: int | None) -> GapRule:
    spacing = config.spacing
    return GapRule(
        spacing=create("spacing", spacing.type, spacing.parameters, "spacing.parameters"),
        subtype=spacing.subtype,
        minimum=spacing.min,
        maximum=spacing.max,
        width=width,
        exact=spacing.fit == "exact",
        align=spacing.align,
    )
