"""Pen paths from JSON Lines, of the user's or of Quick, Draw!."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnistseq import Config
from mnistseq.core.distance_fields import ON_PATH
from mnistseq.errors import ArgumentError, MissingSourceError, SourceError
from mnistseq.pipeline.composers import build_composer
from mnistseq.sources.strokes import Strokes
from mnistseq.testing import check_source

SEVEN = [[[0, 0], [40, 0], [10, 80]], [[5, 40], [35, 40]]]


def line(**changes: Any) -> str:
    return json.dumps({"label": "7", "writer": "ann", "strokes": SEVEN, **changes})


def write(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


def box(field: np.ndarray[Any, np.dtype[np.uint8]]) -> list[int]:
    """x0, y0, x1, y1 of the path in a field, in half units."""
    rows, columns = np.nonzero(field < ON_PATH)
    return [int(value) for value in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)]


def test_a_line_is_a_glyph_with_label_and_writer(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", line(), "", line(label="é", writer="bob"), line(writer="bob")
    )
    bank = Strokes().load("train", path)
    assert bank.paths
    assert bank.name == "strokes a.jsonl"
    assert [bank.alphabet[code] for code in bank.codes] == ["7", "é", "7"]
    assert bank.writers is not None
    assert bank.writers.tolist() == [0, 1, 1]
    np.testing.assert_array_equal(bank.pixels[0], bank.pixels[2])
    # 20 units high and 10 wide, in the middle of 28 x 28; a unit is two pixels.
    assert box(bank.pixels[0]) == pytest.approx([18, 8, 38, 48], abs=1)


def test_writers_may_be_numbers_or_unknown(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", line(writer=12), line(writer=None), line(writer="3"))
    bank = Strokes().load("train", path)
    assert bank.writers is not None
    assert bank.writers.tolist() == [12, -1, 3]
    anonymous = write(tmp_path / "b.jsonl", json.dumps({"label": "7", "strokes": SEVEN}))
    assert Strokes().load("train", anonymous).writers is None


def test_the_form_of_quick_draw_is_read(tmp_path: Path) -> None:
    columns = [[list(values) for values in zip(*stroke, strict=True)] for stroke in SEVEN]
    simplified = json.dumps({"word": "7", "countrycode": "DE", "drawing": columns})
    times = [[*stroke, [0] * len(stroke[0])] for stroke in columns]
    raw = json.dumps({"word": "7", "recognized": True, "drawing": times})
    path = write(tmp_path / "seven.ndjson", simplified, raw, line())
    bank = Strokes().load("train", path)
    np.testing.assert_array_equal(bank.pixels[0], bank.pixels[2])
    np.testing.assert_array_equal(bank.pixels[1], bank.pixels[2])


def test_y_may_grow_upwards(tmp_path: Path) -> None:
    turned = [[[x, -y] for x, y in stroke] for stroke in SEVEN]
    up = Strokes(y="up").load("train", write(tmp_path / "up.jsonl", line(strokes=turned)))
    down = Strokes().load("train", write(tmp_path / "down.jsonl", line()))
    np.testing.assert_array_equal(up.pixels, down.pixels)


def test_with_natural_sizes_a_point_stays_a_point(tmp_path: Path) -> None:
    moved = [[[x, y + 2] for x, y in stroke] for stroke in SEVEN]
    point = [[[100, 77], [102, 80]]]
    path = write(
        tmp_path / "a.jsonl",
        *(line(), line(strokes=moved), line(), line(strokes=moved), line()),
        line(label=".", strokes=point),
    )
    natural = box(Strokes(sizes="natural").load("train", path).pixels[5])
    equal = box(Strokes().load("train", path).pixels[5])
    assert natural[3] - natural[1] <= 3
    assert natural[3] == pytest.approx(48, abs=2)
    assert equal[3] - equal[1] > 35


def test_a_folder_may_have_a_file_for_each_word_or_split(tmp_path: Path) -> None:
    write(tmp_path / "cat.ndjson", line(label="cat"))
    write(tmp_path / "dog.ndjson", line(label="dog"))
    (tmp_path / "notes.txt").write_text("not drawings")
    assert Strokes().load("train", str(tmp_path)).alphabet == ("cat", "dog")
    assert Strokes().splits(str(tmp_path)) == ()
    for name in ("cat", "dog"):
        (tmp_path / f"{name}.ndjson").rename(tmp_path / f"{name}-train.ndjson")
    write(tmp_path / "cat-test.ndjson", line(label="cat"), line(label="cat"))
    assert Strokes().splits(str(tmp_path)) == ("test", "train")
    assert len(Strokes().load("testing", str(tmp_path))) == 2
    with pytest.raises(SourceError, match=r"has no file of the split 'val'; it has test, train$"):
        Strokes().load("val", str(tmp_path))
    write(tmp_path / "cow.ndjson", line())
    with pytest.raises(SourceError, match=r"contain a split, but not cow\.ndjson; give all of"):
        Strokes().load("train", str(tmp_path))


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("{", r"is not JSON: .*; each line must be one object"),
        ("[1, 2]", r"is not an object with label and strokes"),
        (line(label=7), r"label is 7; it must be a string"),
        (line(label=""), r"labels cannot be empty, .*: ''; give another label"),
        (line(label="a\nb"), r"the end of a line"),
        (line(writer=[1]), r"writer is \[1\]; it must be a string or an integer"),
        (line(writer=1.5), r"writer is 1\.5; it must be a string or an integer"),
        (json.dumps({"label": "7"}), r"strokes is missing; it must be a list of strokes"),
        (line(strokes=[]), r"strokes is \[\]; it must be a list of strokes \[\[x, y\], …\]"),
        (line(strokes=[[[1, 2]], []]), r"stroke 2 is \[\]; it must be \[\[x, y\], …\]"),
        (line(strokes=[[[1, 2], [3]]]), r"stroke 1 is \[\[1, 2\], \[3\]\]; it must be"),
        (line(strokes=[[1, 2]]), r"stroke 1 is \[1, 2\]; it must be"),
        (line(strokes=[[["a", "b"]]]), r"stroke 1 is \[\['a', 'b'\]\]; it must be"),
        (line(strokes=[[["1", "2"]]]), r"stroke 1 is \[\['1', '2'\]\]; it must be"),
        (line(strokes=[[[True, False]]]), r"stroke 1 is \[\[True, False\]\]; it must be"),
        (line(strokes=[[[1, None]]]), r"stroke 1 is \[\[1, None\]\]; it must be"),
        (line(strokes=[[[1, 2e9]]]), r"stroke 1 has a coordinate that is not from -1e9 to 1e9"),
        (
            json.dumps({"word": "7", "drawing": [[[1, 2], [3]]]}),
            r"stroke 1 is \[\[1, 2\], \[3\]\]; it must be \[\[x, …\], \[y, …\]\]",
        ),
        (json.dumps({"drawing": [[[1], [3]]]}), r"label is missing; it must be a string"),
    ],
)
def test_a_line_of_another_form_is_named(tmp_path: Path, second: str, message: str) -> None:
    path = write(tmp_path / "a.jsonl", line(), second)
    with pytest.raises(SourceError, match=rf"a\.jsonl: line 2: .*{message}"):
        Strokes().load("train", path)


def test_files_of_editors_with_another_encoding_are_read_or_named(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(line(), "utf-8-sig")
    assert Strokes().load("train", str(file)).alphabet == ("7",)
    file.write_text('{"label": "é"}', "latin-1")
    with pytest.raises(SourceError, match=r"line 1: is not UTF-8 text; save the file as UTF-8$"):
        Strokes().load("train", str(file))


def test_a_line_that_is_too_long_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", line(), line(note="x" * (1 << 20)))
    with pytest.raises(SourceError, match=r"a\.jsonl: line 2: is longer than 1 MiB$"):
        Strokes().load("train", path)


def test_files_that_are_missing_or_empty_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"source strokes needs source\.path"):
        Strokes().load("train", None)
    with pytest.raises(MissingSourceError, match="no such file or folder"):
        Strokes().load("train", str(tmp_path / "gone.jsonl"))
    with pytest.raises(SourceError, match=r"contains no files \.jsonl or \.ndjson$"):
        Strokes().load("train", str(tmp_path))
    with pytest.raises(SourceError, match=r"source strokes a\.jsonl has no glyphs"):
        Strokes().load("train", write(tmp_path / "a.jsonl", ""))


def test_each_image_is_by_one_writer_of_all_sources(tmp_path: Path) -> None:
    digits = [line(label=str(digit)) for digit in range(10)]
    config = Config.of(
        {
            "source": {
                "mix": [
                    {"name": "pendigits", "split": "test"},
                    {"name": "strokes", "path": write(tmp_path / "ann.jsonl", *digits)},
                ],
                "writer": "one",
            },
            "image": {"pen": "0.05-0.08"},
        }
    )
    batch = build_composer(config).compose(["2718281828"] * 60, seed=4)
    assert all(writer is not None for writer in batch.writers)
    in_strokes = batch.flat_glyph_ids.reshape(60, 10) >= 3498
    assert np.array_equal(in_strokes.any(axis=1), in_strokes.all(axis=1))
    assert 0 < in_strokes.all(axis=1).sum() < 20


def test_it_keeps_the_contract_of_sources(tmp_path: Path) -> None:
    check_source(Strokes(), "train", write(tmp_path / "a.jsonl", line(), line(label="1")))
