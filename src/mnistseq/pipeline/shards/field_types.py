"""Field types of records that are read from files, with limits on their values.

Pydantic checks the limits when a file is parsed; creating a record in code checks nothing.
Because importing pydantic takes 50 ms, each limit is a group in the sense of
`annotated_types`, which creates its members only when iterated over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, TypeAlias

from mnistseq.config.constraints import Positive, Range
from mnistseq.core.limits import MAX_WIDTH
from mnistseq.core.randomness import MAX_INDEX, MAX_SEED

_NOT_IN_NAMES = re.compile("[\\\\:\0\ud800-\udfff]")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class _Limit:
    """A limit that is created on demand."""

    __is_annotated_types_grouped_metadata__ = True

    def __init__(self, create: Callable[[], object]) -> None:
        self._create = create

    def __iter__(self) -> Iterator[object]:
        yield self._create()


def _strict() -> object:
    """Accept only numbers as numbers: neither ``"7"`` nor ``true``."""
    from pydantic import Strict

    return Strict()


def _checked(check: Callable[[str], str]) -> object:
    """Accept only strings for which a function does not raise ValueError."""
    from pydantic import AfterValidator

    return AfterValidator(check)


def _digest(value: str) -> str:
    if not _DIGEST.fullmatch(value):
        raise ValueError("should be a SHA-256 of 64 hexadecimal digits")
    return value


def _name(value: str) -> str:
    """Refuse names of files that would not be inside the data set."""
    if _NOT_IN_NAMES.search(value) or not all(part.strip(". ") for part in value.split("/")):
        raise ValueError(f"{value!r} is not a valid name in a data set")
    return value


def _suffix(value: str) -> str:
    _name(f"shard{value}")
    return value


def _folder(value: str) -> str:
    return _name(value) if value else value


def _by_kind() -> object:
    """Choose the type of a record by its `kind`."""
    from pydantic import Discriminator

    return Discriminator("kind")


_STRICT = _Limit(_strict)

Count: TypeAlias = Annotated[int, _STRICT, Range(0, MAX_INDEX)]
Number: TypeAlias = Annotated[int, _STRICT, Range(1, MAX_INDEX)]
Seed: TypeAlias = Annotated[int, _STRICT, Range(0, MAX_SEED)]
# Glyphs are at least one pixel wide, so longer sequences never fit; checking them would take ages.
Length: TypeAlias = Annotated[int, _STRICT, Range(1, MAX_WIDTH)]
Share: TypeAlias = Annotated[float, _STRICT, Positive(1)]
Flag: TypeAlias = Annotated[bool, _STRICT]
Digest: TypeAlias = Annotated[str, _Limit(partial(_checked, _digest))]
Name: TypeAlias = Annotated[str, _Limit(partial(_checked, _name))]
Folder: TypeAlias = Annotated[str, _Limit(partial(_checked, _folder))]
Suffix: TypeAlias = Annotated[str, _Limit(partial(_checked, _suffix))]
BY_KIND = _Limit(_by_kind)
