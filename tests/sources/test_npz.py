"""Archives of arrays: real digits, what Keras and others write, and what is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnistseq import Config, GlyphBank
from mnistseq.core.composer import Composer
from mnistseq.core.gap_rule import GapRule
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.pipeline.composers import build_composer
from mnistseq.sources.array_files.files import content_digest
from mnistseq.sources.npz import Npz
from mnistseq.spacings.variable import Variable
from mnistseq.testing import check_source

IMAGES = np.arange(6 * 5 * 4, dtype=np.uint8).reshape(6, 5, 4)
LABELS = np.array([3, 0, 10, 3, 0, 10])


def save(path: Path, **arrays: Any) -> str:
    np.savez(path / "set.npz", **arrays)
    return str(path / "set.npz")


def labels_of(bank: GlyphBank) -> list[str]:
    return [bank.alphabet[code] for code in bank.codes]


@pytest.fixture(scope="module")
def keras(tmp_path_factory: pytest.TempPathFactory, mnist: GlyphBank) -> str:
    """Some of MNIST as keras keeps it: x_train, y_train, x_test, y_test, compressed."""
    path = tmp_path_factory.mktemp("keras") / "mnist.npz"
    labels = mnist.codes.astype(np.uint8)
    np.savez_compressed(
        path,
        x_train=mnist.pixels[:500],
        y_train=labels[:500],
        x_test=mnist.pixels[500:600],
        y_test=labels[500:600],
    )
    return str(path)


def test_mnist_as_keras_keeps_it(keras: str, mnist: GlyphBank) -> None:
    train, test = Npz().load("train", keras), Npz().load("test", keras)
    np.testing.assert_array_equal(train.pixels, mnist.pixels[:500])
    np.testing.assert_array_equal(test.pixels, mnist.pixels[500:600])
    assert labels_of(test) == [str(code) for code in mnist.codes[500:600]]
    assert train.alphabet == tuple("0123456789")


def test_it_keeps_the_contract_of_sources(keras: str) -> None:
    check_source(Npz(), "train", keras)


def test_a_config_draws_from_it(keras: str) -> None:
    config = Config(source={"name": "npz", "path": keras})
    assert build_composer(config).compose(["350"], seed=1)[0].labels == ("3", "5", "0")


def test_arrays_may_be_given_by_name(tmp_path: Path) -> None:
    path = save(tmp_path, digits=IMAGES, what=LABELS)
    bank = Npz(images="digits", labels="what").load("train", path)
    np.testing.assert_array_equal(bank.pixels, IMAGES)
    assert bank.alphabet == ("0", "3", "10")  # in the order of numbers
    assert labels_of(bank) == ["3", "0", "10", "3", "0", "10"]
    assert Npz(images="digits", labels="what").load("any", path).fingerprint == bank.fingerprint


def test_a_split_may_have_any_name(tmp_path: Path) -> None:
    path = save(tmp_path, x_val=IMAGES, y_val=LABELS)
    assert len(Npz().load("val", path)) == 6
    message = r"no images and labels of the split 'train' are among its arrays: x_val, y_val\. Name"
    with pytest.raises(SourceError, match=message):
        Npz().load("train", path)


def test_labels_may_be_strings(tmp_path: Path) -> None:
    for labels in (
        np.array(["cat", "big dog", "cat", "猫", "e\u0301", "é"]),
        np.array([text.encode() for text in ("cat", "big dog", "cat", "猫", "e\u0301", "é")]),
    ):
        bank = Npz().load("train", save(tmp_path, x_train=IMAGES, y_train=labels))
        assert bank.alphabet == ("big dog", "cat", "é", "猫")
        assert labels_of(bank) == ["cat", "big dog", "cat", "猫", "é", "é"]


def test_images_may_be_flat(tmp_path: Path) -> None:
    square = np.arange(4 * 784).reshape(4, 28, 28).astype(np.uint8)
    path = save(tmp_path, x_train=square.reshape(4, 784), y_train=LABELS[:4])
    np.testing.assert_array_equal(Npz().load("train", path).pixels, square)
    path = save(tmp_path, x_train=IMAGES.reshape(6, 20), y_train=LABELS)
    for source in (Npz(height=5), Npz(width=4), Npz(height=5, width=4)):
        np.testing.assert_array_equal(source.load("train", path).pixels, IMAGES)
    with pytest.raises(
        SourceError,
        match="has 20 pixels an image, which does not fit images 5 px high and 5 px wide; give",
    ):
        Npz(height=5, width=5).load("train", path)


def test_images_may_be_stored_column_by_column(tmp_path: Path) -> None:
    turned = IMAGES.swapaxes(1, 2)
    path = save(tmp_path, x_train=turned, y_train=LABELS)
    np.testing.assert_array_equal(Npz(transpose=True).load("train", path).pixels, IMAGES)
    path = save(tmp_path, x_train=turned.reshape(6, 20), y_train=LABELS)
    np.testing.assert_array_equal(Npz(transpose=True, height=5).load("train", path).pixels, IMAGES)


def test_channels_may_come_first(tmp_path: Path) -> None:
    path = save(tmp_path, x_train=IMAGES[:, None], y_train=LABELS)
    np.testing.assert_array_equal(Npz().load("train", path).pixels, IMAGES)
    colours = np.stack([IMAGES, IMAGES // 2, 255 - IMAGES], axis=1)
    pixels = Npz().load("train", save(tmp_path, x_train=colours, y_train=LABELS)).pixels
    np.testing.assert_array_equal(pixels, np.moveaxis(colours, 1, 3))


@pytest.mark.parametrize("dtype", [np.int64, np.uint16, np.float32, np.float64])
def test_numbers_from_0_to_255_stay_as_they_are(tmp_path: Path, dtype: Any) -> None:
    bank = Npz().load("train", save(tmp_path, x_train=IMAGES.astype(dtype), y_train=LABELS))
    np.testing.assert_array_equal(bank.pixels, IMAGES)
    assert bank.pixels.dtype == np.uint8


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64])
def test_images_of_zeros_and_ones_have_full_ink(tmp_path: Path, dtype: Any) -> None:
    bank = Npz().load("train", save(tmp_path, x_train=(IMAGES % 2).astype(dtype), y_train=LABELS))
    np.testing.assert_array_equal(bank.pixels, IMAGES % 2 * 255)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.float32])
def test_labels_may_be_one_hot(tmp_path: Path, dtype: Any) -> None:
    one_hot = np.eye(11, dtype=dtype)[LABELS]
    bank = Npz().load("train", save(tmp_path, x_train=IMAGES, y_train=one_hot))
    assert bank.alphabet == ("0", "3", "10")
    assert labels_of(bank) == ["3", "0", "10", "3", "0", "10"]


def test_labels_may_be_whole_floats(tmp_path: Path) -> None:
    bank = Npz().load("train", save(tmp_path, x_train=IMAGES, y_train=LABELS.astype(float)))
    assert labels_of(bank) == ["3", "0", "10", "3", "0", "10"]


def test_names_as_in_medmnist_are_found(tmp_path: Path) -> None:
    arrays = {"train_images": IMAGES, "train_labels": LABELS[:, None]}
    path = save(tmp_path, **arrays, val_images=IMAGES[:2], val_labels=LABELS[:2, None])
    assert (len(Npz().load("train", path)), len(Npz().load("validation", path))) == (6, 2)
    assert Npz().splits(path) == ("train", "val")
    assert Npz(images="train_images", labels="train_labels").splits(path) == ()


def save_pair(folder: Path, images: str, labels: str) -> Path:
    """Images and labels in two files, as KMNIST has them, or as .npy files."""
    folder.mkdir(exist_ok=True)
    for name, array in ((images, IMAGES), (labels, LABELS)):
        if name.endswith(".npz"):
            np.savez_compressed(folder / name, array)
        else:
            np.save(folder / name, array)
    return folder


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("kmnist-train-imgs.npz", "kmnist-train-labels.npz"),
        ("X_kannada_MNIST_train.npz", "y_kannada_MNIST_train.npz"),
        ("x_train.npy", "y_train.npy"),
        ("train_images.npy", "train_labels.npz"),
        ("imgs.npy", "labels.npy"),
    ],
)
def test_two_files_are_found_in_a_folder(tmp_path: Path, images: str, labels: str) -> None:
    folder = save_pair(tmp_path / "set", images, labels)
    bank = Npz().load("train", str(folder))
    np.testing.assert_array_equal(bank.pixels, IMAGES)
    assert labels_of(bank) == ["3", "0", "10", "3", "0", "10"]
    assert bank.name == "npz set"


def test_a_folder_has_a_pair_for_each_split(tmp_path: Path) -> None:
    folder = str(save_pair(tmp_path, "kmnist-train-imgs.npz", "kmnist-train-labels.npz"))
    np.savez(tmp_path / "kmnist-test-imgs.npz", IMAGES[:3])
    np.savez(tmp_path / "kmnist-test-labels.npz", LABELS[:3])
    assert (len(Npz().load("train", folder)), len(Npz().load("test", folder))) == (6, 3)
    assert Npz().splits(folder) == ("test", "train")
    with pytest.raises(SourceError, match="no images and labels of the split 'val' are among its"):
        Npz().load("val", folder)


def test_two_files_may_be_named(tmp_path: Path) -> None:
    folder = str(save_pair(tmp_path, "a.npz", "b.npy"))
    with pytest.raises(SourceError, match=r"among its files: a\.npz, b\.npy\. Name two files in"):
        Npz().load("train", folder)
    assert len(Npz(images="a.npz", labels="b.npy").load("train", folder)) == 6
    with pytest.raises(SourceError, match="no such file or folder"):
        Npz(images="a.npz", labels="c.npy").load("train", folder)


def test_of_two_equal_pairs_the_compressed_one_is_read(tmp_path: Path) -> None:
    save_pair(tmp_path, "imgs.npz", "labels.npz")
    np.save(tmp_path / "imgs.npy", IMAGES + 1)
    np.save(tmp_path / "labels.npy", LABELS)
    np.testing.assert_array_equal(Npz().load("train", str(tmp_path)).pixels, IMAGES)
    chosen = Npz(images="imgs.npy", labels="labels.npy").load("train", str(tmp_path))
    np.testing.assert_array_equal(chosen.pixels, IMAGES + 1)


def test_a_file_of_a_pair_has_one_array(tmp_path: Path) -> None:
    path = save(tmp_path, a=IMAGES, b=LABELS)
    np.save(tmp_path / "labels.npy", LABELS)
    with pytest.raises(SourceError, match=r"set\.npz: has a, b, but each of two files has one"):
        Npz(images=Path(path).name, labels="labels.npy").load("train", str(tmp_path))


def test_headers_of_single_files_are_checked_too(tmp_path: Path) -> None:
    np.save(tmp_path / "labels.npy", LABELS)
    (tmp_path / "images.npy").write_bytes(npy(IMAGES, (6, 50_000, 40_000)))
    with pytest.raises(SourceError, match=r"images\.npy claims shape \(6, 50000, 40000\) of uint8"):
        Npz().load("train", str(tmp_path))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4"])
def test_floats_are_scaled_to_255(tmp_path: Path, dtype: Any) -> None:
    images = (IMAGES / 255).astype(dtype)
    bank = Npz().load("train", save(tmp_path, x_train=images, y_train=LABELS))
    np.testing.assert_array_equal(bank.pixels, IMAGES)
    assert bank.pixels.dtype == np.uint8


def test_a_last_axis_of_one_and_three_channels_are_read(tmp_path: Path) -> None:
    one = Npz().load("train", save(tmp_path, x_train=IMAGES[..., None], y_train=LABELS[:, None]))
    np.testing.assert_array_equal(one.pixels, IMAGES)
    colours = np.stack([IMAGES, IMAGES // 2, 255 - IMAGES], axis=3)
    bank = Npz().load("train", save(tmp_path, x_train=colours, y_train=LABELS))
    np.testing.assert_array_equal(bank.pixels, colours)
    turned = Npz().load("train", save(tmp_path, x_train=np.asfortranarray(colours), y_train=LABELS))
    np.testing.assert_array_equal(turned.pixels, colours)


def test_dark_ink_is_inverted(tmp_path: Path) -> None:
    path = save(tmp_path, x_train=IMAGES, y_train=LABELS)
    bank = Npz(polarity="dark-on-light").load("train", path)
    np.testing.assert_array_equal(bank.pixels, 255 - IMAGES)


def test_another_file_of_the_same_name_is_another_bank(tmp_path: Path) -> None:
    first = Npz().load("train", save(tmp_path, x_train=IMAGES, y_train=LABELS))
    again = Npz().load("train", save(tmp_path, x_train=IMAGES, y_train=LABELS))
    other = Npz().load("train", save(tmp_path, x_train=IMAGES + 1, y_train=LABELS))
    assert isinstance(again.pixels, np.memmap)
    assert again.fingerprint == first.fingerprint != other.fingerprint


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "no labels": (
        {"x_train": IMAGES},
        "no images and labels of the split 'train' are among its arrays: x_train",
    ),
    "nothing": ({}, "among its arrays: it has none"),
    "two pairs": (
        {"x_a": IMAGES, "y_a": LABELS, "x_b": IMAGES, "y_b": LABELS},
        "several pairs could be the split 'train': x_a and y_a, x_b and y_b",
    ),
    "too few labels": (
        {"x_train": IMAGES, "y_train": LABELS[:5]},
        "x_train has 6 images, but .*y_train has 5 labels",
    ),
    "images that are no squares": (
        {"x_train": IMAGES.reshape(6, 20), "y_train": LABELS},
        "x_train has 20 pixels an image, which is not a square number; give the size",
    ),
    "four channels": (
        {"x_train": np.ones((6, 5, 4, 4), np.uint8), "y_train": LABELS},
        r"shape \(6, 5, 4, 4\), but images are",
    ),
    "two channels first": (
        {"x_train": np.ones((6, 2, 5, 4), np.uint8), "y_train": LABELS},
        r"shape \(6, 2, 5, 4\), but images are",
    ),
    "swapped": ({"x_train": LABELS, "y_train": IMAGES}, "are images and labels swapped"),
    "flat and swapped": (
        {"x_train": np.eye(6), "y_train": IMAGES.reshape(6, 20)},
        "6 pixels an image|are images and labels swapped",
    ),
    "strings as images": (
        {"x_train": IMAGES.astype(str), "y_train": LABELS},
        "x_train has type <U3, but images are numbers",
    ),
    "numbers above 255": (
        {"x_train": IMAGES.astype(int) * 3, "y_train": LABELS},
        "numbers from 0 to 357, but images have numbers from 0 to 255, or from 0 to 1; scale",
    ),
    "negative floats": (
        {"x_train": IMAGES / 127.5 - 1, "y_train": LABELS},
        "numbers from -1 to",
    ),
    "not a number": (
        {"x_train": np.full((6, 5, 4), np.nan), "y_train": LABELS},
        "numbers from nan to nan",
    ),
    "probabilities": (
        {"x_train": IMAGES, "y_train": np.full((6, 2), 0.5)},
        r"y_train has shape \(6, 2\), but its rows are not one-hot",
    ),
    "two ones in a row": (
        {"x_train": IMAGES, "y_train": np.ones((6, 2))},
        r"y_train has shape \(6, 2\), but its rows are not one-hot",
    ),
    "fractions as labels": (
        {"x_train": IMAGES, "y_train": LABELS / 2},
        "y_train has type float64, not all of them whole, but labels are whole numbers or strings",
    ),
    "infinite labels": (
        {"x_train": IMAGES, "y_train": np.full(6, np.inf)},
        "y_train has type float64, not all of them whole",
    ),
    "a line break": (
        {"x_train": IMAGES, "y_train": np.array(["a\nb", "", " c", "d", "d", "d"])},
        r"the end of a line or undecodable bytes: '', 'a\\nb'; give the images other labels",
    ),
    "no UTF-8": (
        {"x_train": IMAGES, "y_train": np.array([b"caf\xe9"] * 6)},
        "y_train has labels that are not UTF-8",
    ),
    "no images": (
        {"x_train": IMAGES[:0], "y_train": LABELS[:0]},
        "has no glyphs",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_arrays_that_are_not_images_and_labels_are_refused(tmp_path: Path, fault: str) -> None:
    arrays, message = FAULTS[fault]
    with pytest.raises(SourceError, match=message):
        Npz().load("train", save(tmp_path, **arrays))


def test_python_objects_are_not_unpickled(tmp_path: Path) -> None:
    touched = tmp_path / "touched"

    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return touched.touch, ()

    path = save(tmp_path, x_train=IMAGES, y_train=np.array([Trap()] * 6, dtype=object))
    with pytest.raises(SourceError, match=r"y_train contains Python objects, .* can run"):
        Npz().load("train", path)
    assert not touched.exists()


def npy(array: Any, claim: tuple[int, ...] | None = None, descr: str = "|u1") -> bytes:
    """An array as a .npy; `claim` is another shape for its header."""
    buffer = io.BytesIO()
    header = {"descr": descr, "fortran_order": False, "shape": claim or np.shape(array)}
    np.lib.format.write_array_header_1_0(buffer, header)
    return buffer.getvalue() + np.asarray(array).tobytes()


def archive(path: Path, members: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> str:
    with zipfile.ZipFile(path / "set.npz", "w", kind) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return str(path / "set.npz")


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (npy(IMAGES, (6, 50_000, 40_000)), r"claims shape \(6, 50000, 40000\) of uint8, 12000000"),
        (npy(IMAGES, (5, 5, 4)), r"claims shape \(5, 5, 4\) of uint8, 100 bytes, but has 120"),
        (npy(IMAGES, (6, 5, 5)), r"claims shape \(6, 5, 5\) of uint8, 150 bytes, but has 120"),
        (npy(IMAGES, (-6, -5, 4)), r"claims shape \(-6, -5, 4\) of uint8, which is impossible"),
        (npy(IMAGES, descr="|S0"), r"which is impossible"),
        (npy(IMAGES)[:40], "array x_train is not a readable array"),
        (b"nonsense", "x_train is not a readable array"),
        (b"\x93NUMPY\x09\x00" + npy(IMAGES)[8:], "x_train is not a readable array"),
    ],
)
def test_headers_that_lie_are_refused(tmp_path: Path, images: bytes, message: str) -> None:
    path = archive(tmp_path, {"x_train.npy": images, "y_train.npy": npy(LABELS, descr="<i8")})
    with pytest.raises(SourceError, match=message):
        Npz().load("train", path)


def test_an_archive_that_claims_gigabytes_is_refused(tmp_path: Path) -> None:
    path = Path(archive(tmp_path, {"x_train.npy": npy(IMAGES), "y_train.npy": npy(LABELS)}))
    content = bytearray(path.read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (4_000_000_000).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"claims 4000000000 bytes, but the .* cannot hold more"):
        Npz().load("train", str(path))


def test_other_compressions_are_refused(tmp_path: Path) -> None:
    members = {"x_train.npy": npy(IMAGES), "y_train.npy": npy(LABELS, descr="<i8")}
    assert len(Npz().load("train", archive(tmp_path, members, zipfile.ZIP_STORED))) == 6
    with pytest.raises(SourceError, match="is compressed in a way that NumPy does not write"):
        Npz().load("train", archive(tmp_path, members, zipfile.ZIP_LZMA))


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.95])
def test_a_damaged_file_is_refused(tmp_path: Path, at: float) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (60, 9, 9)).astype(np.uint8)
    np.savez_compressed(tmp_path / "set.npz", x_train=noise, y_train=np.arange(60) % 3)
    content = bytearray((tmp_path / "set.npz").read_bytes())
    start = int(len(content) * at)
    content[start : start + 30] = b"\x55" * 30
    (tmp_path / "set.npz").write_bytes(content)
    with pytest.raises(SourceError, match=r"set\.npz: "):
        Npz().load("train", str(tmp_path / "set.npz"))


def test_a_truncated_file_and_another_kind_of_file_are_refused(tmp_path: Path) -> None:
    path = Path(save(tmp_path, x_train=IMAGES, y_train=LABELS))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(SourceError, match=r"not a readable \.npz file"):
        Npz().load("train", str(path))
    np.save(tmp_path / "one.npy", IMAGES)
    with pytest.raises(SourceError, match=r"has one array, but images and labels are two"):
        Npz().load("train", str(tmp_path / "one.npy"))


def test_a_path_is_needed_and_has_to_be_a_file(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"source npz needs source\.path"):
        Npz().load("train", None)
    with pytest.raises(SourceError, match="no such file"):
        Npz().load("train", str(tmp_path / "nowhere.npz"))
    with pytest.raises(SourceError, match="cannot be read: Is a directory"):
        content_digest(tmp_path)


@pytest.mark.parametrize("label", [",", " ", '"', "/", "é", "a, b"])
def test_a_label_may_be_any_text_of_one_line(tmp_path: Path, label: str) -> None:
    labels = np.array(["1", label, "1", label, "1", label])
    np.savez(tmp_path / "set.npz", x_train=IMAGES, y_train=labels)
    bank = Npz().load("train", str(tmp_path / "set.npz"))
    composer = Composer(bank, GapRule(Variable(), minimum=0, maximum=5))
    quoted = '"' + label.replace('"', '""') + '"'
    assert composer.compose([f"1,{quoted},1"], seed=1).labels == (("1", label, "1"),)
    assert composer.compose([["1", label]], seed=1).labels == (("1", label),)
