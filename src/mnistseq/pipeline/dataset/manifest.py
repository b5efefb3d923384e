"""The records of a data set: its plan, and the manifest of what was made by it.

Both are JSON files. They are parsed once, into the records below, and every limit is checked
then: anyone may have changed a file. Keys that are not in a record are passed over, because a
later version may write more of them. Records that are created here are not checked again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from hashlib import sha256
from math import isclose
from typing import Annotated, Any, Literal, TypeAlias

from mnistseq.config.constraints import NotEmpty
from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.random_sequences import LawName
from mnistseq.core.randomness import MAX_INDEX
from mnistseq.pipeline.dataset.record_parsing import load_json, parse_record
from mnistseq.pipeline.rows.readers import RowFormat
from mnistseq.pipeline.rows.row import BadRow
from mnistseq.pipeline.shards.field_types import (
    BY_KIND,
    Count,
    Digest,
    Flag,
    Folder,
    Length,
    Name,
    Number,
    Seed,
    Share,
    Suffix,
)
from mnistseq.pipeline.shards.layout import ShardLayout, SplitRange
from mnistseq.pipeline.shards.spec import Receipt


@dataclass(frozen=True)
class FileRecord:
    """A file of the data set.

    A by-product describes the data set and may be changed or removed, unlike all others.
    """

    name: Name
    bytes: Count
    sha256: Digest
    by_product: Flag = False


@dataclass(frozen=True)
class UnfinishedFile:
    """A file of the whole data set that a run is about to write."""

    name: Name


@dataclass(frozen=True)
class RandomRecord:
    """Random sequences: their number, and the law that they are drawn by.

    `weights` is the file of texts with weights, of which the data set holds a copy.
    """

    kind: Literal["drawn"]
    samples: Number
    labels: Number
    shortest: Length
    longest: Length
    balanced: Flag
    law: LawName = "uniform"
    weights: FileRecord | None = None

    def __post_init__(self) -> None:
        if self.shortest > self.longest:
            raise ValueError(f"shortest {self.shortest} exceeds longest {self.longest}")
        if (self.law == "weights") != (self.weights is not None):
            raise ValueError("a file of weights belongs to the law weights, and only to it")

    @property
    def kept(self) -> FileRecord | None:
        """The file of which the data set holds a copy, so that it can be made from itself."""
        return self.weights


@dataclass(frozen=True)
class RowsRecord:
    """Rows of a file. It is known by its content, because the data set holds a copy of it.

    Attributes
    ----------
    column : str or None
        The column with the sequences, if it was chosen.
    keep : tuple of str
        Columns that are recorded with every sample.
    """

    kind: Literal["rows"]
    format: RowFormat
    bytes: Count
    sha256: Digest
    repeat: Number
    skip_bad: Flag
    column: str | None = None
    keep: tuple[str, ...] = ()

    @property
    def kept(self) -> FileRecord:
        """The file of which the data set holds a copy."""
        return FileRecord(f"sequences.{self.format}", self.bytes, self.sha256)


InputRecord: TypeAlias = Annotated[RandomRecord | RowsRecord, BY_KIND]


@dataclass(frozen=True)
class TermsRecord(LicenceTerms):
    """The terms of one source's glyphs."""

    source: str = field(kw_only=True)


@dataclass(frozen=True)
class SourceRecord:
    """The source of the glyphs, labels of it that were left out, and under what terms they are."""

    name: str
    glyphs: Count
    fingerprint: str
    left_out: tuple[str, ...] = ()
    terms: tuple[TermsRecord, ...] = ()


@dataclass(frozen=True)
class SkippedRecord:
    """How many rows were skipped, and the first of them."""

    rows: Count
    first: tuple[BadRow, ...]


@dataclass(frozen=True)
class FormatRecord:
    """The format of the shards. Its parameters are checked when the format is created.

    `versions` are those of the libraries that decide the bytes of a shard. A receipt has its own
    if its shard was made with other versions.
    """

    name: str
    parameters: dict[str, object]
    suffix: Suffix
    versions: dict[str, str] = field(default_factory=dict)
    folder: Folder = ""


@dataclass(frozen=True)
class PathRecord:
    """A path in the config, which the config itself has relative to the data set, or as a name.

    Attributes
    ----------
    key : str
        Its key in the config, such as ``source.path`` or ``canvas.transform[0].folder``.
    relative : bool
        Whether it is relative to the folder of the data set; otherwise it is a name.
    sha256 : str or None
        Hash of the contents; None for the path of a source, whose glyphs have a fingerprint.
    """

    key: str
    relative: Flag
    sha256: Digest | None = None


