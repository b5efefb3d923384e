"""Spacings and sources that each break one rule, which the contract checks must catch."""

# ruff: noqa: ARG001, ARG005  # each fault gets the same arguments

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le

from mnistseq.core.array_types import Ints
from mnistseq.core.gap_request import GapRequest
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.protocols import Source, Spacing
from mnistseq.core.randomness import Stream
from mnistseq.errors import ArgumentError, SpacingError

PARENT = int(os.environ.setdefault("MNISTSEQ_TESTS_PARENT", str(os.getpid())))
"""The process id of the tests; a process that they spawn inherits this value."""


@dataclass(frozen=True)
class Least(Spacing):
    """Makes every gap the least; keeps all rules."""

    name: ClassVar[str] = "least"

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        request.check()
        if request.exact:
            raise SpacingError("no width is ever filled")
        return np.full((len(request.content), request.count), request.minimum)


# What is common to all kinds.


@dataclass
class NotFrozen(Spacing):
    """Not frozen."""

    name: ClassVar[str] = "not-frozen"

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        return Least().gaps(request, stream)


@dataclass(frozen=True)
class NoDocstring(Least):
    size: int = 1


@dataclass(frozen=True)
class BadName(Least):
    """Its name has a blank."""

    name: ClassVar[str] = "bad name"


@dataclass(frozen=True)
class NameIsParameter(Spacing):
    """Its name is a field."""

    name: str = "name-is-parameter"  # type: ignore[misc]  # the fault

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        return Least().gaps(request, stream)


@dataclass(frozen=True)
class NoBase:
    """Has every method of a spacing, but inherits from nothing."""

    name: ClassVar[str] = "no-base"

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        return Least().gaps(request, stream)


@dataclass(frozen=True)
class NotPicklable(Least):
    """Holds an object that cannot be pickled."""

    function: Any = field(default_factory=lambda: lambda: 0)


@dataclass(frozen=True, eq=False)
class CopyDiffers(Least):
    """Has copies that are not equal."""

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class BadDefault(Least):
    """Its default breaks its own range."""

    peak: Annotated[float, Ge(0), Le(1)] = 2.0


@dataclass(frozen=True)
class UncheckedRange(Least):
    """Declares its range in a form that is not checked."""

    size: Annotated[int, SimpleNamespace(ge=1)] = 3


@dataclass(frozen=True)
class UnknownType(Least):
    """Has a parameter that no file can hold."""

    sizes: np.random.RandomState | None = None


@dataclass(frozen=True)
class ChangesItself(Least):
    """Stores its calls in a parameter."""

    seen: list[int] = field(default_factory=list)

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        self.seen.append(request.count)
        return Least().gaps(request, stream)


@dataclass(frozen=True)
class Harmless(Least):
    """Has parameters of every sort, and keeps all rules."""

    peak: Annotated[float, Ge(0), Le(1)] = 0.5
    mode: Literal["a", "b"] = "a"
    flag: bool = False
    number: Annotated[int, Ge(1)] | None = None
    ends: tuple[int, int] = (1, 2)


# Spacings.


def _spacing(title: str, change: Callable[[Ints, GapRequest, Stream], Any]) -> type[Least]:
    """Return a strategy that changes the gaps of `Least`."""

    def gaps(self: Least, request: GapRequest, stream: Stream) -> Any:
        return change(Least.gaps(self, request, stream), request, stream)

    made = type(
        title,
        (Least,),
        {"__doc__": title, "name": title.lower(), "gaps": gaps, "__module__": __name__},
    )
    return dataclass(frozen=True)(made)


def _write_to_content(gaps: Ints, request: GapRequest, stream: Stream) -> Ints:
    request.content[:] = 0
    return gaps


def _refuse(gaps: Ints, request: GapRequest, stream: Stream) -> Ints:
    raise SpacingError("never")


def _refuse_widths(gaps: Ints, request: GapRequest, stream: Stream) -> Ints:
    if request.width is not None:
        raise SpacingError("no widths")
    return gaps


def _wrong_error(gaps: Ints, request: GapRequest, stream: Stream) -> Ints:
    raise ZeroDivisionError("an oversight")


def _uneven(gaps: Ints, steps: Any, request: GapRequest) -> Ints:
    uneven: Ints = gaps + np.minimum(steps, request.span) * (request.width is None)
    return uneven


