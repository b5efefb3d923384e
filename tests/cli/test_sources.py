"""Several sources, and excluded glyphs, on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tests.cli.conftest import Call


@pytest.fixture
def dates(folder: Path) -> Path:
    """A config of MNIST and a folder with one picture, of a slash."""
    (folder / "symbols" / "slash").mkdir(parents=True)
    picture = Image.new("L", (40, 60), 255)
    ImageDraw.Draw(picture).line((5, 55, 35, 5), fill=0, width=5)
    picture.save(folder / "symbols" / "slash" / "1.png")
    (folder / "symbols" / "names.csv").write_text("slash,/\n")
    symbols = {"name": "image-folder", "path": "symbols", "parameters": {"classes": "names.csv"}}
    path = folder / "dates.json"
    path.write_text(json.dumps({"source": [{"name": "mnist", "split": "test"}, symbols]}))
    return path


def test_a_date_from_mnist_and_one_picture_of_a_slash(call: Call, dates: Path) -> None:
    done = call("generate", "06/12/1987", "-c", dates, "--seed", 1, "-o", "date.png", "--metadata")
    assert done.code == 0
    record = json.loads(dates.with_name("date.json").read_text())
    assert record["label"] == "06/12/1987"
    assert [record["glyph_ids"][position] for position in (2, 5)] == [10_000] * 2
    assert record["config"]["source"]["mix"][1]["path"] == "symbols"


def test_a_data_set_of_dates_is_made_verified_and_remade(call: Call, dates: Path) -> None:
    dates.with_name("dates.csv").write_text("sequence\n06/12/1987\n1/2/34\n")
    made = call("batch", "dates.csv", "-c", dates, "-o", "set", "--seed", 1, "--repeat", 3, "-j", 2)
    assert made.code == 0, made.err
    assert call("verify", "set", "--redraw", 1, "--fetch").code == 0
    again = call("remake", "set", "-o", "again", "-j", 1, "--fetch")
    assert again.code == 0, again.err
    same = call("batch", "dates.csv", "-c", dates, "-o", "set", "--repeat", 3, "--resume")
    assert same.code == 0, same.err


def test_inspect_config_shows_the_sources(call: Call, dates: Path) -> None:
    done = call("inspect-config", dates, "--json", "--sequence", "1/2")
    found = json.loads(done.out)
    assert [entry["name"] for entry in found["config"]["source.mix"]["value"]] == [
        "mnist", "image-folder",
    ]  # fmt: skip
    assert found["config"]["source.mix"]["from"] == "file"
    assert "source.name" not in found["config"]
    assert found["feasibility"]["possible"] == "always"


def test_the_option_may_be_repeated(
    call: Call, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNISTSEQ_DATA", str(shared_data))
    monkeypatch.setenv("MNISTSEQ_OFFLINE", "1")
    done = call("inspect-config", "--source", "mnist", "--source", "qmnist", "--json")
    mix = json.loads(done.out)["config"]["source.mix"]
    assert ([entry["name"] for entry in mix["value"]], mix["from"]) == (
        ["mnist", "qmnist"],
        "option",
    )
    drawn = call("generate", "350", "--source", "mnist", "--source", "qmnist", "--seed", 1,
                 "--writer", "one", "--metadata", "-o", "x.png")  # fmt: skip
    assert drawn.code == 0, drawn.err
    record = json.loads(Path("x.json").read_text())
    assert record["writer"] >= 0
    assert min(record["glyph_ids"]) >= 60_000


def test_a_source_has_its_path_and_parameters_with_it(
    call: Call, dates: Path, folder: Path, refused: Callable[..., str]
) -> None:
    symbols = "image-folder path=symbols classes=names.csv"
    digits = "mnist split=test"
    call("generate", "06/12", "-c", dates, "--seed", 1, "-o", "file.png")
    done = call(*("generate", "06/12", "--source", digits, "--source", symbols),
                *("--seed", 1, "-o", "options.png"))  # fmt: skip
    assert done.code == 0, done.err
    assert (folder / "options.png").read_bytes() == (folder / "file.png").read_bytes()
    assert call("generate", "/", "--source", symbols, "-o", "one.png").code == 0
    split = ("--source", "image-folder classes=names.csv", "--data-dir", "symbols")
    assert call("generate", "/", *split, "-o", "two.png").code == 0
    assert "labels   1" in call("data", "describe", symbols).out
    assert refused("generate", "/", "--source", symbols, "--data-dir", "x") == (
        f"Error: --source '{symbols}' and --data-dir x contradict each other; give one of them\n"
    )
    assert refused(
        "generate", "06/12", "--source", "mnist", "--source", "image-folder hight=3"
    ) == (
        "Error: --source hight: source \"image-folder\" has no parameter 'hight'; did you mean "
        "'height'?\n"
    )
    assert refused("generate", "06/12", "--source", "mnist", "--source", "image-folder") == (
        "Error: source image-folder needs its path, as in --source 'NAME path=PATH': the folder or "
        "zip archive of the pictures\n"
    )


def test_a_parameter_that_a_source_lacks_is_named_as_it_is_set(
    refused: Callable[..., str], folder: Path
) -> None:
    np.savez(folder / "odd.npz", images=np.zeros((10, 30), np.uint8), labels=np.arange(10))
    message = refused("generate", "12", "--source", "npz", "--data-dir", "odd.npz", code=1)
    assert "in --set source.parameters.height and --set source.parameters.width\n" in message


def test_faults_that_glyphs_show_name_the_option_or_the_file(
    refused: Callable[..., str], folder: Path
) -> None:
    message = "a canvas of 20 px is lower than the line, which is 28 px high"
    assert f"--canvas-height: {message}" in refused("generate", "3", "--canvas-height", 20)
    given = refused("generate", "3", "--set", "canvas.height=20")
    assert f"--set canvas.height: {message}" in given
    (folder / "c.toml").write_text("canvas.height = 20\n")
    assert f"c.toml: canvas.height: {message}" in refused("generate", "3", "-c", "c.toml")
    assert f"--canvas-height: {message}" in refused(
        *("batch", "--count", 3, "-o", "out", "--canvas-height", 20)
    )


def test_the_same_source_twice_is_one(call: Call) -> None:
    done = call("inspect-config", "--source", "mnist", "--source", "mnist", "--json")
    assert json.loads(done.out)["config"]["source.name"]["value"] == "mnist"


def test_a_folder_or_a_split_beside_several_sources_is_refused(
    refused: Callable[..., str], dates: Path
) -> None:
    several = ("generate", "350", "--source", "mnist", "--source", "qmnist")
    remedy = "applies to a single source, but there are several; give each its own"
    assert refused(*several, "--data-dir", "x") == f"Error: --data-dir: {remedy}\n"
    assert refused(*several, "--source-split", "x") == f"Error: --source-split: {remedy}\n"
    assert (
        refused("generate", "1", "-c", dates, "--data-dir", "x") == f"Error: --data-dir: {remedy}\n"
    )


def test_an_unknown_source_among_several_is_named(refused: Callable[..., str]) -> None:
    message = refused("generate", "350", "--source", "mnist", "--source", "qmnits")
    assert message == "Error: --source: unknown source 'qmnits'; did you mean 'qmnist'?\n"


def test_excluded_glyphs_are_not_drawn(call: Call, folder: Path) -> None:
    def ids() -> list[int]:
        found: list[int] = json.loads((folder / "x.json").read_text())["glyph_ids"]
        return found

    common = ("generate", "350", "--seed", 1, "-o", "x.png", "--metadata", "--force")
    assert call(*common).code == 0
    first = ids()
    (folder / "bad.txt").write_text(f"# looks like an 8\n{first[0]}\n")
    assert call(*common, "--exclude", "bad.txt").code == 0
    assert first[0] not in ids()


def test_files_of_ids_that_cannot_be_used_are_named(
    refused: Callable[..., str], folder: Path
) -> None:
    assert refused("generate", "350", "--exclude", "bad.txt") == (
        "Error: --exclude: bad.txt: cannot be read: No such file or directory\n"
    )
    (folder / "bad.txt").write_text("3\nseven\n")
    assert refused("generate", "350", "--exclude", "bad.txt") == (
        "Error: --exclude: bad.txt: line 2: 'seven' is not a glyph id; give one id a line\n"
    )
    (folder / "bad.txt").write_text("60000\n")
    assert refused("generate", "350", "--exclude", "bad.txt") == (
        "Error: --exclude: glyph 60000 does not exist; source mnist has glyphs 0 to 59999\n"
    )
