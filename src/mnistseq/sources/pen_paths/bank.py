"""Drawings → a bank of pen paths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.glyph_index import UNKNOWN_WRITER
from mnistseq.errors import SourceError
from mnistseq.imaging.stroke_fields import stroke_fields
from mnistseq.sources.banks.parallel_map import parallel_map
from mnistseq.sources.pen_paths.drawing import Drawing
from mnistseq.sources.pen_paths.placing import CellPlacer

VERSION = "paths 3"
"""Part of the cache key; another way of making fields from strokes needs another number."""


def path_bank(
    drawings: Sequence[Drawing], placer: CellPlacer, name: str, left_out: Sequence[str] = ()
) -> GlyphBank:
    """Return the bank of some drawings.

    Parameters
    ----------
    placer : CellPlacer
        Their sizes and places.
    name : str
        Of the bank.
    left_out : sequence of str
        What the bank does not have, and why.

    Raises
    ------
    SourceError
        If there are no drawings.
    """
    if not drawings:
        raise SourceError(f"source {name} has no glyphs")

    def field(drawing: Drawing) -> Pixels:
        fields: Pixels = stroke_fields([placer.place(drawing)])[0]
        return fields

    fields = list(parallel_map(field, drawings, f"{name}: drawing paths"))
    alphabet, codes = np.unique([drawing.label for drawing in drawings], return_inverse=True)
    return GlyphBank(
        np.stack(fields),
        codes.astype(np.int64),
        tuple(alphabet.tolist()),
        name=name,
        writers=writer_ids([drawing.writer for drawing in drawings]),
        left_out=tuple(left_out),
        paths=True,
    )


def writer_ids(names: Sequence[str]) -> Ints | None:
    """Return an id for each name of a writer; None if no writer is known.

    Names that are numbers are their ids; if any is not, ids follow the order of the names.
    """
    known = sorted(set(names) - {""})
    if not known:
        return None
    if all(name.isascii() and name.isdecimal() and len(name) < 19 for name in known):
        ids = {name: int(name) for name in known}
    else:
        ids = {name: index for index, name in enumerate(known)}
    return np.array([ids.get(name, UNKNOWN_WRITER) for name in names], dtype=np.int64)
