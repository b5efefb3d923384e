"""Names of samples are unique within a shard."""

from __future__ import annotations

from mnistseq.pipeline.rows.row import Row, RowPart
from mnistseq.pipeline.rows.shard_names import ShardNames


def named(name: str | None, split: str = "train") -> tuple[Row, list[tuple[str, RowPart]]]:
    """A row of one sample, and where it goes."""
    row = Row(("1",), name=name, line=9)
    return row, [(split, RowPart(row, 0, 1))]


def problem(names: ShardNames, name: str | None, split: str = "train") -> str | None:
    return names.problem(*named(name, split))


def add(names: ShardNames, *given: str) -> None:
    for name in given:
        row, parts = named(name)
        assert names.problem(row, parts) is None
        names.add(parts)


def test_a_name_occurs_once_in_a_shard_and_again_in_the_next() -> None:
    names = ShardNames(3)
    add(names, "a", "b")
    assert problem(names, "B") == (
        "name 'B' is already used on line 9, as 'b'; upper and lower case are not distinguished"
    )
    assert problem(names, "a", "val") is None
    add(names, "c")
    assert problem(names, "a") is None
    add(names, "a")
    assert problem(names, "b") is None
    assert str(problem(names, "A")).startswith("name 'A' is already used on line 9")


def test_only_names_in_the_same_shard_are_compared_when_a_row_reaches_the_next() -> None:
    names = ShardNames(3)
    add(names, "x_0", "x_1")
    row = Row(("1",), samples=3, name="y")
    assert names.problem(row, [("train", RowPart(row, 0, 3))]) is None
    row = Row(("1",), samples=3, name="x")
    assert names.problem(row, [("val", RowPart(row, 0, 1)), ("train", RowPart(row, 1, 2))]) == (
        "name 'x_1' is already used on line 9"
    )
    # x_2 fills the shard, so that x_1 of a later part is in the next one.
    parts = [("train", RowPart(row, 2, 1)), ("train", RowPart(row, 1, 1))]
    assert names.problem(row, parts) is None


def test_names_that_a_file_system_does_not_distinguish_are_equal() -> None:
    names = ShardNames(10)
    add(names, "e\u0301te\u0301", "straße")
    assert problem(names, "ÉTÉ") is not None
    assert problem(names, "STRASSE") is not None


def test_a_full_shard_leaves_every_name_for_the_next() -> None:
    names = ShardNames(2)
    add(names, "a", "b")
    assert problem(names, "a") is None
    assert problem(names, "b") is None


def test_either_all_rows_have_a_name_or_none() -> None:
    names = ShardNames(10)
    add(names, "a")
    assert problem(names, None) == "has no name, but rows before it have one; name all rows or none"
    unnamed = ShardNames(10)
    assert problem(unnamed, None) is None
    assert (
        problem(unnamed, "a") == "has a name, but rows before it have none; name all rows or none"
    )
