"""Reading UNIPEN's text format: numbers of components, includes, and what breaks the format."""

from __future__ import annotations

import numpy as np
import pytest

from mnistseq.errors import SourceError
from mnistseq.sources.pen_paths.unipen_text import Content, read_unipen


def nothing(name: str) -> Content:
    raise AssertionError(f"{name} should not be included")


def read(text: str) -> Content:
    return read_unipen(text, "a.dat", nothing)


STROKES = """.VERSION 1.0
.PEN_DOWN
1 2
3 4
.PEN_UP
.DT 100
.PEN_DOWN
  5 6
.PEN_UP
7 8
.PEN_DOWN
9 10
"""


def test_components_with_points_are_numbered_whether_the_pen_is_up_or_down() -> None:
    content = read(STROKES + '.SEGMENT CHARACTER 1-3 ? "4"\n')
    assert [(item.down, len(item.points)) for item in content.components] == [
        (True, 2),
        (True, 1),
        (False, 1),
        (True, 1),
    ]
    [segment] = content.segments
    assert [stroke.tolist() for stroke in segment.strokes] == [[[5, 6]], [[9, 10]]]
    assert (segment.label, segment.line) == ("4", 13)


def test_a_segment_may_precede_its_strokes_and_take_a_part_of_them() -> None:
    text = '.SEGMENT CHARACTER 0:1-1:0,3 OK "\\""\n.COMMENT not from the tablet\n' + STROKES
    [segment] = read(text).segments
    assert [stroke.tolist() for stroke in segment.strokes] == [[[3, 4]], [[5, 6]], [[9, 10]]]
    assert segment.label == '"'
    assert segment.comment == "not from the tablet"


@pytest.mark.parametrize(
    ("written", "label"),
    [('"\\\\"', "\\"), ('"\\""', '"'), ('"a"', "a"), ('"\\@"', ""), ('"@"', "@")],
)
def test_labels_are_unescaped(written: str, label: str) -> None:
    assert read(f"{STROKES}.SEGMENT CHARACTER 0 ? {written}\n").segments[0].label == label


def test_components_count_through_all_included_files_in_order() -> None:
    files = {
        "a.dat": '.INCLUDE x/b.dat\n.INCLUDE x/c.dat\n.SEGMENT DIGIT 1-2 ? "7"\n',
        "x/b.dat": ".INCLUDE x/d.doc\n.PEN_DOWN\n1 1\n",
        "x/c.dat": ".PEN_DOWN\n2 2\n.PEN_UP\n.PEN_DOWN\n3 3\n",
        "x/d.doc": ".WRITER_ID jane\n.PAD stores .PEN_DOWN,\n   .PEN_DOWN and 12 points\n",
    }

    def include(name: str) -> Content:
        return read_unipen(files[name], name, include)

    content = include("a.dat")
    assert [stroke.tolist() for stroke in content.segments[0].strokes] == [[[2, 2]], [[3, 3]]]
    assert content.writer == "jane"


def test_points_may_have_more_numbers_than_x_and_y() -> None:
    content = read(".PEN_DOWN\n0 1 20\n10 3 40\n")
    np.testing.assert_array_equal(content.components[0].points, [[0, 1], [10, 3]])


def test_what_breaks_the_format_may_be_left_out() -> None:
    faults: list[str] = []
    text = (
        STROKES.replace("3 4", "3 ~4") + '.SEGMENT CHARACTER 9 ? "4"\n.SEGMENT CHARACTER 0 ? "5"\n'
    )
    content = read_unipen(text, "a.dat", nothing, lambda error: faults.append(str(error)))
    assert content.components[0].points.tolist() == [[1, 2]]
    assert [segment.label for segment in content.segments] == ["5"]
    assert faults == [
        "a.dat: line 4: '3 ~4' is not a point",
        "a.dat: line 13: components 9 do not exist; there are 4",
    ]


def test_lines_may_end_as_on_windows() -> None:
    content = read(STROKES.replace("\n", "\r\n") + '.SEGMENT CHARACTER 0 ? "1"\r\n')
    assert content.segments[0].label == "1"
    assert len(content.components) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".PEN_DOWN\n1 2\n\n3 x\n", r"^a\.dat: line 4: '3 x' is not a point$"),
        (".PEN_DOWN\n1 2\n3\n", r"^a\.dat: line 3: '3' is not a point$"),
        (".PEN_DOWN\n1 2\n3 4 5 6\n", r"^a\.dat: line 3: '3 4 5 6' is not a point$"),
        (".PEN_DOWN\n1\n", r"^a\.dat: line 2: '1' is not a point$"),
        (".PEN_DOWN\n1 nan\n", r"^a\.dat: line 2: '1 nan' is not a point$"),
        ('\n.SEGMENT WORD 0 ? "no"\n', r"line 2: 'WORD 0 \? \"no\"' is not a segment, such as"),
        ('.SEGMENT CHARACTER 0-x ? "a"\n', r"line 1: 'CHARACTER 0-x \? \"a\"' is not a segment"),
        ('.SEGMENT CHARACTER 1-2-3 ? "a"\n', r"line 1: '1-2-3' is not a range of components"),
        (
            STROKES + '.SEGMENT CHARACTER 3-4 ? "a"\n',
            r"line 13: components 3-4 do not exist; there are 4$",
        ),
        (STROKES + '.SEGMENT CHARACTER 2-1 ? "a"\n', r"components 2-1 do not exist"),
        (f".PEN_DOWN\n{'1 ' * 10_000}\n", r"line 2 has 10,000 characters or more"),
        (f".COMMENT {'x' * 20_000}\n", r"line 1 has 10,000 characters or more"),
    ],
)
def test_what_breaks_the_format_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(text)
