"""The contract of sources."""

from __future__ import annotations

import numpy as np

from mnistseq.core.composer import Composer
from mnistseq.core.glyph_bank import GlyphBank, ink_boxes
from mnistseq.core.layout import GapRule
from mnistseq.core.protocols import Source
from mnistseq.errors import MnistseqError
from mnistseq.spacings.variable import Variable
from mnistseq.testing.common import SEED, check_component, check_unchanged, elsewhere, need

_LOOKED_AT = 1000


def check_source(source: Source, split: str = "train", path: str | None = None) -> GlyphBank:
    """Check a source on glyphs that it can read here.

    Parameters
    ----------
    source : Source
    split : str
        One that it has.
    path : str, optional
        Where its files are.

    Returns
    -------
    GlyphBank
        What it loaded, for further tests.

    Raises
    ------
    AssertionError
        That says what the source does and what it should do.
    """
    copy = check_component("source", source)
    bank = source.load(split, path)
    need(isinstance(bank, GlyphBank), f"load returned {type(bank).__name__}, not a GlyphBank")
    _check_labels(bank)
    _check_pixels(bank)
    digest = bank.digest()
    need(source.load(split, path).digest() == digest, "loading twice gives different glyphs")
    [there] = elsewhere([(_load_digest, (source, split, path))])
    need(there == digest, "another process loads different glyphs")
    for other in ("no-such-split-0", f"{split} "):
        _check_refuses(source, other, path, f"split {other!r}")
    if path is not None:
        nowhere = f"{path}-no-such-place-0"
        _check_refuses(source, split, nowhere, f"path {nowhere!r}")
    Composer(bank, GapRule(Variable(), subtype="edge")).compose([[bank.alphabet[0]]], seed=SEED)
    check_unchanged(source, copy)
    return bank


def _check_labels(bank: GlyphBank) -> None:
    need(bank.alphabet, "the bank has no labels")
    unused = [label for label, n in zip(bank.alphabet, bank.by_label.number, strict=True) if not n]
    need(not unused, f"labels without a glyph: {unused[:10]}")
    odd = [label for label in bank.alphabet if "," in label or label != label.strip() or not label]
    need(
        not odd,
        f"labels that nobody can ask for, empty, with a comma or with blanks around: {odd[:10]}",
    )


def _check_pixels(bank: GlyphBank) -> None:
    pixels = np.asarray(bank.pixels[:_LOOKED_AT])
    need(
        float(np.mean(pixels > 250)) < 0.5,
        "most pixels are 255: glyphs are ink (255) on ground (0), whatever they were",
    )
    measured, told = ink_boxes(pixels), np.asarray(bank.ink[:_LOOKED_AT])
    need((told == measured).all(), "column ink is not where the ink is; leave it out")
    over = measured[:, 2] > bank.widths[:_LOOKED_AT]
    need(not over.any(), "a glyph has ink to the right of its cell, beyond widths")


def _check_refuses(source: Source, split: str, path: str | None, what: str) -> None:
    """What is not there is an error of ours, unless the source has no use for it."""
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
