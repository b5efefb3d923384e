"""DatasetDescription: what both the card and croissant.json say about a data set."""

from __future__ import annotations

from dataclasses import dataclass

from mnistseq.core.record_schema import RecordSchema
from mnistseq.messages import plural
from mnistseq.pipeline.dataset.manifest import Manifest


@dataclass(frozen=True)
class DatasetDescription:
    """A description of a data set whose shards are complete.

    Attributes
    ----------
    manifest : Manifest
        Manifest without the files that are made from this description.
    record_schema : RecordSchema or None
        How other programs load the samples; None if they cannot.
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
        """Human-readable title."""
        return f"{plural(self.manifest.samples, 'image')} of sequences from {self.sources}"

    @property
    def description(self) -> str:
        """One sentence that describes the data set."""
        return (
            f"{self.title}: rows of glyphs with their labels and boxes, drawn by mnistseq "
            f"{self.manifest.mnistseq} from the seed {self.manifest.seed}"
        )
