"""``mnistseq batch``: inputs, options, summaries, and requests that it refuses."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.conftest import Call, Process
from tests.datasets import contents, manifest
from tests.needed import package_or_skip

from mnistseq import GlyphBank

ROWS = "sequence,count\n123,7\n45,5\n"
FEW = ("--shard-size", 4, "--format", "webdataset", "--seed", 3, "-j", 1, "--progress", "off")


@pytest.fixture
def rows(folder: Path) -> Path:
    (folder / "r.csv").write_text(ROWS)
    return folder / "r.csv"


def labels(out: Path) -> list[str]:
    from mnistseq.formats.webdataset import WebDataset

    shards = [out / item["name"] for item in manifest(out)["shards"]]
    return ["".join(s.labels) for shard in shards for s in WebDataset().read_shard(shard)]


def test_a_file_becomes_a_data_set(call: Call, rows: Path, folder: Path) -> None:
    done = call("batch", rows.name, "-o", "out", *FEW)
    assert done.code == 0
    assert re.fullmatch(
        r"out: 12 images in 3 shards \(3 made now\), [\d.]+ kB, [\d.]+ s, [\d.]+k? images/s\n",
        done.out,
    )
    assert done.err == ""
    assert labels(folder / "out") == ["123"] * 7 + ["45"] * 5


def test_json_prints_a_summary_for_programs(call: Call, rows: Path) -> None:
    done = call("batch", rows.name, "-o", "out", *FEW, "--json")
    found = json.loads(done.out)
    assert found.keys() == {
        "root", "samples", "shards", "bytes", "made", "made_samples", "skipped", "seconds"
    }  # fmt: skip
    assert (found["samples"], found["shards"], found["made"]) == (12, 3, 3)
    again = json.loads(call("batch", rows.name, "-o", "out", *FEW, "--json", "--resume").out)
    assert (again["samples"], again["made"], again["made_samples"]) == (12, 0, 0)


@pytest.mark.parametrize("way", ["-", "/dev/stdin"])
def test_rows_are_read_from_standard_input(
    process: Process, rows: Path, folder: Path, way: str
) -> None:
    if way != "-" and not Path(way).exists():
        pytest.skip("there is no such device here")
    done = process("batch", way, "-o", "out", *FEW, input=ROWS.encode())
    assert done.returncode == 0, done.stderr
    assert process("batch", rows, "-o", "file", *FEW).returncode == 0
    assert contents(folder / "out") == contents(folder / "file")


@pytest.mark.usefixtures("folder")
def test_closed_standard_input_is_refused() -> None:
    command = [sys.executable, "-m", "mnistseq", "batch", "-", "-o", "out"]
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" <&-', "sh", *command], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"standard input is closed; give a file of sequences" in done.stderr


@pytest.mark.parametrize(
    ("format_name", "content"),
    [("jsonl", '"12"\n"345"\n'), ("tsv", "1\t2\n345\n"), ("txt", "12\n345\n")],
)
def test_the_input_format_comes_from_the_name_or_the_option(
    call: Call, folder: Path, format_name: str, content: str
) -> None:
    (folder / f"r.{format_name}").write_text(content)
    (folder / "r.dat").write_text(content)
    assert call("batch", f"r.{format_name}", "-o", "a", *FEW).code == 0
    assert call("batch", "r.dat", "--input-format", format_name, "-o", "b", *FEW).code == 0
    assert contents(folder / "a") == contents(folder / "b")
    assert labels(folder / "a") == ["12", "345"]


def test_random_sequences_have_every_length_of_the_range(call: Call, folder: Path) -> None:
    assert call("batch", "--count", 40, "--length", "2-4", "-o", "out", *FEW).code == 0
    found = labels(folder / "out")
    assert len(found) == 40
    assert {len(text) for text in found} == {2, 3, 4}


def test_balanced_sequences_have_each_label_equally_often_at_each_position(
    call: Call, folder: Path
) -> None:
    assert call("batch", "--count", 40, "--length", 3, "--balance", "-o", "out", *FEW).code == 0
    for position in range(3):
        counts = np.bincount([int(text[position]) for text in labels(folder / "out")])
        assert counts.tolist() == [4] * 10


def test_sequences_of_a_pattern_match_and_are_the_same_again(call: Call, folder: Path) -> None:
    arguments = ("batch", "--count", 30, "--pattern", r"20[0-2]\d", *FEW)
    assert call(*arguments, "-o", "out").code == 0
    found = labels(folder / "out")
    assert len(found) == 30
    assert all(re.fullmatch(r"20[0-2]\d", text) for text in found)
    assert call(*arguments, "-o", "again").code == 0
    assert contents(folder / "again") == contents(folder / "out")
    assert call(*arguments, "-o", "out", "--resume").code == 0


def test_a_pattern_that_gives_unknown_labels_is_refused(refused: Callable[..., str]) -> None:
    message = refused("batch", "--count", 25, "--pattern", r"\d/\d", "-o", "out")
    assert re.search(r"text '\d/\d': unknown label '/'; the source has 0, 1, 2", message)


def test_a_pattern_of_endless_strings_is_refused(refused: Callable[..., str]) -> None:
    message = refused("batch", "--count", 3, "--pattern", r"((\d{99}){99}){99}", "-o", "out")
    assert "its shortest string has 970299 characters; allowed are 10000" in message


def test_more_images_than_can_be_numbered_are_refused(refused: Callable[..., str]) -> None:
    message = refused("batch", "--count", 10**12, "--repeat", 10**12, "-o", "out")
    assert f"{10**24:,} images are too many: ask for {2**60 - 1:,} at most" in message


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ("a=0.3,b=0.3,c=0.4", "split b gets none of 2 images for its share of 0.3"),
        (
            "Train=0.5,train=0.5",
            "split 'train=0.5': train is given twice (upper and lower case are not",
        ),
        ("con=0.5,b=0.5", "name 'con' is the name of a device on Windows"),
    ],
)
def test_splits_that_are_impossible_are_refused(
    refused: Callable[..., str], split: str, message: str
) -> None:
    assert message in refused("batch", "--count", 2, "--split", split, "-o", "out")


def test_images_of_several_sizes_are_refused_for_arrays_before_drawing(
    refused: Callable[..., str], folder: Path
) -> None:
    npy = ("--format", "npy", "-o", "out")
    assert "as wide as its content; give a width" in refused("batch", "--count", 2, *npy)
    (folder / "r.csv").write_text("sequence,width\n123,\n123,250\n")
    message = refused("batch", "r.csv", "--width", 200, *npy)
    assert "line 3: has width 250, but the format needs images of one size, of width 200" in message


def test_repeat_multiplies_rows_and_random_sequences(call: Call, rows: Path, folder: Path) -> None:
    assert call("batch", rows.name, "--repeat", 2, "-o", "out", *FEW).code == 0
    assert labels(folder / "out") == ["123"] * 14 + ["45"] * 10
    assert call("batch", "--count", 5, "--repeat", 2, "-o", "drawn", *FEW).code == 0
    assert len(labels(folder / "drawn")) == 10


def test_random_sequences_are_split_exactly(call: Call, folder: Path) -> None:
    options = ("--count", 50, "--split", "train=0.8, val=0.2", *FEW)
    assert call("batch", *options, "-o", "out").code == 0
    found = manifest(folder / "out")
    assert [(s["name"], s["samples"]) for s in found["splits"]] == [("train", 40), ("val", 10)]


def test_options_of_the_format_are_recorded_in_the_manifest(call: Call, folder: Path) -> None:
    done = call(
        "batch", "--count", 4, "--width", 200, "-o", "out", "--labels", "coco, yolo", "--boxes",
        "cell", "--image-format", "jpg", "--quality", 80, "--format-option", "compression=zlib",
        "-j", 1,
    )  # fmt: skip
    assert done.code == 0, done
    found = manifest(folder / "out")["format"]
    assert found["name"] == "files"
    assert found["parameters"] == {
        "image_format": "jpg", "quality": 80, "compression": "zlib", "labels": ["coco", "yolo"],
        "boxes": "cell", "masks": False,
    }  # fmt: skip
    assert len(list((folder / "out").rglob("*.jpg"))) == 4


def test_skipped_rows_are_counted_and_left_out(call: Call, folder: Path) -> None:
    (folder / "r.csv").write_text("12\nx\n34\n")
    message = "skipped 1 row, listed in the manifest\n"
    done = call("batch", "r.csv", "-o", "dry", *FEW, "--skip-bad", "--dry-run", "--json")
    assert (json.loads(done.out)["skipped"], done.err) == (1, message)
    done = call("batch", "r.csv", "-o", "out", *FEW, "--skip-bad", "--json")
    assert (json.loads(done.out)["skipped"], done.err) == (1, message)
    assert labels(folder / "out") == ["12", "34"]
    assert manifest(folder / "out")["skipped"]["rows"] == 1


def test_a_new_seed_is_printed_and_draws_the_same_again(call: Call, folder: Path) -> None:
    options = ("--count", 3, "--format", "webdataset", "-j", 1, "--progress", "off")
    done = call("batch", *options, "-o", "a")
    seed = manifest(folder / "a")["seed"]
    assert done.err == f"seed {seed}: --seed {seed} draws the same again\n"
    assert call("batch", *options, "-o", "b", "--seed", seed).err == ""
    assert contents(folder / "a") == contents(folder / "b")


def test_quiet_prints_nothing_to_standard_error(call: Call) -> None:
    done = call("batch", "--count", 4, "-o", "out", "-j", 1, "--quiet")
    assert done.code == 0
    assert done.err == ""
    assert done.out.startswith("out: 4 images in ")


def test_resume_uses_the_seed_of_the_existing_data_set(call: Call, folder: Path) -> None:
    options = ("--count", 3, "--format", "webdataset", "-j", 1, "-o", "out")
    call("batch", *options)
    before = contents(folder / "out")
    (folder / "out" / "train-00000.tar").unlink()
    assert call("batch", *options, "--resume").code == 0
    assert contents(folder / "out") == before


class TestDryRun:
    def test_it_prints_an_estimate_and_makes_nothing(self, call: Call, folder: Path) -> None:
        done = call("batch", "--count", 5000, "-o", "out", "--dry-run", *FEW[:4])
        assert done.code == 0
        assert re.fullmatch(
            r"5,000 images in 1,250 shards, about [\d.]+ [kM]B and [\d.]+ s on one core "
            r"\(measured on 4 images\)\n",
            done.out,
        )
        assert not list(folder.iterdir())

    @pytest.mark.parametrize("format_name", ["webdataset", "files", "npy", "lmdb", "parquet"])
    def test_estimated_bytes_are_close_to_those_of_the_run(
        self, call: Call, folder: Path, format_name: str
    ) -> None:
        package_or_skip(format_name)
        options = (
            "--count",
            3000,
            "--length",
            4,
            "--width",
            160,
            "--format",
            format_name,
            "--seed",
            1,
        )
        done = call("batch", *options, "-o", "out", "--dry-run", "--json")
        found = json.loads(done.out)
        assert found.keys() == {
            "samples",
            "shards",
            "bytes",
            "existing",
            "skipped",
            "seconds",
            "measured",
            "remarks",
        }
        assert not list(folder.iterdir())
        call("batch", *options, "-o", "out", "-j", 1)
        assert found["bytes"] == pytest.approx(manifest(folder / "out")["bytes"], rel=0.1)

    def test_it_refuses_what_the_run_would_refuse(
        self, refused: Callable[..., str], folder: Path
    ) -> None:
        (folder / "r.csv").write_text("x\n")
        assert "line 1: unknown label 'x'" in refused("batch", "r.csv", "-o", "out", "--dry-run")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a file of sequences, - for standard input, or --count N"),
        (["none.csv"], "none.csv: there is no such file; give a file of sequences, or - for"),
        (["."], ".: is a folder; give a file of sequences"),
        (
            ["r.csv", "--count", 3],
            "--count applies only to random sequences; leave it out, or leave out r.csv",
        ),
        (["r.csv", "--balance"], "--balance applies only to random sequences; leave it out, or"),
        (["--count", 0], "'--count': 0 is not allowed; give a whole number of 1 or more"),
        (["--count", 3, "--length", "0"], "length '0': give a number of labels or a range"),
        (["--count", 3, "--length", "6-3"], "length '6-3': give a number of labels or a range"),
        (["--count", 3, "--length", "x"], "length 'x': give a number of labels or a range"),
        (["--count", 3, "--length", "99999"], "length '99999': give a number of labels or a"),
        (["--count", 3, "--pattern", "1", "--balance"], "--balance has no effect with --pattern"),
        (["--count", 3, "--pattern", "("], "pattern '(': is not a regular expression"),
        (
            ["--count", 3, "--skip-bad"],
            "--skip-bad applies only to a file of sequences or --pattern",
        ),
        (["--count", 3, "--input-format", "csv"], "--input-format applies only to a file"),
        (
            ["--count", 3, "--split", "a=0.5"],
            "splits a=0.5: the shares add up to 0.5, but must add up to 1",
        ),
        (["--count", 3, "--split", "a=x"], "split 'a=x': give a name and a share above 0, as in"),
        (
            ["--count", 3, "--split", "a/b=1"],
            "split 'a/b=1': 'a/b' cannot be the name of a split; use ASCII",
        ),
        (
            ["--count", 3, "--split", "../a=1"],
            "split '../a=1': '../a' cannot be the name of a split",
        ),
        (["--count", 3, "--split", "a=0.5,a=0.5"], "split 'a=0.5': a is given twice"),
        (["--count", 3, "--split", "a=1,b=0"], "split 'b=0': give a name and a share above 0"),
        (["--count", 3, "--split", "a=nan"], "split 'a=nan': give a name and a share above 0"),
        (
            ["--count", 3, "--format", "fils"],
            "unknown format 'fils'; did you mean 'files'?",
        ),
        (
            ["--count", 3, "--format-option", "qality=1"],
            "--format-option qality: format \"files\" has no parameter 'qality'; did you mean ",
        ),
        (
            ["--count", 3, "--labels", "cocoa"],
            "--labels: unknown label format 'cocoa'; did you mean 'coco'?",
        ),
        (
            ["--count", 3, "--executor", "serial", "-j", 2],
            "--jobs 2: executor serial has no jobs to count; leave the number out",
        ),
        (
            ["--count", 3, "--quality", 80],
            "quality 80 applies only to JPEG; add --image-format jpg",
        ),
        (["--count", 3, "--executor", "x"], "--executor: unknown executor 'x'"),
        (["--count", 3, "--width", 100], "width 100 is too small"),
        (["--count", 3, "--length", ""], "length '': give a number of labels"),
        (["r.csv", "--length", ""], "--length applies only to random sequences; leave it out, or"),
        (
            ["--count", 3, "--labels", "paddle,,coco"],
            "--labels 'paddle,,coco': give names separated",
        ),
        (["--count", 3, "--labels", "coco", "--format", "npy"], "--labels coco: format npy has no"),
        (["--count", 3, "--quality", 9, "--format", "npy"], "--quality 9: format npy has no such"),
        (
            ["--count", 3, "--boxes", "cell"],
            "boxes cell applies only to coco and yolo; add --labels coco",
        ),
        (
            ["--count", 3, "--labels", "coco", "--format-option", 'labels=["yolo"]'],
            '--labels coco and --format-option labels=["yolo"] contradict each other; give one of them',
        ),
        (["--count", 3, "--format-option", "quality=50"], "quality 50 applies only to JPEG"),
        (["--count", 3, "--executor", "nope", "-j", 2], "unknown executor 'nope'"),
    ],
)
@pytest.mark.usefixtures("rows")
def test_bad_arguments_are_refused(
    refused: Callable[..., str], arguments: list[Any], message: str
) -> None:
    assert message in refused("batch", *arguments, "-o", "out", "--seed", 1)


def test_executor_options_are_checked_even_for_a_single_shard(refused: Callable[..., str]) -> None:
    """By default a single shard is made without processes, which have this option."""
    said = refused("batch", "--count", 3, "-o", "out", "--seed", 1, "--executor-option", "jobs=0")
    assert "--executor-option jobs: 0" in said


class TestProgress:
    def run(self, *arguments: object) -> tuple[str, str]:
        """Run the command with a terminal as standard error; return its output and what it showed."""
        command = [sys.executable, "-m", "mnistseq", "batch", *map(str, arguments)]
        ours, theirs = pty.openpty()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs) as running:
            os.close(theirs)
            shown = b""
            while True:
                try:
                    block = os.read(ours, 4096)
                except OSError:  # Linux raises this at the end
                    break
                if not block:
                    break
                shown += block
            out = running.communicate()[0]
        os.close(ours)
        assert running.returncode == 0
        return out.decode(), shown.decode()

    @pytest.mark.usefixtures("folder")
    def test_a_terminal_gets_a_bar(self) -> None:
        arguments = ("--count", 3000, "--seed", 1, "-o", "out", "-j", 1, "--format", "webdataset")
        out, shown = self.run(*arguments, "--shard-size", 300)
        assert out.startswith("out: 3,000 images in 10 shards")
        assert "100%" in shown
        assert "img/s" in shown
        assert "3.00k/3.00k" in shown

    @pytest.mark.usefixtures("folder")
    def test_progress_off_shows_nothing(self) -> None:
        arguments = ("--count", 30, "--seed", 1, "-o", "out", "-j", 1, "--progress", "off")
        assert self.run(*arguments)[1] == ""

    def test_a_short_run_prints_no_lines(self, call: Call) -> None:
        options = ("--count", 30, "--seed", 1, "-o", "out", "-j", 1, "--shard-size", 15)
        assert call("batch", *options).err == ""

    def test_progress_on_shows_a_bar_without_a_terminal(self, process: Process) -> None:
        done = process(
            "batch", "--count", 30, "--seed", 1, "-o", "out", "-j", 1, "--progress", "on"
        )
        assert "100%" in done.stderr.decode()


def test_sequences_of_a_pattern_that_cannot_be_drawn_can_be_skipped(
    call: Call, folder: Path
) -> None:
    """Two digits are wider than the image, one is not."""
    request = ("batch", "--count", 20, "--pattern", r"\d{1,2}", "--width", 40)
    asked = (*request, "--seed", 1, "-o", "out", "-j", 1)
    refused = call(*asked)
    assert refused.code == 2
    assert "cannot be drawn" in refused.err
    assert not (folder / "out").exists()
    done = call(*asked, "--skip-bad", "--format", "webdataset")
    assert done.code == 0
    found = manifest(folder / "out")
    assert 0 < found["skipped"]["rows"] < 20
    assert found["samples"] + found["skipped"]["rows"] == 20
    assert call("remake", "out", "-o", "again", "-j", 1).code == 0
    assert contents(folder / "again") == contents(folder / "out")


@pytest.mark.parametrize(
    "chosen", [("--length", "1-5"), ("--pattern", r"[1-9]\d{0,4}", "--skip-bad")]
)
@pytest.mark.parametrize("more", [(), ("--subtype", "edge"), ("--width", 260, "--fit", "resize")])
def test_numbers_of_one_digit_are_drawn_beside_longer_ones(
    call: Call, folder: Path, chosen: tuple[Any, ...], more: tuple[Any, ...]
) -> None:
    asked = ("batch", "--count", 40, *chosen, *more, "--seed", 1, "-o", "out", "-j", 1)
    assert call(*asked, "--format", "webdataset").code == 0
    drawn = labels(folder / "out")
    assert len(drawn) == 40
    assert {len(text) for text in drawn} == {1, 2, 3, 4, 5}


def test_a_long_value_is_shortened_in_the_error(refused: Callable[..., str], folder: Path) -> None:
    (folder / "r.txt").write_text("1," * 100_000 + "x,")
    assert len(refused("batch", "r.txt", "-o", "out")) < 2000


def test_a_json_array_in_place_of_lines_is_refused(
    refused: Callable[..., str], folder: Path
) -> None:
    (folder / "r.json").write_text('[\n "12",\n "34"\n]\n')
    assert "each line must be a whole value" in refused("batch", "r.json", "-o", "out")


def test_empty_cells_beyond_the_header_are_ignored(call: Call, folder: Path) -> None:
    """Spreadsheets write such cells."""
    (folder / "r.csv").write_text("sequence,count,,\n12,2,,\n345,,,\n")
    assert call("batch", "r.csv", "-o", "out", "--format", "webdataset", "-j", 1).code == 0
    assert manifest(folder / "out")["samples"] == 3
    (folder / "r.csv").write_text("sequence,count,\n12,2,7\n")
    assert "has 3 cells for 2 columns" in call("batch", "r.csv", "-o", "x").err


class TestDryRunBesideWhatIsThere:
    ASKED = ("batch", "r.csv", "-o", "out", "-j", 1, "--format", "webdataset")

    @pytest.fixture(autouse=True)
    def out(self, call: Call, folder: Path) -> None:
        (folder / "r.csv").write_text("12\n345\n")
        assert call(*self.ASKED, "--seed", 1).code == 0

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (
                ("--seed", 2, "--resume"),
                "out: cannot be resumed: --seed was 1",
            ),
            (("--seed", 1, "--width", 99, "--resume"), "--width was not set, now 99"),
        ],
    )
    def test_it_refuses_with_the_same_error_as_the_run(
        self, call: Call, options: tuple[object, ...], message: str
    ) -> None:
        dry, real = call(*self.ASKED, *options, "--dry-run"), call(*self.ASKED, *options)
        assert message in dry.err
        assert (dry.code, dry.out, dry.err) == (2, "", real.err)

    @pytest.mark.parametrize("output", ["folder", "URL"])
    @pytest.mark.parametrize("options", [(), ("--dry-run",)])
    def test_force_does_not_remove_the_rows_that_it_reads(
        self, call: Call, folder: Path, output: str, options: tuple[object, ...]
    ) -> None:
        before = contents(folder / "out")
        root = "out" if output == "folder" else f"file://{folder}/out"
        done = call("batch", "out/sequences.csv", "-o", root, "--force", *options)
        assert done.code == 2
        assert "whose data set would be removed before the file is read" in done.err
        assert contents(folder / "out") == before


def test_a_data_set_can_be_resumed_with_the_source_in_another_folder(
    call: Call, folder: Path, mnist: GlyphBank
) -> None:
    labels = mnist.codes[:200].astype(np.uint8)
    np.savez(folder / "a.npz", x_train=mnist.pixels[:200], y_train=labels)
    asked = (
        *("batch", "--count", 20, "--seed", 1, "--shard-size", 5, "-o", "out", "-j", 1),
        *("--source", "npz", "--format", "webdataset"),
    )
    assert call(*asked, "--data-dir", "a.npz").code == 0
    whole = contents(folder / "out")
    (folder / "a.npz").rename(folder / "b.npz")
    (folder / "out" / "train-00002.tar").unlink()
    done = call(*asked, "--data-dir", "b.npz", "--resume")
    assert "(1 made now)" in done.out
    found = contents(folder / "out")
    assert {name for name in whole if found[name] != whole[name]} == {"manifest.json"}
    np.savez(folder / "c.npz", x_train=mnist.pixels[200:400], y_train=labels)
    other = call(*asked, "--data-dir", "c.npz", "--resume")
    assert (other.code, other.out) == (2, "")
    assert "the source has different glyphs" in other.err


@pytest.mark.parametrize(
    ("split", "named"),
    [
        ("train=1", {"train": "train", "val": "train"}),
        ("train=0.5,val=0.5", {"train": "train", "val": "val"}),
        ("train=0.5,test=0.5", {"train": "train", "test": "test", "val": "test"}),
        ("train=0.5,validation=0.5", {"train": "train", "validation": "validation"}),
        ("a=0.5,b=0.5", {"a": "a", "b": "b", "train": "a", "val": "b"}),
    ],
)
def test_data_yaml_names_splits_as_ultralytics_needs_them(
    call: Call, folder: Path, split: str, named: dict[str, str]
) -> None:
    """Its check_det_dataset refuses a data.yaml without train, or without val or validation."""
    done = call("batch", "--count", 4, "--labels", "yolo", "--split", split, "-o", "out", "-j", 1)
    assert done.code == 0
    *paths, names = (folder / "out" / "data.yaml").read_text().splitlines()
    found = [line.split(": ") for line in paths]
    assert {json.loads(key): json.loads(path) for key, path in found} == named
    assert names == 'names: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]'
    assert all((folder / "out" / path).is_dir() for path in named.values())
