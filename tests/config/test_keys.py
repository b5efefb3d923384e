"""What the annotation of a key allows, and how it is described."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt, Interval, Le, Lt, MinLen

from mnistseq.config.constraints import Range
from mnistseq.config.keys import Kind, config_keys


@pytest.mark.parametrize(
    ("hint", "description"),
    [
        (int, "a whole number"),
        (str | None, "a string, or null"),
        (Literal["a", "b"], "a, b"),
        (Literal["a", "b"] | None, "a, b, or null"),
        (Annotated[int, Range(1, 9)], "a whole number from 1 to 9"),
        (Annotated[int, Range(1, 9)] | None, "a whole number from 1 to 9, or null"),
        (Annotated[float, Gt(0), Le(10_000)], "a number above 0, up to 10000"),
        (Annotated[float, Ge(0), Lt(1)], "a number from 0, below 1"),
        (Annotated[float, Gt(0), Lt(1)], "a number above 0, below 1"),
        (Annotated[float, Interval(ge=0, le=1)], "a number from 0 to 1"),
        (Annotated[float, Gt(0)], "a number above 0"),
        (Annotated[float, Ge(0)], "a number of 0 or more"),
        (Annotated[float, Lt(0)], "a number below 0"),
        (Annotated[float, Le(0)], "a number of 0 or less"),
        (Annotated[str, MinLen(1)], "a string"),
        (tuple[Annotated[float, Ge(0)], ...], "a list of a number of 0 or more"),
        (tuple[int, str], "a list [a whole number, a string]"),
        (dict[str, int], "dict[str, int]"),
    ],
)
def test_a_kind_is_described(hint: Any, description: str) -> None:
    assert str(Kind.of(hint)) == description


def test_a_range_contains_its_ends_only_if_they_are_included() -> None:
    kind = Kind.of(Annotated[float, Gt(0), Le(10)])
    assert [kind.contains(number) for number in (-1, 0, 0.1, 10, 10.1)] == [
        False, False, True, True, False,
    ]  # fmt: skip
    assert Kind.of(float).contains(1e300)


def test_every_key_of_a_config_has_help_and_a_default() -> None:
    for key in config_keys():
        assert key.help, key.path
        assert key.default is None or isinstance(key.default, str | int | list | dict), key.path
