"""Manifest and PlanRecord: typed records of a data set's JSON files.

The files are parsed once, into the records below, which checks all limits, because anyone may
have changed a file. Unknown keys are ignored, because later versions may add some. Records
created in this process are not checked again.
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

    Only by-products, which describe the data set, may be changed or removed.
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
    """Random sequences: their number and their law.

    `weights` is the data set's copy of the file of texts with weights.
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
        """The copy of the input file in the data set, if there is one."""
        return self.weights


@dataclass(frozen=True)
class RowsRecord:
    """Rows of a file, identified by its content; the data set contains a copy.

    Attributes
    ----------
    column : str or None
        Column with the sequences, if one was chosen.
    keep : tuple of str
        Columns recorded with every sample.
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
        """The copy of the input file in the data set."""
        return FileRecord(f"sequences.{self.format}", self.bytes, self.sha256)


InputRecord: TypeAlias = Annotated[RandomRecord | RowsRecord, BY_KIND]


@dataclass(frozen=True)
class TermsRecord(LicenceTerms):
    """The licence terms of one source."""

    source: str = field(kw_only=True)


@dataclass(frozen=True)
class SourceRecord:
    """The source of the glyphs, the labels left out, and the licence terms."""

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
    """The format of the shards; its parameters are checked when the format is created.

    `versions` are those of libraries that affect the bytes of a shard. The receipt of a shard that
    was made with other versions contains those.
    """

    name: str
    parameters: dict[str, object]
    suffix: Suffix
    versions: dict[str, str] = field(default_factory=dict)
    folder: Folder = ""


@dataclass(frozen=True)
class PathRecord:
    """A path in the config, recorded as a relative path or as a mere name.

    Attributes
    ----------
    key : str
        Config key, such as ``source.path`` or ``canvas.transform[0].folder``.
    relative : bool
        Whether the path is relative to the folder of the data set; otherwise it is only a name.
    sha256 : str or None
        Hash of the contents; None for a source, whose glyphs have a fingerprint.
    """

    key: str
    relative: Flag
    sha256: Digest | None = None


@dataclass(frozen=True)
class PlanRecord:
    """Everything that determines the contents of a data set.

    The config is validated when it is used for drawing. `name` is the template of the samples'
    names, if there is one; `paths` are the paths in the config.
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
        """Return the plan for its file, without the additional fields of a manifest."""
        return _plain_fields(self, PlanRecord)


@dataclass(frozen=True)
class Manifest(PlanRecord):
    """The plan of a finished data set, with its files and shards.

    Attributes
    ----------
    files : tuple of FileRecord
        Files that are not shards.
    samples, bytes : int
        Totals of the shards.
    shards : tuple of Receipt
        Receipts, in the order of their samples.
    """

    files: tuple[FileRecord, ...]
    samples: Count
    bytes: Count
    shards: tuple[Receipt, ...]

    @classmethod
    def of(
        cls, plan: PlanRecord, files: Iterable[FileRecord], receipts: Iterable[Receipt]
    ) -> Manifest:
        """Return the manifest of a data set with these files and receipts."""
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
    """Return the content of a manifest file, with each shard on its own line."""
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
    # Lone surrogates, which a skipped row may contain, stay escaped.
    return whole.encode("utf-8", "backslashreplace")


def parse_manifest(content: bytes) -> Manifest:
    """Parse the manifest of a finished data set; ValueError says what is wrong."""
    manifest: Manifest = parse_record(Manifest, load_json(content))
    return manifest


def is_intact(content: bytes) -> bool:
    """Return whether a manifest file is unchanged, according to the hash that it contains.

    The hash detects accidents, but not tampering, because anyone can update it. Manifests of
    earlier versions have no hash, and count as intact.
    """
    values = load_json(content)
    if not isinstance(values, dict):
        return False
    recorded = values.pop("content_sha256", None)
    return recorded is None or recorded == _digest_of(values)


def _digest_of(values: dict[str, Any]) -> str:
    """Return the SHA-256 of values as canonical JSON: sorted keys, no blanks, ASCII."""
    return sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def parse_plan(content: bytes) -> PlanRecord:
    """Parse the plan of an unfinished data set; ValueError says what is wrong."""
    plan: PlanRecord = parse_record(PlanRecord, load_json(content))
    return plan


def parse_receipt(line: object) -> Receipt:
    """Parse a line of the journal; ValueError says what is wrong."""
    receipt: Receipt = parse_record(Receipt, line)
    return receipt


def parse_unfinished_files(content: bytes) -> list[str]:
    """Parse names of files of the whole data set; ValueError says what is wrong."""
    files: tuple[UnfinishedFile, ...] = parse_record(tuple[UnfinishedFile, ...], load_json(content))
    return [file.name for file in files]


def _plain(value: object) -> Any:
    """Convert a record to a table, without optional fields that have their default."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, type) or not is_dataclass(value):
        return value
    return _plain_fields(value, type(value))


def _plain_fields(value: object, kind: Any) -> dict[str, Any]:
    """Convert the fields that `kind` declares, without optional ones that have their default."""
    return {
        item.name: _plain(getattr(value, item.name))
        for item in fields(kind)
        if item.default is MISSING or getattr(value, item.name) != item.default
    }
