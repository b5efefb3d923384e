"""Check the contract of sources."""

from __future__ import annotations

import numpy as np

from mnistseq.core.array_types import Pixels
from mnistseq.core.composer import Composer
from mnistseq.core.distance_fields import ON_PATH, SLOPE
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_bank import GlyphBank, ink_boxes
from mnistseq.core.pen import Pen
from mnistseq.core.protocols import Source
from mnistseq.core.sequences import has_line_break
from mnistseq.errors import MnistseqError
from mnistseq.spacings.variable import Variable
from mnistseq.testing.common import SEED, check_component, check_unchanged, elsewhere, require

_LOOKED_AT = 1000


def check_source(source: Source, split: str = "train", path: str | None = None) -> GlyphBank:
    """Check one split of a source.

    Parameters
    ----------
    source : Source
    split : str
        An existing split.
    path : str, optional
        Location of the source's files.

    Returns
    -------
    GlyphBank
        The glyphs loaded, for further tests.

    Raises
    ------
    AssertionError
        If the source violates the contract; the message says how.
    """
    copy = check_component("source", source)
    bank = source.load(split, path)
    require(isinstance(bank, GlyphBank), f"load returned {type(bank).__name__}, not a GlyphBank")
    _check_labels(bank)
    _check_pixels(bank)
    digest = bank.digest()
    require(source.load(split, path).digest() == digest, "loading twice gives different glyphs")
    [other_digest] = elsewhere([(_load_digest, (source, split, path))])
    require(other_digest == digest, "another process loads different glyphs")
    for other in ("no-such-split-0", f"{split} "):
        _check_refuses(source, other, path, f"split {other!r}")
    if path is not None:
        missing = f"{path}-no-such-path-0"
        _check_refuses(source, split, missing, f"path {missing!r}")
    pen = Pen((0.05, 0.05)) if bank.paths else None
    rule = GapRule(Variable(), subtype="edge")
    Composer(bank, rule, pen=pen).compose([[bank.alphabet[0]]], seed=SEED)
    check_unchanged(source, copy)
    return bank


def _check_labels(bank: GlyphBank) -> None:
    require(bank.alphabet, "the bank has no labels")
    unused = [label for label, n in zip(bank.alphabet, bank.by_label.number, strict=True) if not n]
    require(not unused, f"labels without a glyph: {unused[:10]}")
    odd = [label for label in bank.alphabet if not label or has_line_break(label)]
    require(not odd, f"labels that are empty or contain the end of a line: {odd[:10]}")


def _check_pixels(bank: GlyphBank) -> None:
    pixels = np.asarray(bank.pixels[:_LOOKED_AT])
    if bank.paths:
        _check_distances(pixels)
        pixels = np.where(pixels < ON_PATH, np.uint8(1), np.uint8(0))
        require(pixels.any(axis=(1, 2)).all(), "a glyph has no path")
    require(
        float(np.mean(pixels > 250)) < 0.5,
        "most pixels are 255; glyphs must be ink (255) on background (0), invert the pictures",
    )
    measured, given = ink_boxes(pixels), np.asarray(bank.ink[:_LOOKED_AT])
    require((given == measured).all(), "column ink does not match the pixels; leave it out")
    over = measured[:, 2] > bank.widths[:_LOOKED_AT]
    require(not over.any(), "a glyph has ink to the right of its cell, beyond its width")


def _check_distances(fields: Pixels) -> None:
    """Check that neighbours differ at most by their distance plus rounding."""
    steepest = max(int(np.abs(np.diff(fields.astype(int), axis=axis)).max()) for axis in (1, 2))
    require(
        steepest <= SLOPE + 1,
        f"neighbouring pixels of a field differ by {steepest} steps, but are {SLOPE} apart; each "
        "has to be the distance to the nearest point of the path",
    )


def _check_refuses(source: Source, split: str, path: str | None, what: str) -> None:
    """Check that a missing split or path is ignored or raises one of mnistseq's errors."""
    try:
        source.load(split, path)
    except MnistseqError:
        return
    except Exception as error:
        raise AssertionError(
            f"{what} raised {type(error).__name__}, not one of mnistseq's errors"
        ) from error


def _load_digest(source: Source, split: str, path: str | None) -> str:
    return source.load(split, path).digest()
