"""EMNIST and KMNIST: small files in the real format are downloaded and read."""

from __future__ import annotations

import gzip
import hashlib
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources import emnist, kmnist
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile
from mnistseq.sources.downloads.fetch import obtain
from mnistseq.sources.emnist import Emnist
from mnistseq.sources.kmnist import Kmnist
from mnistseq.testing import check_source

MAPPINGS = {
    "byclass": "".join(
        f"{label} {ord(character)}\r\n"
        for label, character in enumerate(
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        )
    ),
    "letters": "".join(f"{label} {64 + label} {96 + label}\n" for label in range(1, 27)),
    "digits": "".join(f"{label} {48 + label}\n" for label in range(10)),
}


def idx(values: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    head = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    return gzip.compress(head + values.tobytes(), 1)


def upright(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Pictures of a bar along the top, each of a different strength."""
    pixels = np.zeros((count, 28, 28), dtype=np.uint8)
    pixels[:, 2, 4:24] = 100 + np.arange(count)[:, None]
    return pixels


def write_archive(path: Path) -> Path:
    """gzip.zip with three variants, laid out like NIST's."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for variant, mapping in MAPPINGS.items():
            labels = [int(line.split()[0]) for line in mapping.splitlines()]
            for split, numbers in (("train", labels * 2), ("test", labels[::-1])):
                stem = f"gzip/emnist-{variant}-{split}"
                stored = np.ascontiguousarray(upright(len(numbers)).transpose(0, 2, 1))
                made.writestr(f"{stem}-images-idx3-ubyte.gz", idx(stored))
                made.writestr(
                    f"{stem}-labels-idx1-ubyte.gz", idx(np.array(numbers, dtype=np.uint8))
                )
            made.writestr(f"gzip/emnist-{variant}-mapping.txt", mapping)
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "gzip.zip")


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, str]]:
    """A folder, and the address under which it is served; downloads go elsewhere."""
    folder = tmp_path / "served"
    folder.mkdir()
    monkeypatch.setenv("MNISTSEQ_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("MNISTSEQ_MIRROR", raising=False)
    monkeypatch.delenv("MNISTSEQ_OFFLINE", raising=False)
    monkeypatch.chdir(tmp_path)
    http = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder))
    )
    Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    yield folder, f"http://127.0.0.1:{http.server_address[1]}/"
    http.shutdown()
    http.server_close()


def served_dataset(dataset: Dataset, folder: Path, url: str) -> Dataset:
    """A data set whose checksums are those of the files in a folder, served at an address."""
    files = tuple(
        RemoteFile(
            file.name,
            hashlib.md5((folder / file.name).read_bytes(), usedforsecurity=False).hexdigest(),
            (folder / file.name).stat().st_size,
        )
        for file in dataset.files
    )
    return replace(dataset, files=files, mirrors=(url,), torchvision=None)


def test_emnists_pictures_are_upright(archive: Path) -> None:
    bank = Emnist(variant="digits").load("train", str(archive))
    np.testing.assert_array_equal(bank.pixels, upright(20))
    assert bank.ink[0].tolist() == [4, 2, 24, 3]


@pytest.mark.parametrize(
    ("variant", "first", "last", "number"),
    [("byclass", "0", "z", 62), ("letters", "A", "Z", 26), ("digits", "0", "9", 10)],
)
def test_emnists_labels_are_characters(
    archive: Path, variant: str, first: str, last: str, number: int
) -> None:
    source = Emnist(variant=variant)  # type: ignore[arg-type]  # one of its values
    train, test = source.load("train", str(archive)), source.load("test", str(archive))
    assert len(train.alphabet) == number
    assert (train.alphabet[train.codes[0]], train.alphabet[train.codes[-1]]) == (first, last)
    assert (test.alphabet[test.codes[0]], test.alphabet[test.codes[-1]]) == (last, first)
    assert (len(train), len(test)) == (2 * number, number)


def test_emnist_is_downloaded_and_read(web: tuple[Path, str]) -> None:
    folder, url = web
    write_archive(folder / "gzip.zip")
    (path,) = obtain(served_dataset(emnist.DATASET, folder, url))
    assert path.read_bytes() == (folder / "gzip.zip").read_bytes()
    assert len(Emnist(variant="letters").load("train", str(path.parent))) == 52


def test_an_unpacked_archive_is_read_too(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "all")
    zipped = Emnist(variant="letters").load("test", str(archive))
    for folder in (tmp_path / "all", tmp_path / "all" / "gzip"):
        bank = Emnist(variant="letters").load("test", str(folder))
        assert bank.fingerprint == zipped.fingerprint


@pytest.mark.parametrize("variant", ["byclass", "letters", "digits"])
def test_files_without_their_mapping_have_the_usual_labels(
    archive: Path, tmp_path: Path, variant: str
) -> None:
    source = Emnist(variant=variant)  # type: ignore[arg-type]  # one of its values
    complete = source.load("train", str(archive))
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "all")
    (tmp_path / "all" / "gzip" / f"emnist-{variant}-mapping.txt").unlink()
    bank = source.load("train", str(tmp_path / "all"))
    assert bank.fingerprint == complete.fingerprint


def test_a_variant_that_the_archive_lacks_is_refused(archive: Path) -> None:
    with pytest.raises(
        SourceError, match="does not contain emnist-bymerge-train-images-idx3-ubyte"
    ):
        Emnist(variant="bymerge").load("train", str(archive))


def test_a_broken_archive_is_refused(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-100])
    with pytest.raises(SourceError, match="not a readable zip archive"):
        Emnist().load("train", str(archive))


def test_a_mapping_that_lacks_a_label_is_refused(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "all")
    mapping = tmp_path / "all" / "gzip" / "emnist-digits-mapping.txt"
    mapping.write_text("0 48\n1 49\n")
    with pytest.raises(SourceError, match=r"does not map the labels \[2, 3, 4, 5, 6, 7, 8, 9\]"):
        Emnist(variant="digits").load("train", str(tmp_path / "all"))
    mapping.write_text("zero\n")
    with pytest.raises(SourceError, match="not a mapping of labels to character codes"):
        Emnist(variant="digits").load("train", str(tmp_path / "all"))


def test_emnist_has_two_splits(archive: Path) -> None:
    with pytest.raises(ArgumentError, match="no split 'val'; it has train and test"):
        Emnist().load("val", str(archive))


def test_a_missing_archive_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no such file or folder; give EMNIST's gzip\.zip"):
        Emnist().load("train", str(tmp_path / "nowhere"))


def test_kmnist_is_downloaded_and_read(web: tuple[Path, str]) -> None:
    folder, url = web
    for prefix, count in (("train", 30), ("t10k", 10)):
        labels = np.arange(count, dtype=np.uint8) % 10
        (folder / f"{prefix}-images-idx3-ubyte.gz").write_bytes(idx(upright(count)))
        (folder / f"{prefix}-labels-idx1-ubyte.gz").write_bytes(idx(labels))
    paths = obtain(served_dataset(kmnist.DATASET, folder, url))
    for split, count in (("train", 30), ("test", 10)):
        bank = Kmnist().load(split, str(paths[0].parent))
        np.testing.assert_array_equal(bank.pixels, upright(count))
        assert bank.alphabet == tuple("0123456789")


def test_kmnist_has_two_splits() -> None:
    with pytest.raises(ArgumentError, match="source kmnist has no split 'val'"):
        Kmnist().load("val", None)


def test_it_keeps_the_contract_of_sources(archive: Path) -> None:
    check_source(Emnist(variant="letters"), "train", str(archive))
