"""What the card and the Croissant description of a data set say about it."""

from __future__ import annotations

from dataclasses import dataclass

from mnistseq.core.record_schema import RecordSchema
from mnistseq.messages import plural
from mnistseq.pipeline.dataset.manifest import Manifest


@dataclass(frozen=True)
class About:
    """A data set whose shards are made.

    Attributes
    ----------
    manifest : Manifest
        Without the files that describe the data set.
    record_schema : RecordSchema or None
        How other programs find the samples, if they can.
    """

    manifest: Manifest
    record_schema: RecordSchema | None

    @property
    def splits(self) -> list[str]:
        """Names of the splits."""
        return [split.name for split in self.manifest.splits]

    @property
    def sources(self) -> str:
        """Names of the sources."""
        names = (terms.source for terms in self.manifest.source.terms)
        return " and ".join(dict.fromkeys(names))

    @property
    def title(self) -> str:
        """A name for people."""
        return f"{plural(self.manifest.samples, 'image')} of sequences from {self.sources}"

    @property
    def description(self) -> str:
        """One sentence about what it is."""
        return (
            f"{self.title}: rows of glyphs with their labels and boxes, drawn by mnistseq "
            f"{self.manifest.mnistseq} from the seed {self.manifest.seed}"
        )
