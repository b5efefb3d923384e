"""A glyph transform: a pen that runs dry."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.array_types import Pixels
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream
from mnistseq.hookspecs import hookimpl


@dataclass(frozen=True)
class DryPen(GlyphTransform):
    """Make each glyph paler by a random amount; every pixel of ink keeps some."""

    name: ClassVar[str] = "dry-pen"

    least: Annotated[float, Ge(0), Le(1)] = field(
        default=0.4, metadata={"help": "smallest fraction of its ink that a glyph keeps"}
    )

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        """Multiply each glyph by a random number of its own."""
        share = self.least + (1 - self.least) * stream.uniform(1)
        share = share.reshape(len(glyphs), *[1] * (glyphs.ndim - 1))
        # Rounded up, so that every pixel of ink keeps some.
        return np.ceil(glyphs * share).astype(np.uint8)


@hookimpl
def mnistseq_glyph_transforms() -> list[type[DryPen]]:
    """Return the transform."""
    return [DryPen]
