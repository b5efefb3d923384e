"""Help texts and completions of the options that set config keys."""

from __future__ import annotations

from functools import cache

from mnistseq.cli.support.completions import Complete, components, files, presets
from mnistseq.config.keys import Key
from mnistseq.config.presets import preset_names
from mnistseq.plugins.built_in import BUILT_IN, EXTRAS, Kind

_HELP = {
    "--source": "Draw glyphs of this source: {sources}; or one from a plugin. Its path, split, weight "
    "and parameters may follow, such as 'image-folder path=symbols'. May be repeated to draw from "
    "several sources together.",
    "--source-split": "Draw glyphs of this split of the source: train, test or another.",
    "--data-dir": "Read the source's files from this folder or file. By default the source finds "
    "them itself.",
    "--writer": "Choose who wrote the glyphs of an image. one: all are by one writer, which needs a "
    "source with writer ids, such as mnist. one-if-known: the same, but by any writers if the "
    "source has no writer ids.",
    "--exclude": "Never draw the glyphs whose ids are in this file, one per line.",
    "--preset": "Use the values of this preset for keys that are not given: {presets}.",
    "--min": "Set the smallest gap in pixels. If it is negative, glyphs may overlap.",
    "--max": "Set the largest gap in pixels, inclusive.",
    "--width": "Set the width of the image in pixels. By default it is the width of its content.",
    "--height": "Scale glyphs to this height in pixels. By default it is the source's own, or 56 with "
    "a pen.",
    "--type": "Choose the spacing: {spacings}; or one from a plugin. variable: gaps are random. "
    "fixed: gaps are equal.",
    "--subtype": "Choose where gaps are. between: between glyphs. edge: also before the first glyph "
    "and after the last.",
    "--fit": "Choose how the width is reached. pad: add margins. exact: choose gaps that fill it. "
    "resize: choose gaps freely, and scale the image.",
    "--align": "Choose the position of the line between the margins of pad.",
    "--crop": "Measure gaps between the whole cells of glyphs, or between their ink.",
    "--polarity": "Choose dark ink on a light background, or the reverse.",
    "--pen": "Draw the paths of glyphs with a pen of this stroke width or range of widths, as a share "
    "of the height, such as 0.03-0.08 or '0.03-0.08 variation=0.3 spread=0.5'. none: draw glyphs "
    "as they are.",
    "--canvas-height": "Set the height of the image in pixels, at least that of the line. By default "
    "it is the line's.",
    "--canvas-align": "Choose the position of the line in a higher canvas.",
    "--glyph-transform": "Change each glyph by this transform with its parameters, such as 'blur "
    "sigma=0.05'. May be repeated; transforms apply in order: {glyph_transforms}; or one from a "
    "plugin.",
    "--canvas-transform": "Change each image by this transform with its parameters, such as "
    "'paper-grain strength=0.5'. May be repeated; transforms apply in order: {canvas_transforms}; "
    "or one from a plugin.",
    "--image-format": "Choose the format of image files.",
}
"""Option → help text, with placeholders for names of components and presets."""

_METAVARS = {
    "--source": "'NAME [KEY=VALUE …]'",
    "--source-split": "NAME",
    "--data-dir": "PATH",
    "--exclude": "FILE",
    "--preset": "NAME",
    "--type": "NAME",
    "--pen": "'WIDTH [KEY=VALUE …]'",
    "--glyph-transform": "'NAME [KEY=VALUE …]'",
    "--canvas-transform": "'NAME [KEY=VALUE …]'",
}

_COMPLETIONS: dict[str, Complete] = {
    "--source": components("source"),
    "--data-dir": files,
    "--exclude": files,
    "--preset": presets,
    "--type": components("spacing"),
    "--glyph-transform": components("glyph_transform"),
    "--canvas-transform": components("canvas_transform"),
}


def help_of(flag: str, key: Key) -> str:
    """Return the help of an option, followed by its key and default."""
    template = _HELP.get(flag) or f"{key.help[0].upper()}{key.help[1:]}."
    text = template.format(**_names())
    if key.default == [] or key.default is False:
        return f"{text}  [{key.path}]"
    return f"{text}  [{key.path}; default: {'none' if key.default is None else key.default}]"


@cache
def _names() -> dict[str, str]:
    """Return the values for the placeholders in help texts."""
    components = {f"{kind}s": names_of(kind) for kind in BUILT_IN}
    return {"presets": ", ".join(preset_names()), **components}


def metavar_of(flag: str) -> str | None:
    """Return the metavar of an option; None if its type determines it."""
    return _METAVARS.get(flag)


def completion_of(flag: str) -> Complete | None:
    """Return the completion function of an option; None if its type determines it."""
    return _COMPLETIONS.get(flag)


def names_of(kind: Kind) -> str:
    """List the built-in components of a kind: ``files, lmdb (extra lmdb), npy``."""
    extras = EXTRAS.get(kind, {})
    return ", ".join(
        f"{name} (extra {extras[name]})" if name in extras else name for name in BUILT_IN[kind]
    )
