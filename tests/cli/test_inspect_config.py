"""``mnistseq inspect-config``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from math import comb
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image

from mnistseq.config.keys import config_keys

Call = Callable[..., Any]
Refused = Callable[..., str]


@pytest.fixture
def file(folder: Path) -> str:
    (folder / "config.json").write_text('{"image": {"width": 390}, "spacing": {"min": 3}}')
    return "config.json"


def test_text_shows_each_value_and_where_it_came_from(call: Call, file: str) -> None:
    done = call("inspect-config", file, "--max", 25, "--fit", "pad")
    assert done.code == 0
    lines = dict(line.split(maxsplit=1) for line in done.out.splitlines())
    assert [*lines] == [key.path for key in config_keys()]
    assert lines["image.width"].split() == ["390", "file"]
    assert lines["spacing.min"].split() == ["3", "file"]
    assert lines["spacing.max"].split() == ["25", "option"]
    assert lines["spacing.fit"].split() == ['"pad"', "option"]
    assert lines["spacing.align"].split() == ['"center"', "default"]
    assert lines["image.height"].split() == ["null", "default"]


def test_file_by_argument_or_option(call: Call, file: str) -> None:
    assert call("inspect-config", file).out == call("inspect-config", "-c", file).out


def test_json_tells_values_and_where_they_came_from(call: Call, file: str) -> None:
    report = json.loads(call("inspect-config", file, "--json", "--crop", "ink").out)
    assert report["config"]["image.width"] == {"value": 390, "from": "file"}
    assert report["config"]["image.crop"] == {"value": "ink", "from": "option"}
    assert report["config"]["spacing.max"] == {"value": 20, "from": "default"}
    assert "feasibility" not in report


def test_json_tells_whether_a_line_can_be_drawn(call: Call, file: str) -> None:
    report = json.loads(call("inspect-config", file, "--json", "--sequence", "3,5,0").out)
    found = report["feasibility"]
    assert found["possible"] == "always"
    assert (found["glyphs"], found["gaps"], found["width"]) == (3, 2, 390)
    assert found["content"] == [84, 84]
    assert found["distribution"]["3"] == pytest.approx(1 / 18)
    assert found["mean_gap"] == pytest.approx(11.5)


def test_the_report_tells_whether_a_line_can_be_drawn(call: Call, file: str) -> None:
    done = call("inspect-config", file, "--length", 10, "--width", 330)
    lines = done.out.partition("\n\n")[2].splitlines()
    assert lines[0] == "10 glyphs, 280 px together; 9 gaps"
    assert lines[1] == "widths that gaps in the range can fill: 307 to 460 px"
    assert lines[2] == "can be drawn, width 330: always"
    # Vectors of 9 gaps of 0 to 17 with a sum of 23 or less, by inclusion and exclusion.
    ways = comb(23 + 9, 9) - 9 * comb(23 - 18 + 9, 9)
    assert lines[3] == f"free gaps fit with probability {ways / 18**9:.6g}"
    assert lines[4].startswith("mean gap 5.")
    chart, sums = lines[5 : 5 + 19], lines[5 + 19 + 2 :]
    assert lines[5 + 19 + 1] == "sum of the gaps:"
    assert chart[0].split() == sums[0].split() == ["exact", "drawn"]
    assert [line.split()[0] for line in sums[1:]] == [str(total) for total in range(27, 51)]
    exact = [comb(total + 8, 8) / ways for total in range(18)]
    assert [float(line.split()[2]) for line in sums[1:19]] == pytest.approx(exact, abs=1e-6)


def test_text_says_that_glyphs_have_their_average_width(call: Call) -> None:
    done = call("inspect-config", "--sequence", "111", "--crop", "ink", "--width", 60)
    lines = done.out.partition("\n\n")[2].splitlines()
    found = json.loads(
        call("inspect-config", "--sequence", "111", "--crop", "ink", "--width", 60, "--json").out
    )["feasibility"]
    low, high = found["content"]
    assert low < found["average"] < high
    assert lines[3] == f"with glyphs of average width, {found['average']} px together:"
    assert lines[4].startswith("free gaps fit with probability 0.")
    done = call("inspect-config", "--sequence", "111", "--width", 120)
    assert "average" not in done.out


def test_text_says_why_a_line_cannot_be_drawn(call: Call) -> None:
    done = call("inspect-config", "--sequence", "350", "--width", 50)
    assert done.code == 2
    assert "can be drawn, width 50: never\nwhy not: width 50 is too small" in done.out
    assert "free gaps fit with probability 0\n" in done.out


def test_a_long_chart_groups_adjacent_gaps(call: Call) -> None:
    done = call("inspect-config", "--length", 5, "--max", 1000)
    chart = done.out.partition("sum of the gaps")[0].splitlines()
    chart = [line for line in chart if " px  0." in line]
    assert len(chart) <= 64
    assert chart[0].split("px")[0].strip() == "0 to 15"
    assert sum(float(line.split("px")[1].split()[0]) for line in chart) == pytest.approx(
        1, abs=1e-4
    )


@pytest.mark.parametrize("columns", [50, 80, 200])
def test_the_report_fits_the_terminal(
    call: Call, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    asked = ("inspect-config", "--preset", "camera", "--sequence", "12345", "--crop", "ink")
    done = call(*asked, "--min", -8, "--max", -2, "--width", 140)
    assert max(map(len, done.out.splitlines())) <= columns
    table = done.out.partition("\n\n")[0].splitlines()
    start = table[0].index('"')
    values = [line[start:].rsplit("  ", 1)[0] for line in table]
    assert '"perspective"' in "".join(values).replace(" ", "")
    named = [line.split()[0] for line in table if not line.startswith(" ")]
    assert named == [key.path for key in config_keys()]


def test_text_says_how_far_glyphs_may_overlap(call: Call) -> None:
    asked = ("inspect-config", "--sequence", "12345", "--min", -8, "--max", -2, "--crop", "ink")
    lines = call(*asked).out.partition("\n\n")[2].splitlines()
    assert re.fullmatch(r"widths that gaps in the range can fill: \d+ to \d+ px", lines[1])
    assert re.fullmatch(
        r"least gap that hides no glyph: -\d+ to 0 px, depending on the glyphs", lines[2]
    )
    assert lines[3] == "can be drawn, without a width: always"


def test_text_names_a_single_width_once(call: Call) -> None:
    lines = call("inspect-config", "--length", 1).out.partition("\n\n")[2].splitlines()
    assert lines[1] == "widths that gaps in the range can fill: 28 px"


def test_the_schema_accepts_configs_and_rejects_misspelt_keys(call: Call) -> None:
    schema = json.loads(call("inspect-config", "--schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"image": {"width": 390}}, schema)
    assert not jsonschema.Draft202012Validator(schema).is_valid({"image": {"widht": 390}})


def test_two_config_files_are_refused(refused: Refused, file: str) -> None:
    message = refused("inspect-config", file, "-c", "other.json")
    assert message == "Error: two config files, config.json and other.json; give one of them\n"


def test_a_sequence_beside_a_length_is_refused(refused: Refused) -> None:
    message = refused("inspect-config", "--sequence", "350", "--length", 3)
    assert message == (
        "Error: --sequence 350 and --length 3 contradict each other; give one of them\n"
    )


def test_bad_values_are_refused(refused: Refused) -> None:
    assert "'--length': 0 is not allowed" in refused("inspect-config", "--length", 0)
    assert "unknown label 'x'" in refused("inspect-config", "--sequence", "35x")
    assert "gone.json: there is no such config file" in refused("inspect-config", "gone.json")
    assert "--min 9 is larger than --max 3" in refused("inspect-config", "--min", 9, "--max", 3)


@pytest.mark.parametrize("name", ["gaps.png", "gaps.svg"])
def test_gaps_are_plotted(call: Call, tmp_path: Path, name: str) -> None:
    files = [tmp_path / f"{number}-{name}" for number in range(2)]
    for file in files:
        assert call("inspect-config", "--length", 5, "--width", 200, "--plot", file).code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    if name.endswith("svg"):
        assert "width of all gaps together, px" in files[0].read_text("utf-8")
    else:
        with Image.open(files[0]) as image:
            assert image.width > 2 * image.height


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--plot", "a.png"), "give --sequence or --length"),
        (("--plot", "a.pdf", "--length", 3), "end its name in .png or .svg"),
        (("--plot", "a.png", "--length", 1), "the line has no gaps"),
        (("--plot", "a.png", "--length", 5, "--width", 50), "width 50 is too small"),
    ],
)
def test_what_cannot_be_plotted_is_refused(
    refused: Refused, arguments: tuple[object, ...], message: str
) -> None:
    assert message in refused("inspect-config", *arguments)
