"""``mnistseq verify --redraw``: what was forged together with the hashes, and what was not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.conftest import Call
from tests.cli.test_verify import FORMATS, faults, forge, repaired
from tests.needed import package_or_skip
from tests.pipeline.sets import manifest

LABELS = ("--labels", "paddle,doctr,gttxt,coco,yolo")

Change = Callable[[Any], Any]


def more(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, list):
        return [more(value[0]), *value[1:]]
    return f"{value}0" if isinstance(value, str) else value + 1


@pytest.fixture
def make(call: Call, folder: Path) -> Callable[..., Path]:
    """Make a data set of 20 samples in shards of ten."""

    def made(form: str, *options: object) -> Path:
        package_or_skip(form)
        done = call(
            *("batch", "--count", 20, "--width", 200, "--seed", 1, "-o", "out", "-j", 1),
            *("--format", form, "--shard-size", 10, *options),
        )
        assert done.code == 0, done
        return folder / "out"

    return made


@pytest.fixture
def writers(shared_data: Path) -> tuple[object, ...]:
    """Options for glyphs whose writers are known."""
    return ("--source", "qmnist", "--data-dir", shared_data / "qmnist")


@pytest.fixture
def found(call: Call) -> Callable[[Path], list[str]]:
    """What drawing everything again finds where the hashes are mended."""

    def look(out: Path) -> list[str]:
        repaired(out)
        assert call("verify", "out").code == 0
        return faults(call("verify", "out", "--redraw", "100%"))

    return look


def alter(record: dict[str, Any], key: str) -> None:
    inside = record if key in record else record["objects"]
    inside[key] = more(inside[key])


# Sample 13 is the fourth of the second shard.


def alter_files(out: Path, key: str) -> None:
    path = out / "train" / "00001" / "metadata.jsonl"
    lines = path.read_text().splitlines()
    record = json.loads(lines[3])
    alter(record, key)
    path.write_text("\n".join([*lines[:3], json.dumps(record), *lines[4:], ""]))


def alter_webdataset(out: Path, key: str) -> None:
    def change(members: dict[str, bytes]) -> None:
        record = json.loads(members["000000013.json"])
        alter(record, key)
        members["000000013.json"] = json.dumps(record).encode()

    forge(out, 13, change)


def alter_parquet(out: Path, key: str) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")

    path = out / "train-00001.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    alter(rows[3], key)
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path)


def alter_lmdb(out: Path, key: str) -> None:
    lmdb = pytest.importorskip("lmdb")

    with (
        lmdb.open(str(out / "train" / "00001"), lock=False, map_size=1 << 24) as environment,
        environment.begin(write=True) as write,
    ):
        record = json.loads(write.get(b"meta-000000004"))
        alter(record, key)
        write.put(b"meta-000000004", json.dumps(record).encode())


def alter_npy(out: Path, key: str) -> None:
    shard = out / "train" / "00001"
    begin = int(np.load(shard / "lengths.npy")[:3].sum())
    column = np.load(shard / f"{key}.npy")
    column[begin] += 1
    np.save(shard / f"{key}.npy", column)


ALTER = {
    "files": alter_files,
    "webdataset": alter_webdataset,
    "parquet": alter_parquet,
    "lmdb": alter_lmdb,
    "npy": alter_npy,
}
KEYS = ("bbox", "ink_bbox", "glyph_ids", "index", "seed", "width", "height")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("form", ["files", "webdataset", "parquet", "lmdb"])
def test_a_record(
    make: Callable[..., Path], found: Callable[[Path], list[str]], form: str, key: str
) -> None:
    out = make(form)
    ALTER[form](out, key)
    shard = manifest(out)["shards"][1]["name"]
    assert found(out) == [f"{shard}, sample 13: says another {key} than was drawn"]


@pytest.mark.parametrize("form", FORMATS)
def test_writers(
    make: Callable[..., Path], found: Callable[[Path], list[str]], writers: tuple[object, ...],
    form: str,
) -> None:  # fmt: skip
    out = make(form, *writers)
    ALTER[form](out, "writers")
    shard = manifest(out)["shards"][1]["name"]
    assert found(out) == [f"{shard}, sample 13: says another writers than was drawn"]


@pytest.mark.parametrize("key", ["boxes", "ink_boxes", "glyph_ids"])
def test_arrays(make: Callable[..., Path], found: Callable[[Path], list[str]], key: str) -> None:
    out = make("npy")
    alter_npy(out, key)
    assert found(out) == [f"train/00001, sample 13: says another {key} than was drawn"]


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("seed", 2, "says another seed than was drawn"),
        ("alphabet", [*"0123456789x"], "says another alphabet than was drawn"),
        ("names", [f"{number}" for number in range(10)], "says another name than was drawn"),
        ("first", 11, "says it is sample {}"),
    ],
)
def test_what_arrays_have_in_common(
    make: Callable[..., Path], found: Callable[[Path], list[str]], key: str, value: Any,
    problem: str,
) -> None:  # fmt: skip
    out = make("npy")
    path = out / "train" / "00001" / "labels.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    assert found(out) == [
        f"train/00001, sample {index}: {problem.format(index + 1)}" for index in range(10, 20)
    ]


@pytest.mark.parametrize(
    "change", [lambda file: file.unlink(), lambda file: np.save(file, np.append(np.load(file), 1))]
)
def test_arrays_that_are_gone_or_too_long(
    make: Callable[..., Path], found: Callable[[Path], list[str]], change: Change
) -> None:
    out = make("npy")
    change(out / "train" / "00001" / "glyph_ids.npy")
    assert found(out)[-1] == "train/00001, sample 19: says another glyph_ids than was drawn"


@pytest.mark.parametrize("name", ["classes.txt", "000000013.gt.txt", "000000013.txt"])
@pytest.mark.parametrize("gone", [False, True])
def test_label_files_of_a_shard(
    make: Callable[..., Path], found: Callable[[Path], list[str]], name: str, gone: bool
) -> None:
    out = make("files", *LABELS)
    path = out / "train" / "00001" / name
    if gone:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    key = {"000000013.gt.txt": "gttxt", "000000013.txt": "yolo"}.get(name, name)
    samples = range(10, 20) if name == "classes.txt" else [13]
    assert found(out) == [
        f"train/00001, sample {sample}: says another {key} than was drawn" for sample in samples
    ]


@pytest.mark.parametrize(
    "name",
    ["dict.txt", "rec_gt_train.txt", "instances_train.json", "data.yaml", "train/labels.json"],
)
def test_label_files_of_the_whole_set(
    make: Callable[..., Path], found: Callable[[Path], list[str]], name: str
) -> None:
    out = make("files", *LABELS)
    content = (out / name).read_bytes()
    (out / name).write_bytes(content[:-2] + b"7" + content[-1:])
    assert found(out) == [f"{name}: is not what the shards come to"]


def test_a_label_file_left_out_and_another_listed(
    make: Callable[..., Path], found: Callable[[Path], list[str]]
) -> None:
    out = make("files", *LABELS)
    listed = manifest(out)
    (out / "dict.txt").rename(out / "words.txt")
    for item in listed["files"]:
        item["name"] = item["name"].replace("dict", "words")
    (out / "manifest.json").write_text(json.dumps(listed))
    assert found(out) == [
        "dict.txt: is not in the manifest, though the shards come to it",
        "words.txt: is in the manifest, but nothing that the shards come to",
    ]


def test_label_files_that_cannot_be_made_again(
    make: Callable[..., Path], found: Callable[[Path], list[str]]
) -> None:
    out = make("files", "--labels", "paddle")
    (out / "train" / "00000" / "classes.txt").unlink()
    *samples, last = found(out)
    assert len(samples) == 10
    assert last.startswith(
        "dict.txt, rec_gt_train.txt: cannot be made again from the shards: FileNotFoundError: "
    )


def test_label_files_are_left_alone_where_a_shard_is_damaged(
    make: Callable[..., Path], call: Call
) -> None:
    out = make("files", *LABELS)
    shutil.rmtree(out / "train" / "00001")
    assert faults(call("verify", "out", "--redraw", "100%")) == ["train/00001: is missing"]


def test_names_in_an_archive(make: Callable[..., Path], found: Callable[[Path], list[str]]) -> None:
    out = make("webdataset")

    def rename(members: dict[str, bytes]) -> None:
        order = list(members)
        for name in order:
            members[name.replace("000000013", "x")] = members.pop(name)

    forge(out, 13, rename)
    assert found(out) == ["train-00001.tar, sample 13: says another members than was drawn"]


def test_members_without_a_record(
    make: Callable[..., Path], found: Callable[[Path], list[str]]
) -> None:
    out = make("webdataset")
    forge(out, 13, lambda members: members.update({"x.png": members["000000013.png"]}))
    assert found(out) == [
        (
            "train-00001.tar: cannot be read beyond 10 samples: ValueError: unexpected in the "
            "shard: x.png, without a .json member"
        )
    ]


def test_what_datasets_are_told_of_a_table(
    make: Callable[..., Path], found: Callable[[Path], list[str]]
) -> None:
    out = make("parquet")
    pq = pytest.importorskip("pyarrow.parquet")

    path = out / "train-00001.parquet"
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({}), path)
    assert found(out)[0] == (
        "train-00001.parquet, sample 10: says another huggingface than was drawn"
    )


def test_metadata_that_are_gone(
    make: Callable[..., Path], found: Callable[[Path], list[str]]
) -> None:
    out = make("lmdb")
    lmdb = pytest.importorskip("lmdb")

    with (
        lmdb.open(str(out / "train" / "00001"), lock=False, map_size=1 << 24) as environment,
        environment.begin(write=True) as write,
    ):
        write.delete(b"meta-000000004")
    [fault] = found(out)
    assert fault.startswith("train/00001, sample 13: says another file_name, text, width, ")


@pytest.mark.parametrize("share", ["30%", "100%"])
@pytest.mark.parametrize("form", FORMATS)
def test_nothing_where_nothing_was_altered(
    make: Callable[..., Path], call: Call, writers: tuple[object, ...], form: str, share: str
) -> None:
    labels = LABELS if form == "files" else ()
    make(form, "--split", "train=0.7,val=0.3", *writers, "--disjoint", "writer", *labels)
    done = call("verify", "out", "--redraw", share)
    assert (done.code, done.out) == (0, "out: all is as the manifest says\n")


@pytest.mark.parametrize("share", ["30%", "100%"])
@pytest.mark.parametrize("form", FORMATS)
def test_nothing_in_rows_with_names_and_widths(
    call: Call, folder: Path, form: str, share: str
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
    done = call("verify", "out", "--redraw", share)
    assert (done.code, done.out) == (0, "out: all is as the manifest says\n")


def test_nothing_where_there_are_no_metadata(make: Callable[..., Path], call: Call) -> None:
    make("lmdb", "--format-option", "metadata=false")
    assert call("verify", "out", "--redraw", "100%").code == 0


@pytest.mark.parametrize(("form", "name"), [("files", "x.png"), ("files", "x/y"), ("npy", "x.npy")])
def test_what_is_of_no_sample(
    make: Callable[..., Path], found: Callable[[Path], list[str]], form: str, name: str
) -> None:
    out = make(form)
    path = out / "train" / "00001" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    [fault] = found(out)
    assert fault.startswith("train/00001: cannot be read beyond ")
    assert fault.endswith(f"ValueError: unexpected in the shard: {name.partition('/')[0]}")


def test_keys_of_no_sample(make: Callable[..., Path], found: Callable[[Path], list[str]]) -> None:
    out = make("lmdb")
    lmdb = pytest.importorskip("lmdb")

    with (
        lmdb.open(str(out / "train" / "00001"), lock=False, map_size=1 << 24) as environment,
        environment.begin(write=True) as write,
    ):
        write.put(b"zzz", b"")
    assert found(out) == [
        (
            "train/00001: cannot be read beyond 10 samples: ValueError: contains more than the 31 "
            "keys of its samples"
        )
    ]


def test_a_database_that_is_cut_short(
    make: Callable[..., Path], found: Callable[[Path], list[str]]
) -> None:
    out = make("lmdb")
    path = out / "train" / "00001" / "data.mdb"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size - 4096)
    assert found(out) == [
        (
            "train/00001: cannot be read beyond 0 samples: ValueError: data.mdb has only "
            f"{size - 4096} of {size} bytes"
        )
    ]


@pytest.mark.parametrize("name", ["images", "boxes", "ink_boxes", "glyph_ids"])
def test_arrays_of_another_type(
    make: Callable[..., Path], found: Callable[[Path], list[str]], name: str
) -> None:
    out = make("npy")
    path = out / "train" / "00001" / f"{name}.npy"
    np.save(path, np.load(path).astype(np.float64))
    assert found(out)[0] == f"train/00001, sample 10: says another {name} than was drawn"


def test_faults_are_told_though_nothing_can_be_drawn_again(
    make: Callable[..., Path], call: Call, writers: tuple[object, ...], folder: Path
) -> None:
    source = Path(str(writers[-1]))
    shutil.copytree(source, folder / "source")
    out = make("webdataset", *writers[:-1], "source")
    (folder / "source").rename(folder / "elsewhere")
    (out / "train-00000.tar").unlink()
    missing, lost = faults(call("verify", "out", "--redraw", "100%"))
    assert missing == "train-00000.tar: is missing"
    assert lost.startswith("manifest.json: could not be drawn from again: source")
    done = call("verify", "out", "--redraw", "100%", "--data-dir", "elsewhere")
    assert faults(done) == [missing]
