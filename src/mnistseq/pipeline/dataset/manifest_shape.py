"""What a manifest has to look like before anything in it is relied on. Needs pydantic."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.layout import MAX_WIDTH
from mnistseq.core.randomness import MAX_INDEX, MAX_SEED
from mnistseq.pipeline.rows.parse import is_text
from mnistseq.pipeline.rows.row_file import RowFormat

_TOLD = 3

_NOT_IN_NAMES = frozenset("\\:\0")

_WORDS = {
    "model_type": "should be a table of keys and values",
    "model_attributes_type": "should be a table of keys and values",
    "dict_type": "should be a table of keys and values",
    "list_type": "should be a list",
    "union_tag_not_found": "should have a kind",
}
"""What pydantic says in Python's terms, in those of a file."""


def _inside(name: str) -> str:
    """A name that stays within the data set; ValueError for one that leads out of it."""
    parts = name.split("/")
    leads_out = not all(part.strip(". ") for part in parts)
    if leads_out or not _NOT_IN_NAMES.isdisjoint(name) or not is_text(name):
        raise ValueError(f"{name!r} is no name in a data set")
    return name


def _ending(suffix: str) -> str:
    """How a name may end; ValueError where a name would lead out of the data set by it."""
    _inside(f"shard{suffix}")
    return suffix


Count: TypeAlias = Annotated[int, Field(ge=0, le=MAX_INDEX)]
Number: TypeAlias = Annotated[int, Field(ge=1, le=MAX_INDEX)]
# A glyph takes a pixel at least. Whether longer ones fit would take for ever to find out.
Length: TypeAlias = Annotated[int, Field(ge=1, le=MAX_WIDTH)]
Share: TypeAlias = Annotated[float, Field(gt=0, le=1)]
Digest: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name: TypeAlias = Annotated[str, AfterValidator(_inside)]


class _Shape(BaseModel):
    """Keys of later versions are passed over; nothing is taken for what it is not."""

    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


class NameLine(_Shape):
    """What says of a file only that it is there."""

    name: Name


class FileLine(NameLine):
    """A file of the data set."""

    bytes: Count
    sha256: Digest


class ShardLine(FileLine):
    """A shard: what a line of the journal is, too."""

    split: Name
    first: Count
    samples: Number
    tag: str | None = None


class Drawn(_Shape):
    """What `RandomInput` says of itself."""

    kind: Literal["drawn"]
    samples: Number
    labels: Number
    shortest: Length
    longest: Length
    balanced: bool

    @model_validator(mode="after")
    def _in_order(self) -> Drawn:
        if self.shortest > self.longest:
            raise ValueError(f"shortest {self.shortest} exceeds longest {self.longest}")
        return self


class Rows(_Shape):
    """What `RowInput` says of itself."""

    kind: Literal["rows"]
    format: RowFormat
    bytes: Count
    sha256: Digest
    repeat: Number
    skip_bad: bool


class Source(_Shape):
    """Where glyphs came from."""

    name: str
    glyphs: Count
    fingerprint: str


class Format(_Shape):
    """What shards are; the parameters are checked against the format itself."""

    name: str
    parameters: dict[str, Any]
    suffix: Annotated[str, AfterValidator(_ending)]


class SplitLine(_Shape):
    """A split."""

    name: Name
    first: Count
    samples: Count


class Description(_Shape):
    """What was asked for: all there is in the plan of a data set that was begun.

    The config is checked as any other is, where something is drawn by it.
    """

    mnistseq: str
    algorithm: Count
    plugins: dict[str, str]
    seed: Annotated[int, Field(ge=0, le=MAX_SEED)]
    config: dict[str, Any]
    source: Source
    input: Annotated[Drawn | Rows, Field(discriminator="kind")]
    format: Format
    splits: Annotated[list[SplitLine], Field(min_length=1)]
    shares: dict[Name, Share]
    disjoint: Disjoint
    shard_samples: Number

    @model_validator(mode="after")
    def _agrees(self) -> Description:
        names = [split.name for split in self.splits]
        if list(self.shares) != names:
            raise ValueError(
                f"there are shares of {', '.join(self.shares) or 'nothing'}, but splits "
                f"{', '.join(names)}"
            )
        if not isclose(sum(self.shares.values()), 1, abs_tol=1e-6):
            raise ValueError(f"shares add up to {sum(self.shares.values()):g}, not to 1")
        samples = sum(split.samples for split in self.splits)
        if isinstance(self.input, Drawn) and samples != self.input.samples:
            raise ValueError(f"splits have {samples} samples, but input.samples is another number")
        if samples > MAX_INDEX:
            raise ValueError(f"splits have {samples} samples, but there can be {MAX_INDEX} at most")
        return self


class Manifest(Description):
    """What was asked for, and what came of it."""

    samples: Count
    bytes: Count
    files: list[FileLine]
    shards: list[ShardLine]


def check_shape(shape: type[BaseModel], values: object) -> None:
    """Hold what was read against a shape.

    Raises
    ------
    ValueError
        Whose text has the first few keys at fault: each with its value, and what it should be.
    """
    try:
        shape.model_validate(values)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        more = f"; and {len(faults) - _TOLD} more" if len(faults) > _TOLD else ""
        raise ValueError("; ".join(map(_told, faults[:_TOLD])) + more) from None


def _told(fault: ErrorDetails) -> str:
    from mnistseq.pipeline.dataset.manifest import short

    # Of an input, pydantic also names the kind that it was held against.
    kinds = {"drawn", "rows"} if fault["loc"][:1] == ("input",) else set()
    path = ".".join(str(part) for part in fault["loc"] if part not in kinds)
    if fault["type"] == "missing":
        return f"it has no {path}"
    text = _WORDS.get(fault["type"], fault["msg"])
    for before in ("Input ", "Value error, "):
        text = text.removeprefix(before)
    if fault["type"] == "value_error" and isinstance(fault["input"], Mapping):
        return f"{path}: {text}" if path else text
    return f"{path or 'it'} is {short(fault['input'])}: {text}"
