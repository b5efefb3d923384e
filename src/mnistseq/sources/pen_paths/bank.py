"""Make a bank of pen paths from drawings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.glyph_index import UNKNOWN_WRITER
from mnistseq.errors import SourceError
from mnistseq.imaging.stroke_fields import stroke_fields
from mnistseq.sources.banks.parallel_map import parallel_map
from mnistseq.sources.pen_paths.drawing import Drawing
from mnistseq.sources.pen_paths.placing import CellPlacer

VERSION = "paths 3"
"""Part of the cache key; increase it when fields are made differently from strokes."""


def path_bank(
    drawings: Sequence[Drawing], placer: CellPlacer, name: str, left_out: Sequence[str] = ()
) -> GlyphBank:
    """Make a bank from drawings.

    Parameters
    ----------
    placer : CellPlacer
        Determines their sizes and positions.
    name : str
        Name of the bank.
    left_out : sequence of str
        Glyphs that were left out, and why.

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
    """Convert names of writers to ids; None if no writer is known.

    If all names are numbers, these are the ids; otherwise ids follow the sorted names.
    """
    known = sorted(set(names) - {""})
    if not known:
        return None
    if all(name.isascii() and name.isdecimal() and len(name) < 19 for name in known):
        ids = {name: int(name) for name in known}
    else:
        ids = {name: index for index, name in enumerate(known)}
    return np.array([ids.get(name, UNKNOWN_WRITER) for name in names], dtype=np.int64)
