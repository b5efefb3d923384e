"""Names of samples that a template makes of their texts, indices and columns."""

from __future__ import annotations

import pytest

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.rows.name_template import NameTemplate
from mnistseq.pipeline.rows.row import Row, RowPart
from mnistseq.pipeline.rows.shard_names import ShardNames


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{text}_{index}", "350_12"),
        ("{index:05d}-{text}", "00012-350"),
        ("{text}_{index:4}", "350_  12"),
        ("{index}", "12"),
        ("{split} {id} {name}", "val a1 n"),
        ("{{{text}}}", "{350}"),
    ],
)
def test_fields_are_filled_in(template: str, name: str) -> None:
    parsed = NameTemplate.parse(template, ["id"])
    assert parsed.format("350", 12, "val", "n", {"id": "a1"}) == name
    assert parsed.is_unique == ("index" in template)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{txt}_{index}", "unknown field 'txt'; did you mean 'text'?"),
        ("{text.real}", "unknown field 'text.real'"),
        ("{0}", "unknown field '0'"),
        ("{}", "unknown field ''"),
        ("a", "has no field, so all images would have one name"),
        ("", "has no field, so all images would have one name"),
        ("{text", "expected '}' before end of string"),
        ("{text:>9}", "{text} cannot be formatted like this; only the index can"),
        ("{text!r}", "{text} cannot be formatted like this"),
        ("{index:,}", "{index} cannot be formatted like this"),
        ("{text}{index}", "put {index} at the beginning or end, with a character between it"),
        ("{text}0{index}", "put {index} at the beginning or end"),
        ("{index}{text}", "put {index} at the beginning or end"),
        ("{text}_{index}_{split}", "put {index} at the beginning or end"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(template: str, message: str) -> None:
    with pytest.raises(ArgumentError) as error:
        NameTemplate.parse(template)
    assert str(error.value).startswith(f"name template {template!r}: {message}")


def problem(names: ShardNames, row: Row, split: str = "train") -> str | None:
    parts = [(split, RowPart(row, 0, row.samples))]
    found = names.problem(row, parts)
    if found is None:
        names.add(parts)
    return found


def test_names_without_an_index_must_differ_within_a_shard() -> None:
    names = ShardNames(3, NameTemplate.parse("{text}{id}", ["id"]), ["id"])
    assert problem(names, Row(("1", "2"), line=2, kept=("a",))) is None
    assert problem(names, Row(("1", "2"), line=3, kept=("b",))) is None
    repeated = Row(("1", "2"), line=4, kept=("A",))
    assert problem(names, repeated) == (
        "name '12A' is already used on line 2, as '12a'; upper and lower case are not distinguished"
    )
    assert problem(names, repeated, "val") is None
    assert problem(names, Row(("3",), line=5, kept=("",))) is None
    assert problem(names, repeated) is None


def test_several_images_of_a_row_need_an_index_or_a_name() -> None:
    row = Row(("1",), samples=2, name="n")
    assert problem(ShardNames(9, NameTemplate.parse("{text}")), row) == (
        "its 2 images would all have one name; add {index} to the name template '{text}'"
    )
    assert problem(ShardNames(9, NameTemplate.parse("{text}_{name}")), row) is None
    assert problem(ShardNames(9, NameTemplate.parse("{text}_{index}")), row) is None


def test_names_must_be_valid_on_every_file_system() -> None:
    names = ShardNames(9, NameTemplate.parse("{text}_{index}"))
    assert str(problem(names, Row(("1", "/", "2")))).startswith(
        "name '1/2_1' cannot be a file name"
    )
    assert str(problem(names, Row(("1",) * 95))).endswith("is longer than 100 bytes")
    assert problem(names, Row(("1",))) is None
    names = ShardNames(9, NameTemplate.parse("com{index}"))
    assert problem(names, Row(("1",))) == (
        "name 'com1' is the name of a device on Windows; put something before it"
    )


def test_a_row_without_a_name_cannot_be_named_by_it() -> None:
    names = ShardNames(9, NameTemplate.parse("{name}"))
    assert problem(names, Row(("1",))) == "has no name, which the name template '{name}' needs"
    assert problem(ShardNames(9, NameTemplate.parse("{text}")), Row(("1",), name="a")) is None