@dataclass(frozen=True)
class PlanRecord:
    """All that decides what a data set contains.

    The config is checked, as any other is, when something is drawn by it. `name` is the template
    of the samples' names, if there is one; `paths` are the paths in the config.
    """

    mnistseq: str
    algorithm: Count
    plugins: dict[str, str]
    seed: Seed
    config: dict[str, object]
    source: SourceRecord
    input: InputRecord
    skipped: SkippedRecord
    format: FormatRecord
    splits: Annotated[tuple[SplitRange, ...], NotEmpty()]
    shares: dict[Name, Share]
    disjoint: Disjoint
    shard_samples: Number
    name: str | None = field(default=None, kw_only=True)
    paths: tuple[PathRecord, ...] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        names = [split.name for split in self.splits]
        if list(self.shares) != names:
            raise ValueError(
                f"there are shares of {', '.join(self.shares) or 'nothing'}, but splits "
                f"{', '.join(names)}"
            )
        if not isclose(sum(self.shares.values()), 1, abs_tol=1e-6):
            raise ValueError(f"shares add up to {sum(self.shares.values()):g}, not to 1")
        samples = self.layout.samples
        if isinstance(self.input, RandomRecord) and samples != self.input.samples:
            raise ValueError(f"splits have {samples} samples, but input.samples is another number")
        if samples > MAX_INDEX:
            raise ValueError(f"splits have {samples} samples, but at most {MAX_INDEX} are possible")

    @property
    def layout(self) -> ShardLayout:
        """The shards of the data set."""
        return ShardLayout(self.splits, self.shard_samples, self.format.suffix, self.format.folder)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as it is written, without what was made by it."""
        return _plain_fields(self, PlanRecord)


@dataclass(frozen=True)
class Manifest(PlanRecord):
    """The plan of a finished data set, and what was made by it.

    Attributes
    ----------
    files : tuple of FileRecord
        Files that are not shards.
    samples, bytes : int
        Totals of the shards.
    shards : tuple of Receipt
        In the order of their samples.
    """

    files: tuple[FileRecord, ...]
    samples: Count
    bytes: Count
    shards: tuple[Receipt, ...]

    @classmethod
    def of(
        cls, plan: PlanRecord, files: Iterable[FileRecord], receipts: Iterable[Receipt]
    ) -> Manifest:
        """Return the manifest of a data set whose shards have these receipts."""
        shards = tuple(sorted(receipts, key=lambda receipt: receipt.first))
        return cls(
            **{item.name: getattr(plan, item.name) for item in fields(PlanRecord)},
            files=tuple(files),
            samples=sum(receipt.samples for receipt in shards),
            bytes=sum(receipt.bytes for receipt in shards),
            shards=shards,
        )

    def shards_of(self, split: str) -> tuple[Receipt, ...]:
        """Return the shards of a split."""
        return tuple(shard for shard in self.shards if shard.split == split)


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the content of a manifest's file, with each shard on a line of its own."""
    head = manifest.to_json() | {
        "files": _plain(manifest.files),
        "samples": manifest.samples,
        "bytes": manifest.bytes,
    }
    shards = [receipt.to_json() for receipt in manifest.shards]
    head["content_sha256"] = _digest_of({**head, "shards": shards})
    lines = ",\n".join("    " + json.dumps(shard) for shard in shards)
    text = json.dumps(head, indent=2, ensure_ascii=False)
    whole = f'{text[:-2]},\n  "shards": [\n{lines}\n  ]\n}}\n'
    # Half of a surrogate pair, which a skipped row may contain, stays an escape as in JSON.
    return whole.encode("utf-8", "backslashreplace")


def parse_manifest(content: bytes) -> Manifest:
    """Parse the manifest of a finished data set; ValueError with what is wrong with it."""
    manifest: Manifest = parse_record(Manifest, load_json(content))
    return manifest


def is_intact(content: bytes) -> bool:
    """Whether a manifest's file is as it was written, by the hash that it contains of itself.

    The hash shows accidents. Anyone who changes a manifest on purpose can change it, too.
    Manifests of earlier versions have none, and are taken as intact.
    """
    values = load_json(content)
    if not isinstance(values, dict):
        return False
    recorded = values.pop("content_sha256", None)
    return recorded is None or recorded == _digest_of(values)


def _digest_of(values: dict[str, Any]) -> str:
    """Return the SHA-256 of values as canonical JSON: keys sorted, no blanks, ASCII."""
    return sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def parse_plan(content: bytes) -> PlanRecord:
    """Parse the plan of an unfinished data set; ValueError with what is wrong with it."""
    plan: PlanRecord = parse_record(PlanRecord, load_json(content))
    return plan


def parse_receipt(line: object) -> Receipt:
    """Parse a line of the journal; ValueError with what is wrong with it."""
    receipt: Receipt = parse_record(Receipt, line)
    return receipt


def parse_unfinished_files(content: bytes) -> list[str]:
    """Parse the names of files of the whole data set; ValueError with what is wrong with them."""
    files: tuple[UnfinishedFile, ...] = parse_record(tuple[UnfinishedFile, ...], load_json(content))
    return [file.name for file in files]


def _plain(value: object) -> Any:
    """Return a record as a table; a field that is optional and at its default is left out."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, type) or not is_dataclass(value):
        return value
    return _plain_fields(value, type(value))


def _plain_fields(value: object, kind: Any) -> dict[str, Any]:
    """Return those fields of a record that a kind of record has, without those at their default."""
    return {
        item.name: _plain(getattr(value, item.name))
        for item in fields(kind)
        if item.default is MISSING or getattr(value, item.name) != item.default
    }
