"""The samples of a data set are read back from any format, one by one or in order."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.needed import package_or_skip

from mnistseq import Composer, StoredDataset, build_composer, make_dataset, open_dataset
from mnistseq.core.protocols import Format
from mnistseq.core.stored_samples import StoredSample
from mnistseq.errors import ArgumentError, MnistseqError, SourceError
from mnistseq.formats.npy import Npy

FORMATS = ["files", "webdataset", "parquet", "lmdb", "npy"]
CONFIG = {"image": {"width": 150}}


@pytest.fixture(scope="module")
def composer() -> Composer:
    return build_composer(CONFIG)


def make(folder: Path, name: str, **options: Any) -> StoredDataset:
    if name in ("parquet", "lmdb"):
        package_or_skip(name)
    given: dict[str, Any] = {"count": 11, "length": "1-5", "shard_size": 4, "seed": 7, "jobs": 1}
    make_dataset(CONFIG, folder, format=name, **given | options)
    return open_dataset(folder)


def check(stored: StoredSample, composer: Composer, index: int) -> None:
    """Compare a sample with the same one, drawn again."""
    [sample] = composer.compose([stored.labels], 7, index)
    assert (stored.index, stored.text) == (index, sample.text)
    np.testing.assert_array_equal(stored.image, sample.image)
    for name in ("boxes", "ink_boxes", "glyph_ids"):
        values = getattr(stored, name)
        assert values.dtype == np.int64
        np.testing.assert_array_equal(values, getattr(sample, name))


@pytest.mark.parametrize("name", FORMATS)
def test_samples_are_those_that_were_drawn(name: str, tmp_path: Path, composer: Composer) -> None:
    with make(tmp_path / "out", name) as dataset:
        assert len(dataset) == 11
        assert [stored.index for stored in dataset] == list(range(11))
        for index in (9, 0, 4, 3, -1):
            check(dataset[index], composer, index % 11)
        assert [stored.index for stored in dataset[2:7:2]] == [2, 4, 6]
        with pytest.raises(IndexError):
            dataset[11]


def test_a_split_has_its_own_samples(tmp_path: Path) -> None:
    dataset = make(tmp_path / "out", "files", split="train=0.7,val=0.3")
    assert dataset.splits == ("train", "val")
    first = 10**10  # of the second split, so that the first can grow
    assert [stored.index for stored in dataset.split("val")] == [first, first + 1, first + 2]
    assert len(dataset.split("train")) == 8
    with pytest.raises(ArgumentError, match="has no split 'test'; it has train, val"):
        dataset.split("test")


@pytest.mark.parametrize("name", FORMATS)
def test_a_data_set_is_read_in_other_processes(name: str, tmp_path: Path) -> None:
    dataset = make(tmp_path / "out", name)
    assert dataset[5].index == 5  # so that a shard is open here
    with multiprocessing.get_context("fork").Pool(2) as pool:
        texts = pool.map(TextOf(dataset), range(11))
        # Processes that are terminated while they wait for a lock may wait for ever.
        pool.close()
        pool.join()
    assert texts == [stored.text for stored in dataset]
    again = pickle.loads(pickle.dumps(dataset))  # noqa: S301
    assert again[6].text == dataset[6].text


class TextOf:
    """A function that can be pickled."""

    def __init__(self, dataset: StoredDataset) -> None:
        self.dataset = dataset

    def __call__(self, index: int) -> str | None:
        return self.dataset[index].text


def test_lmdb_without_metadata_has_no_boxes(tmp_path: Path) -> None:
    dataset = make(tmp_path / "out", "lmdb", format_options={"metadata": False})
    assert dataset[3].boxes is None
    assert dataset[3].labels == tuple(dataset[3].text or "")


@pytest.mark.parametrize("hostile", ["/etc/passwd", "../../manifest.json", "link.png", "fifo.png"])
def test_only_regular_files_of_the_shard_are_opened(hostile: str, tmp_path: Path) -> None:
    dataset = make(tmp_path / "out", "files")
    shard = tmp_path / "out/train/00000"
    (shard / "link.png").symlink_to(shard / "000000000.png")
    os.mkfifo(shard / "fifo.png")
    lines = (shard / "metadata.jsonl").read_text("utf-8").splitlines()
    record = json.loads(lines[0])
    lines[0] = json.dumps({**record, "file_name": hostile})
    (shard / "metadata.jsonl").write_text("\n".join([*lines, ""]), "utf-8")
    reason = "not a regular file" if hostile.endswith(".png") else "not the name of a file"
    with pytest.raises(SourceError, match=f"train/00000: cannot be read .*{reason}"):
        dataset[0]
    assert dataset[1].index == 1


def test_a_member_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    dataset = make(tmp_path / "out", "webdataset", count=1)
    with tarfile.open(tmp_path / "out/train-00000.tar", "w") as archive:
        for name in ("a.png", "a.txt", "a.json"):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(member)
    with pytest.raises(SourceError, match=r"'a.png' is not a regular file"):
        dataset[0]


@pytest.mark.parametrize(("name", "file"), [("npy", "codes.npy"), ("lmdb", "data.mdb")])
def test_a_shard_that_is_a_link_inside_is_not_read(name: str, file: str, tmp_path: Path) -> None:
    dataset = make(tmp_path / "out", name)
    path = tmp_path / "out/train/00000" / file
    path.rename(tmp_path / file)
    path.symlink_to(tmp_path / file)
    with pytest.raises(MnistseqError, match=r"regular file|link"):
        dataset[0]


def test_a_truncated_shard_is_an_error_that_names_it(tmp_path: Path) -> None:
    dataset = make(tmp_path / "out", "parquet")
    path = tmp_path / "out" / dataset.manifest.shards[1].name
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(SourceError, match=r"-00001.parquet: cannot be read .*; restore it"):
        dataset[4]


def test_a_format_that_only_reads_in_order_is_read_at_any_index(tmp_path: Path) -> None:
    class InOrder(Npy):
        """Has no reader of its own."""

        open_shard = Format.open_shard

    dataset = make(tmp_path / "out", "npy", shard_size=11)
    reader = InOrder().open_shard(tmp_path / "out/train/00000")
    assert [reader[number].index for number in (0, 1, 5, 2, 10)] == [0, 1, 5, 2, 10]
    assert [stored.text for stored in reader] == [stored.text for stored in dataset]
    with pytest.raises(IndexError):
        reader[11]
