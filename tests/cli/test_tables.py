"""``mnistseq batch`` with tables: columns, names of images, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Call
from tests.datasets import manifest

ASKED = ("--seed", 1, "-j", 1, "-o", "out")


def records(out: Path) -> list[dict[str, object]]:
    lines = (out / "train/00000/metadata.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    ("content", "options", "texts"),
    [
        ("id,label\n1,5\n2,7\n3,0\n", (), ["5", "7", "0"]),
        ("filename,words\n1.jpg,0012\n2.jpg,4567\n", (), ["0012", "4567"]),
        ("id,sequence\na1,350\na2,010\n", ("--keep", "id"), ["350", "010"]),
        ("sequence;width\n010;200\n350;\n", (), ["010", "350"]),
        ("postcode\n12345\n02134\n", ("--column", "postcode"), ["12345", "02134"]),
    ],
)
def test_ordinary_tables_are_drawn(
    call: Call, folder: Path, content: str, options: tuple[str, ...], texts: list[str]
) -> None:
    (folder / "r.csv").write_text(content)
    done = call("batch", "r.csv", *ASKED, *options)
    assert done.code == 0, done
    assert [record["text"] for record in records(folder / "out")] == texts


def test_columns_that_are_not_used_are_named(call: Call, folder: Path) -> None:
    (folder / "r.csv").write_text("id,region,text\n1,n,5\n")
    asked = ("batch", "r.csv", "--dry-run", *ASKED)
    assert "columns id, region are not used; --keep records" in call(*asked).err
    assert "column region is not used; --keep records" in call(*asked, "--keep", "ID").err
    assert call(*asked, "--quiet").err == ""
    assert call(*asked, "--keep", "id,region").err == ""


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        (
            "postcode\n12345\n02134\n",
            ("--skip-bad",),
            "r.csv: no column called sequence; choose one with --column: postcode",
        ),
        (
            "text,label\n12,34\n",
            (),
            "could both be the sequences; choose one with --column: text, label",
        ),
        (
            "id,text\n1,12\n",
            ("--keep", "id,area"),
            "r.csv: no column called area; choose one with --keep: id, text",
        ),
        (
            "sequence,name\n12,a b\n34,a b\n",
            (),
            "line 3: name 'a b' is already used on line 2\n--skip-bad skips rows that cannot be",
        ),
        ("12\n12\n", ("--name", "{text}"), "line 2: name '12' is already used on line 1"),
        ("12\n", ("--name", "{txt}"), "name template '{txt}': unknown field 'txt'; did you mean"),
        ("12\n", ("--keep", ","), "--keep ',': give names separated by commas: id,region"),
        ('"1\n2"\n', (), "line 1: a quote is opened on this line and not closed on it"),
    ],
)
def test_a_table_that_cannot_be_drawn_is_refused(
    refused: Callable[..., str],
    folder: Path,
    content: str,
    options: tuple[str, ...],
    message: str,
) -> None:
    (folder / "r.csv").write_text(content)
    assert message in refused("batch", "r.csv", *ASKED, *options)


@pytest.mark.parametrize(
    ("option", "value"), [("--column", "text"), ("--keep", "id"), ("--input-format", "csv")]
)
def test_options_of_tables_need_a_file(
    refused: Callable[..., str], option: str, value: str
) -> None:
    message = refused("batch", "--count", 3, *ASKED, option, value)
    assert f"{option} applies only to a file of sequences; give one" in message


def test_numbers_of_one_digit_are_not_skipped(call: Call, folder: Path) -> None:
    (folder / "r.csv").write_text("text\n7\n12\n")
    assert call("batch", "r.csv", *ASKED, "--skip-bad").code == 0
    assert manifest(folder / "out")["skipped"]["rows"] == 0
    assert manifest(folder / "out")["samples"] == 2


def test_a_text_of_a_pattern_that_cannot_be_drawn_is_named(refused: Callable[..., str]) -> None:
    asked = ("batch", "--count", 4, "--pattern", "1{9}", "--width", 100, *ASKED)
    message = refused(*asked)
    assert "pattern 1{9}: 4 texts cannot be drawn\ntext 1, '111111111': width 100" in message
    assert message.endswith("--skip-bad skips texts that cannot be drawn\n")


def test_images_are_named_by_their_text(call: Call, folder: Path) -> None:
    done = call("batch", "--count", 3, "--name", "{text}_{index}", *ASKED)
    assert done.code == 0, done
    names = [
        f"{record['text']}_{index}.png" for index, record in enumerate(records(folder / "out"))
    ]
    assert [record["file_name"] for record in records(folder / "out")] == names
    assert all((folder / "out/train/00000" / name).exists() for name in names)
