"""What the card and the Croissant description of a data set say about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.record_schema import RecordSchema
from mnistseq.messages import plural
from mnistseq.pipeline.dataset.manifest import FileRecord, PlanRecord
from mnistseq.pipeline.shards.spec import Receipt


@dataclass(frozen=True)
class About:
    """A data set whose shards are made.

    Attributes
    ----------
    record : PlanRecord
    record_schema : RecordSchema or None
        How other programs find the samples, if they can.
    files : tuple of FileRecord
        Files of the whole data set.
    receipts : tuple of Receipt
        The shards, in the order of their samples.
    """

    record: PlanRecord
    record_schema: RecordSchema | None
    files: tuple[FileRecord, ...]
    receipts: tuple[Receipt, ...]

    @property
    def splits(self) -> tuple[str, ...]:
        """Names of the splits that have samples."""
        return tuple(dict.fromkeys(receipt.split for receipt in self.receipts))

    def shards_of(self, split: str) -> tuple[Receipt, ...]:
        """Return the shards of a split."""
        return tuple(receipt for receipt in self.receipts if receipt.split == split)

    @property
    def samples(self) -> int:
        """Number of samples."""
        return sum(receipt.samples for receipt in self.receipts)

    @property
    def bytes(self) -> int:
        """Total size of the shards."""
        return sum(receipt.bytes for receipt in self.receipts)

    @cached_property
    def sources(self) -> str:
        """Names of the sources."""
        names = (terms.source for terms in self.record.source.terms)
        return " and ".join(dict.fromkeys(names))

    @property
    def title(self) -> str:
        """A name for people."""
        return f"{plural(self.samples, 'image')} of sequences from {self.sources}"

    @property
    def description(self) -> str:
        """One sentence about what it is."""
        return (
            f"{self.title}: rows of glyphs with their labels and boxes, drawn by mnistseq "
            f"{self.record.mnistseq} from the seed {self.record.seed}"
        )

    @property
    def terms(self) -> Sequence[LicenceTerms]:
        """Licences of the glyphs, and whom to credit."""
        return self.record.source.terms
