"""QMNIST: the writers of MNIST's digits, and a test set of 60,000."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from mnistseq import Config
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.pipeline.composers import build_composer
from mnistseq.pipeline.glyph_loading import load_bank
from mnistseq.sources.mnist import Mnist
from mnistseq.sources.qmnist import Qmnist
from mnistseq.testing import check_source


@pytest.fixture
def labels(shared_data: Path) -> str:
    return str(shared_data / "qmnist")


@pytest.mark.parametrize(("split", "half"), [("train", "train"), ("test10k", "test")])
def test_mnists_pictures_have_their_writers(labels: str, split: str, half: str) -> None:
    bank = Qmnist().load(split, labels)
    mnist = Mnist().load(half, None)
    np.testing.assert_array_equal(bank.pixels, mnist.pixels)
    np.testing.assert_array_equal(bank.codes, mnist.codes)
    assert bank.alphabet == mnist.alphabet
    assert bank.writers is not None
    assert bank.writers.dtype == np.int64


def test_the_writers_are_the_published_ones(labels: str) -> None:
    train, test = (Qmnist().load(split, labels).by_writer for split in ("train", "test10k"))
    assert len(train.writers) == 539
    assert train.wrote.all(axis=1).sum() == 536
    assert not set(train.writers.tolist()) & set(test.writers.tolist())


def test_a_line_is_drawn_from_one_writer(labels: str) -> None:
    config = Config(source={"name": "qmnist", "path": labels, "writer": "one"})
    bank = load_bank(config)
    assert bank.writers is not None
    composer = build_composer(config)
    for start in range(5):
        sample = composer.compose(["3141592653"], seed=8, start=start)[0]
        assert len(set(bank.writers[list(sample.glyph_ids)].tolist())) == 1
        assert [bank.alphabet[bank.codes[glyph]] for glyph in sample.glyph_ids] == [*"3141592653"]


def idx(values: np.ndarray[tuple[int, ...], np.dtype[np.uint8 | np.int32]]) -> bytes:
    """An IDX file, gzipped."""
    kind = 0x08 if values.dtype == np.uint8 else 0x0C
    head = struct.pack(f">BBBB{values.ndim}I", 0, 0, kind, values.ndim, *values.shape)
    return gzip.compress(head + values.astype(values.dtype.newbyteorder(">")).tobytes(), 1)


def real_labels(shared_data: Path, half: str) -> bytes:
    return (shared_data / "qmnist" / f"qmnist-{half}-labels-idx2-int.gz").read_bytes()


@pytest.fixture(scope="module")
def own(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the real labels, and pictures that encode the number of their row."""
    folder = tmp_path_factory.mktemp("own")
    for half in ("train", "test"):
        pixels = np.zeros((60_000, 28, 28), dtype=np.uint8)
        rows = np.arange(60_000)
        pixels[:, 14, 14], pixels[:, 14, 15] = rows // 250, rows % 250
        images, labels = (
            folder / f"qmnist-{half}-{rest}"
            for rest in ("images-idx3-ubyte.gz", "labels-idx2-int.gz")
        )
        images.write_bytes(idx(pixels))
        labels.write_bytes(real_labels(shared_data, half))
    return folder


@pytest.mark.parametrize(
    ("split", "first", "number"),
    [
        ("train", 0, 60_000),
        ("test", 0, 60_000),
        ("test10k", 0, 10_000),
        ("test50k", 10_000, 50_000),
    ],
)
def test_its_own_pictures_are_read_row_by_row(
    own: Path, split: str, first: int, number: int
) -> None:
    bank = Qmnist(pictures="qmnist").load(split, str(own))
    rows = bank.pixels[:, 14, 14].astype(int) * 250 + bank.pixels[:, 14, 15]
    np.testing.assert_array_equal(rows, first + np.arange(number))


def test_all_of_test_shows_its_own_pictures_and_train_mnists(own: Path) -> None:
    assert len(Qmnist().load("test", str(own))) == 60_000
    assert Qmnist().load("test", str(own)).pixels[:, :14].max() == 0
    # The config alone decides which pictures are read, not the files that are present.
    np.testing.assert_array_equal(
        Qmnist().load("train", str(own)).pixels, Mnist().load("train", None).pixels
    )


def test_all_of_test_needs_its_image_file(labels: str) -> None:
    with pytest.raises(SourceError, match="qmnist-test-images-idx3-ubyte"):
        Qmnist().load("test", labels)


def test_an_unknown_split_is_refused(labels: str) -> None:
    with pytest.raises(ArgumentError, match="it has train, test, test10k, test50k"):
        Qmnist().load("val", labels)


def test_the_short_labels_are_refused(tmp_path: Path) -> None:
    short = tmp_path / "qmnist-train-labels-idx2-int.gz"
    short.write_bytes(idx(np.zeros((60_000, 1), dtype=np.uint8)))
    with pytest.raises(SourceError, match=r"are int32 \(N, 8\), not uint8 \(60000, 1\)"):
        Qmnist().load("train", str(tmp_path))


def test_it_keeps_the_contract_of_sources(labels: str) -> None:
    check_source(Qmnist(), "train", labels)
