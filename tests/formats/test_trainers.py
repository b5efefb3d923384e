"""Shards, read by the packages they are made for, or by the rules those document."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from tests.needed import package_or_skip

from mnistseq import Composer, GlyphBank
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.samples import Sample, SampleBatch
from mnistseq.core.sequences import Sequences
from mnistseq.formats.encoding.records import coco_boxes
from mnistseq.formats.files import Files
from mnistseq.formats.lmdb import Lmdb
from mnistseq.formats.npy import Npy
from mnistseq.formats.parquet import Parquet
from mnistseq.formats.webdataset import WebDataset
from mnistseq.spacings.variable import Variable

# These packages issue warnings of their own.
pytestmark = pytest.mark.filterwarnings("ignore")

ALPHABET = ["0", "1", "7", "NA", "null"]


def package(name: str) -> Any:
    return pytest.importorskip(name, exc_type=ImportError)


def test_webdataset_reads_shards_with_two_workers(make: Callable[..., Any]) -> None:
    wds, data = package("webdataset"), package("torch.utils.data")
    made = make(WebDataset())
    shards = [str(path) for path in made.paths]
    read = wds.WebDataset(shards, shardshuffle=False).decode("rgb8").to_tuple("png", "txt", "json")
    rows = list(data.DataLoader(read, batch_size=None, num_workers=2))
    rows.sort(key=lambda row: row[2]["index"])
    assert [row[1] for row in rows] == made.texts
    for (image, _, record), sample in zip(rows, made.samples, strict=True):
        np.testing.assert_array_equal(np.asarray(image)[..., 0], sample.image)
        assert record["objects"]["categories"] == list(sample.labels)
        assert record["objects"]["bbox"] == coco_boxes(sample.boxes).tolist()


def test_pyarrow_reads_parquet(make: Callable[..., Any]) -> None:
    pq = package("pyarrow.parquet")
    made = make(Parquet())
    rows = [row for path in made.paths for row in pq.read_table(path).to_pylist()]
    assert [row["text"] for row in rows] == made.texts
    assert [row["image"]["path"] for row in rows] == [f"{index:09d}.png" for index in range(6)]
    schema = pq.read_schema(made.paths[0])
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert features["image"] == {"_type": "Image"}
    assert "List" not in json.dumps(features)
    assert features["objects"]["bbox"]["_type"] == "Sequence"
    assert {str(schema.field("text").type), features["text"]["dtype"]} == {"string"}


def test_a_folder_of_parquet_is_a_table(make: Callable[..., Any]) -> None:
    pandas, dataset, polars, duckdb = map(
        package, ("pandas", "pyarrow.dataset", "polars", "duckdb")
    )
    made = make(Parquet())
    folder = made.folder / "data"
    assert {path.suffix for path in folder.iterdir()} == {".parquet"}
    query = f"select text from '{folder}/*.parquet' order by index"  # noqa: S608
    for texts in (
        pandas.read_parquet(folder)["text"],
        dataset.dataset(folder, format="parquet").to_table()["text"].to_pylist(),
        polars.read_parquet(folder)["text"],
        [text for (text,) in duckdb.sql(query).fetchall()],
    ):
        assert list(texts) == made.texts


def test_parquet_row_groups_do_not_depend_on_batches(tricky: GlyphBank, tmp_path: Path) -> None:
    pq = package("pyarrow.parquet")
    composer = Composer(tricky, GapRule(Variable(), width=30))
    contents = set()
    for number, size in enumerate((300, 1_150, 2_300)):
        starts = range(0, 2_300, size)
        batches = [composer.compose([["0", "1"]] * min(size, 2_300 - a), 1, a) for a in starts]
        path = tmp_path / f"{number}.parquet"
        Parquet().write_shard(batches, path)
        contents.add(path.read_bytes())
    assert len(contents) == 1
    metadata = pq.ParquetFile(path).metadata
    rows = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
    assert rows == [1_000, 1_000, 300]


def test_parseq_reads_lmdb(make: Callable[..., Any]) -> None:
    lmdb = package("lmdb")
    made = make(Lmdb())
    found = []
    for path in made.paths:
        assert [file.name for file in path.iterdir()] == ["data.mdb"]
        # PARSeq, strhub/data/dataset.py: LmdbDataset, written from its source.
        options = {"readonly": True, "create": False, "readahead": False, "lock": False}
        with (
            lmdb.open(str(path), max_readers=1, meminit=False, **options) as environment,
            environment.begin() as read,
        ):
            for index in range(1, int(read.get(b"num-samples")) + 1):
                label = read.get(f"label-{index:09d}".encode()).decode()
                found.append((label, decoded(read.get(f"image-{index:09d}".encode()))))
            assert read.get(f"image-{index + 1:09d}".encode()) is None
    assert [label for label, _ in found] == made.texts
    for (_, image), sample in zip(found, made.samples, strict=True):
        np.testing.assert_array_equal(image, sample.image)


def test_lmdb_grows_beyond_its_first_map(tmp_path: Path) -> None:
    lmdb = package("lmdb")
    noise = np.random.default_rng(1).integers(0, 256, (10, 500, 500)).astype(np.uint8)
    boxes, codes = np.zeros((10, 4), dtype=np.int64), np.zeros(10, dtype=np.int64)
    batch = SampleBatch(noise, Sequences(codes, codes + 1), ("0",), boxes, boxes, codes, None, 1, 0)
    # Ten times the default size of LMDB's map.
    Lmdb().write_shard([batch] * 40, tmp_path / "large")
    with lmdb.open(str(tmp_path / "large"), readonly=True, lock=False) as environment:
        assert environment.stat()["entries"] == 3 * 400 + 1
        used = (environment.info()["last_pgno"] + 1) * environment.stat()["psize"]
    assert used == (tmp_path / "large" / "data.mdb").stat().st_size > 100_000_000


def test_lmdb_without_metadata_has_images_and_texts_only(make: Callable[..., Any]) -> None:
    lmdb = package("lmdb")
    dataset_format = Lmdb(metadata=False)
    made = make(dataset_format, texts=("010", "1,NA"))
    with lmdb.open(str(made.paths[0]), readonly=True, lock=False) as environment:
        assert environment.stat()["entries"] == 5
    stored = list(dataset_format.read_shard(made.paths[0]))
    assert [one.labels for one in stored] == [("0", "1", "0"), ("1", "NA")]


@pytest.mark.environment
def test_paddleocr_reads_lmdb_and_files(
    make: Callable[..., Any], python_with: Callable[..., Path]
) -> None:
    """In an environment of its own, because it is large."""
    package_or_skip("lmdb")
    python = python_with("paddleocr==2.10.0", "paddlepaddle")
    table = make(Lmdb(), name="lmdb")
    files = make(Files(labels=("paddle",)), name="files")
    for call in (
        ["LMDBDataSet", table.folder / "train"],
        ["SimpleDataSet", files.folder, files.folder / "rec_gt_train.txt"],
    ):
        run = subprocess.run(
            [python, Path(__file__).with_name("paddle_reader.py"), *call],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        # It reads folders in the order of the file system, and logs to standard output.
        assert sorted(json.loads(run.stdout.splitlines()[-1])) == sorted(
            [sample.text, list(sample.image.shape), sha256(sample.image.tobytes()).hexdigest()]
            for sample in table.samples
        )


def test_numpy_reads_npy(make: Callable[..., Any]) -> None:
    made = make(Npy())
    for start, path in enumerate(made.paths):
        samples: list[Sample] = made.samples[4 * start : 4 * start + 4]
        images = np.load(path / "images.npy", mmap_mode="r")
        assert images.dtype == np.uint8
        np.testing.assert_array_equal(images, [sample.image for sample in samples])
        description = json.loads((path / "labels.json").read_text())
        assert description["texts"] == [sample.text for sample in samples]
        assert (description["alphabet"], description["seed"]) == (ALPHABET, 2**64 - 1)
        for name in ("boxes", "ink_boxes", "glyph_ids"):
            wanted = np.concatenate([getattr(sample, name) for sample in samples])
            np.testing.assert_array_equal(np.load(path / f"{name}.npy"), wanted)
        lengths = [len(sample.labels) for sample in samples]
        np.testing.assert_array_equal(np.load(path / "lengths.npy"), lengths)
        writers = np.load(path / "glyph_ids.npy") // 5
        np.testing.assert_array_equal(np.load(path / "writers.npy"), writers)


def decoded(encoded: bytes) -> Any:
    return cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