Shape = _spacing("Shape", lambda gaps, request, stream: gaps[:, :0])
NoArray = _spacing("NoArray", lambda gaps, request, stream: gaps.tolist())
Floating = _spacing("Floating", lambda gaps, request, stream: gaps.astype(float))
OutOfRange = _spacing("OutOfRange", lambda gaps, request, stream: gaps - 1)
TooWide = _spacing("TooWide", lambda gaps, request, stream: np.full_like(gaps, request.maximum))
GlobalState = _spacing(
    "GlobalState",
    lambda gaps, request, stream: _uneven(gaps, np.random.randint(0, 9, gaps.shape), request),  # noqa: NPY002  # the fault
)
WithTheBatch = _spacing(
    "WithTheBatch",
    lambda gaps, request, stream: _uneven(gaps, np.arange(len(gaps))[:, None], request),
)
WithTheProcess = _spacing(
    "WithTheProcess",
    lambda gaps, request, stream: _uneven(gaps, int(os.getpid() != PARENT), request),
)
WritesToContent = _spacing("WritesToContent", _write_to_content)
RefusesAll = _spacing("RefusesAll", _refuse)
RefusesWidths = _spacing("RefusesWidths", _refuse_widths)
WrongError = _spacing("WrongError", _wrong_error)


@dataclass(frozen=True)
class IgnoresPairs(Least):
    """Declares that it understands the range of each pair, and ignores it."""

    pair_ranges: ClassVar[bool] = True


@dataclass(frozen=True)
class NoCheck(Least):
    """Returns gaps even where there is no room."""

    def gaps(self, request: GapRequest, stream: Stream) -> Ints:
        return np.full((len(request.content), request.count), request.minimum)


# Sources.


def bank(strength: int = 200, **columns: Any) -> GlyphBank:
    """Return two glyphs, a and b."""
    pixels = np.zeros((2, 8, 8), dtype=np.uint8)
    pixels[:, 2:5, 2:5] = strength
    given = {"pixels": pixels, "codes": np.arange(2), "alphabet": ("a", "b"), **columns}
    return GlyphBank(**given)


@dataclass(frozen=True)
class TwoGlyphs(Source):
    """Two glyphs, a and b; keeps all rules."""

    name: ClassVar[str] = "two-glyphs"

    def load(self, split: str, path: str | None) -> GlyphBank:
        if split != "train":
            raise ArgumentError(f"no split {split}")
        return self.make()

    def make(self) -> GlyphBank:
        return bank()


def _source(title: str, make: Callable[[], Any]) -> type[TwoGlyphs]:
    def method(self: TwoGlyphs) -> Any:
        return make()

    made = type(
        title,
        (TwoGlyphs,),
        {"__doc__": title, "name": title.lower(), "make": method, "__module__": __name__},
    )
    return dataclass(frozen=True)(made)


_COUNTER = count(1)


def _dark_on_light() -> GlyphBank:
    return bank(pixels=255 - bank().pixels)


def _paths(row: Any) -> GlyphBank:
    """Return two glyphs whose fields have 56 equal rows."""
    return bank(pixels=row.repeat(56, axis=1), paths=True)


NoBank = _source("NoBank", lambda: bank().pixels)
UnusedLabel = _source("UnusedLabel", lambda: bank(alphabet=("a", "b", "c")))
OddLabel = _source("OddLabel", lambda: bank(alphabet=("a", "b\nc")))
DarkOnLight = _source("DarkOnLight", _dark_on_light)
WrongInk = _source("WrongInk", lambda: bank(ink=np.zeros((2, 4), dtype=np.int64)))
NarrowCell = _source("NarrowCell", lambda: bank(widths=np.array([8, 4])))
NoDistances = _source("NoDistances", lambda: _paths(bank().pixels[:, 2:3]))
NoPath = _source("NoPath", lambda: _paths(np.full((2, 1, 8), 255, dtype=np.uint8)))
OtherEachTime = _source("OtherEachTime", lambda: bank(next(_COUNTER)))
OtherElsewhere = _source("OtherElsewhere", lambda: bank(100 + (os.getpid() != PARENT)))


@dataclass(frozen=True)
class AnySplit(TwoGlyphs):
    """Raises an error of Python for an unknown split."""

    def load(self, split: str, path: str | None) -> GlyphBank:
        return {"train": self.make()}[split]
