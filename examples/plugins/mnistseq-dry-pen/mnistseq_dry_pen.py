"""A glyph transform: a pen that runs dry."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.arrays import Pixels
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.hookspecs import hookimpl


@dataclass(frozen=True)
class DryPen(GlyphTransform):
    """Paler ink: each glyph keeps a share of its strength, at random, and no pixel loses all."""

    name: ClassVar[str] = "dry-pen"

    least: Annotated[float, Ge(0), Le(1)] = field(
        default=0.4, metadata={"help": "the smallest share of its ink that a glyph keeps"}
    )

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Make each glyph paler by a number of its own."""
        share = self.least + (1 - self.least) * stream.uniform(1)
        share = share.reshape(len(glyphs), *[1] * (glyphs.ndim - 1))
        # Rounded up, so that ink stays ink however pale it gets.
        return np.ceil(glyphs * share).astype(np.uint8)


@hookimpl
def mnistseq_glyph_transforms() -> list[type[DryPen]]:
    """Bring the transform."""
    return [DryPen]
