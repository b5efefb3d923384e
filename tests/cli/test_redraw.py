"""``mnistseq verify --redraw``: shards that were changed together with their hashes."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.cli.conftest import Call
from tests.cli.data_sets import FORMATS, Make, faults, forge, forge_manifest
from tests.datasets import manifest
from tests.needed import package_or_skip

from mnistseq import GlyphBank
from mnistseq.pipeline.dataset.manifest import parse_manifest
from mnistseq.pipeline.verify.redraw import choose_shards

LABELS = ("--labels", "paddle,doctr,gttxt,coco,yolo")
ALL = ("verify", "out", "--redraw", "100%", "-j", 1)
PASSED = "out: everything matches the manifest\n"


def with_pixel_changed(encoded: bytes) -> bytes:
    with Image.open(io.BytesIO(encoded)) as image:
        pixels = np.array(image)
    pixels[3, 5] ^= 1
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def change_pixel(members: dict[str, bytes]) -> None:
    members["000000023.png"] = with_pixel_changed(members["000000023.png"])


def change_size(members: dict[str, bytes]) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((28, 199), np.uint8)).save(buffer, "PNG")
    members["000000023.png"] = buffer.getvalue()


def change_text(members: dict[str, bytes]) -> None:
    members["000000023.txt"] = b"12345"


def change_record(members: dict[str, bytes]) -> None:
    record = json.loads(members["000000023.json"])
    record["objects"]["bbox"][0][0] += 1
    members["000000023.json"] = json.dumps(record).encode()


def remove_sample(members: dict[str, bytes]) -> None:
    for ending in ("png", "txt", "json"):
        del members[f"000000029.{ending}"]


def add_sample(members: dict[str, bytes]) -> None:
    for ending in ("png", "txt", "json"):
        members[f"x.{ending}"] = members[f"000000029.{ending}"]


def remove_record(members: dict[str, bytes]) -> None:
    del members["000000029.json"]


def encode_anew(members: dict[str, bytes]) -> None:
    """Change bytes only, as another version of a library would."""
    for name, content in members.items():
        if name.endswith(".png"):
            buffer = io.BytesIO()
            with Image.open(io.BytesIO(content)) as image:
                image.save(buffer, "PNG", compress_level=9)
            members[name] = buffer.getvalue()


CHANGES = {
    change_pixel: "1 of 10 samples differ from those drawn again; sample 23: has 1 different pixel",
    change_size: "sample 23: has an image of shape (28, 199), but (28, 200) was drawn",
    change_text: "1 of 10 samples differ from those drawn again; sample 23: has labels ",
    change_record: "1 of 10 samples differ from those drawn again; sample 23: has another record",
    remove_sample: "has fewer samples than the shard drawn again",
    add_sample: "has more samples than the shard drawn again",
    remove_record: "cannot be read after 9 samples: ValueError: ",
}


def record_other_versions(out: Path) -> None:
    found = manifest(out)
    found["format"]["versions"] = {"zlib": "0.9"}
    (out / "manifest.json").write_text(json.dumps(found))


@pytest.mark.parametrize("change", CHANGES)
def test_a_shard_that_was_forged_with_its_hash_is_reported(
    make: Make, call: Call, change: Callable[[dict[str, bytes]], None]
) -> None:
    forge(make(), 23, change)
    assert call("verify", "out").code == 0
    assert faults(call(*ALL)) == ["train-00002.tar: differs from the shard drawn again"]


@pytest.mark.parametrize(("change", "problem"), CHANGES.items())
def test_where_a_library_has_another_version_samples_are_compared(
    make: Make, call: Call, change: Callable[[dict[str, bytes]], None], problem: str
) -> None:
    out = make()
    record_other_versions(out)
    forge(out, 23, change)
    [fault] = faults(call(*ALL))
    assert fault.startswith("train-00002.tar: ")
    assert problem in fault


def test_other_bytes_of_equal_samples_are_accepted_only_from_another_version(
    make: Make, call: Call
) -> None:
    out = make()
    forge(out, 23, encode_anew)
    assert faults(call(*ALL)) == ["train-00002.tar: differs from the shard drawn again"]
    record_other_versions(out)
    done = call(*ALL)
    assert (done.code, done.out) == (0, PASSED)


def test_versions_of_a_shard_of_its_own_decide(make: Make, call: Call) -> None:
    out = make()
    forge(out, 23, encode_anew)
    found = manifest(out)
    found["shards"][2]["versions"] = {"zlib": "0.9"}
    (out / "manifest.json").write_text(json.dumps(found))
    assert call(*ALL).code == 0
    found["shards"][2]["versions"] = found["format"]["versions"]
    (out / "manifest.json").write_text(json.dumps(found))
    assert len(faults(call(*ALL))) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_swapped_shards_are_reported(make: Make, call: Call, form: str) -> None:
    out = make(form)
    names = [item["name"] for item in manifest(out)["shards"]]
    (out / names[0]).rename(out / "x")
    (out / names[1]).rename(out / names[0])
    (out / "x").rename(out / names[1])
    forge_manifest(out)
    assert faults(call(*ALL)) == [
        f"{name}: differs from the shard drawn again" for name in names[:2]
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_can_be_compared_by_its_samples(make: Make, call: Call, form: str) -> None:
    out = make(form)
    record_other_versions(out)
    names = [item["name"] for item in manifest(out)["shards"]]
    (out / names[0]).rename(out / "x")
    (out / names[1]).rename(out / names[0])
    (out / "x").rename(out / names[1])
    forge_manifest(out)
    found = faults(call(*ALL))
    assert [fault.partition(";")[0] for fault in found] == [
        f"{name}: 10 of 10 samples differ from those drawn again" for name in names[:2]
    ]


def test_processes_find_what_one_process_finds(make: Make, call: Call) -> None:
    forge(make(), 23, change_pixel)
    alone, both = (call("verify", "out", "--redraw", "100%", "-j", jobs) for jobs in (1, 2))
    assert faults(alone) == faults(both)


@pytest.mark.parametrize("form", FORMATS)
def test_a_data_set_with_splits_and_writers_passes(
    make: Make, call: Call, shared_data: Path, form: str
) -> None:
    source = ("--source", "qmnist", "--data-dir", shared_data / "qmnist", "--disjoint", "writer")
    labels = LABELS if form == "files" else ()
    make(form, "--split", "train=0.7,val=0.3", *source, *labels)
    done = call(*ALL, *source[2:4])
    assert (done.code, done.out) == (0, PASSED)


@pytest.mark.parametrize("form", FORMATS)
def test_a_data_set_of_rows_with_names_and_widths_passes(
    call: Call, folder: Path, form: str
) -> None:
    package_or_skip(form)
    width = 90 if form == "npy" else ""
    lines = [f"{100 + row},{width or 90 + row % 3},n{row},{1 + row % 2}" for row in range(30)]
    (folder / "rows.csv").write_text("\n".join(["sequence,width,name,count", *lines, ""]))
    options = ("--width", 90) if form == "npy" else ("--image-format", "jpg")
    labels = LABELS if form == "files" else ()
    made = call(
        *("batch", "rows.csv", "-o", "out", "--seed", 1, "-j", 1, "--shard-size", 7),
        *("--format", form, *options, *labels),
    )
    assert made.code == 0, made
    done = call("verify", "out", "--redraw", "50%", "-j", 1)
    assert (done.code, done.out) == (0, PASSED)


class TestLabelFilesOfTheWholeSet:
    @pytest.mark.parametrize(
        "name",
        ["dict.txt", "rec_gt_train.txt", "instances_train.json", "data.yaml"],
    )
    def test_a_forged_file_is_reported(self, make: Make, call: Call, name: str) -> None:
        out = make("files", *LABELS)
        content = (out / name).read_bytes()
        (out / name).write_bytes(content[:-2] + b"7" + content[-1:])
        forge_manifest(out)
        assert faults(call(*ALL)) == [f"{name}: differs from the file that the shards give"]

    def test_a_missing_and_an_additional_file_are_reported(self, make: Make, call: Call) -> None:
        out = make("files", *LABELS)
        found = manifest(out)
        (out / "dict.txt").rename(out / "words.txt")
        for item in found["files"]:
            item["name"] = item["name"].replace("dict", "words")
        (out / "manifest.json").write_text(json.dumps(found))
        assert faults(call(*ALL)) == [
            "dict.txt: is not in the manifest, but the shards give such a file",
            "words.txt: is in the manifest, but the shards do not give such a file",
        ]

    def test_files_that_cannot_be_made_again_are_reported(self, make: Make, call: Call) -> None:
        out = make("files", "--labels", "paddle")
        # A damaged shard that is drawn again is reported as such.
        chosen = choose_shards(parse_manifest((out / "manifest.json").read_bytes()), 0.01)
        damaged = next(
            item["name"] for item in manifest(out)["shards"] if item["name"] not in chosen
        )
        (out / damaged / "classes.txt").unlink()
        forge_manifest(out)
        [fault] = faults(call("verify", "out", "--redraw", "1%"))
        assert fault.startswith(
            "dict.txt, rec_gt_train.txt: cannot be made again from the shards: FileNotFoundError: "
        )

    def test_they_are_not_made_again_where_a_shard_is_damaged(self, make: Make, call: Call) -> None:
        out = make("files", *LABELS)
        shutil.rmtree(out / "train" / "00001")
        assert faults(call(*ALL)) == ["train/00001: is missing"]


def test_a_source_that_moved_is_given_by_its_new_path(
    call: Call, make: Make, folder: Path, mnist: GlyphBank
) -> None:
    labels = mnist.codes[:200].astype(np.uint8)
    np.savez(folder / "few.npz", x_train=mnist.pixels[:200], y_train=labels)
    make("webdataset", "--source", "npz", "--data-dir", "few.npz")
    (folder / "few.npz").rename(folder / "moved.npz")
    lost = call("verify", "out", "--redraw", "1%", "--fetch")
    assert (lost.code, lost.out) == (2, "")
    assert "few.npz" in lost.err
    assert call(*ALL, "--data-dir", "moved.npz").code == 0
    np.savez(folder / "few.npz", x_train=mnist.pixels[200:400], y_train=labels)
    other = call("verify", "out", "--redraw", "1%", "--data-dir", "few.npz")
    assert (other.code, other.out) == (1, "")
    assert "few.npz has other glyphs here" in other.err


def test_another_algorithm_is_refused(refused: Callable[..., str], make: Make) -> None:
    out = make()
    found = manifest(out) | {"algorithm": 99}
    (out / "manifest.json").write_text(json.dumps(found))
    assert "was drawn by algorithm 99, but this version has 3" in refused(
        "verify", "out", "--redraw", "1%", code=1
    )


def test_faults_of_files_are_reported_though_nothing_can_be_drawn_again(
    make: Make, call: Call, shared_data: Path, folder: Path
) -> None:
    shutil.copytree(shared_data / "qmnist", folder / "source")
    out = make("webdataset", "--source", "qmnist", "--data-dir", "source")
    (folder / "source").rename(folder / "elsewhere")
    (out / "train-00000.tar").unlink()
    missing, lost = faults(call(*ALL, "--fetch"))
    assert missing == "train-00000.tar: is missing"
    assert lost.startswith("manifest.json: nothing could be drawn again: out: was made with files")
    assert faults(call(*ALL, "--data-dir", "elsewhere")) == [missing]
