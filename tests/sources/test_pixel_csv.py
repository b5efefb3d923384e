"""The source csv: an image in each row, as MNIST is often shared."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from mnistseq import Config, GlyphBank, build_composer
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.pixel_csv import PixelCsv
from mnistseq.testing import check_source

IMAGES = np.arange(6 * 16, dtype=np.uint8).reshape(6, 4, 4)
LABELS = ["3", "0", "10", "3", "0", "10"]


def rows_of(
    images: np.ndarray = IMAGES, labels: Iterable[object] = LABELS, separator: str = ","
) -> list[str]:
    flat = images.reshape(len(images), -1).tolist()
    return [
        separator.join(map(str, [label, *row])) for label, row in zip(labels, flat, strict=True)
    ]


def header(count: int = 16) -> str:
    return ",".join(["label", *(f"pixel{index}" for index in range(count))])


def write(folder: Path, lines: Iterable[str], name: str = "set.csv") -> str:
    (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    return str(folder / name)


def labels_of(bank: GlyphBank) -> list[str]:
    return [bank.alphabet[code] for code in bank.codes]


def check(bank: GlyphBank) -> None:
    np.testing.assert_array_equal(bank.pixels, IMAGES)
    assert bank.alphabet == ("0", "3", "10")  # in the order of numbers
    assert labels_of(bank) == LABELS


def test_mnist_is_read_from_csv(tmp_path: Path, mnist: GlyphBank) -> None:
    some = slice(0, 60)
    lines = [header(784), *rows_of(mnist.pixels[some], mnist.codes[some])]
    path = write(tmp_path, lines, "mnist_train.csv")
    bank = PixelCsv().load("train", path)
    np.testing.assert_array_equal(bank.pixels, mnist.pixels[some])
    assert labels_of(bank) == [str(code) for code in mnist.codes[some]]
    config = Config(source={"name": "csv", "path": path})
    assert build_composer(config).compose(["350"], seed=1)[0].labels == ("3", "5", "0")


def test_it_keeps_the_contract_of_sources(tmp_path: Path) -> None:
    check_source(PixelCsv(), "train", write(tmp_path, rows_of()))


def test_a_header_is_optional(tmp_path: Path) -> None:
    for lines in ([header(), *rows_of()], rows_of(), ["\ufeff" + header(), "", *rows_of(), ""]):
        check(PixelCsv().load("train", write(tmp_path, lines)))


def test_semicolons_tabs_windows_lines_and_quotes_are_read(tmp_path: Path) -> None:
    for separator in (";", "\t"):
        check(PixelCsv().load("train", write(tmp_path, rows_of(separator=separator))))
    (tmp_path / "set.csv").write_bytes("\r\n".join([header(), *rows_of()]).encode())
    check(PixelCsv().load("train", str(tmp_path / "set.csv")))
    quoted = ['"' + row.replace(",", '","') + '"' for row in [header(), *rows_of()]]
    check(PixelCsv().load("train", write(tmp_path, quoted)))


def test_a_gzipped_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "set.csv.gz"
    path.write_bytes(gzip.compress("\n".join([header(), *rows_of()]).encode()))
    check(PixelCsv().load("train", str(path)))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SourceError, match="damaged gzip data"):
        PixelCsv().load("train", str(path))


def test_the_column_of_labels_may_be_anywhere(tmp_path: Path) -> None:
    names = header().split(",")
    at_the_end = [",".join([*row.split(",")[1:], row.split(",")[0]]) for row in rows_of()]
    path = write(tmp_path, [",".join([*names[1:], "class"]), *at_the_end])
    check(PixelCsv().load("train", path))
    path = write(tmp_path, [",".join([*names[1:], "what"]), *at_the_end])
    with pytest.raises(
        SourceError, match=r"has no column called label; .*parameters\.label: pixel"
    ):
        PixelCsv().load("train", path)
    check(PixelCsv(label="what").load("train", path))
    check(PixelCsv(label="17").load("train", write(tmp_path, at_the_end)))
    with pytest.raises(SourceError, match="has no column 'wat'; did you mean 'what'"):
        PixelCsv(label="wat").load("train", write(tmp_path, [",".join([*names[1:], "what"])]))
    with pytest.raises(SourceError, match="has no column '18'; it has 17 columns"):
        PixelCsv(label="18").load("train", write(tmp_path, at_the_end))


def test_row_numbers_are_not_pixels(tmp_path: Path) -> None:
    for name in ("", "id", "Unnamed: 0"):
        lines = [f"{number},{row}" for number, row in enumerate(rows_of())]
        check(PixelCsv().load("train", write(tmp_path, [f"{name},{header()}", *lines])))


def test_a_table_of_ids_without_labels_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, [header().replace("label", "id"), *rows_of()])
    with pytest.raises(SourceError, match="has no column called label"):
        PixelCsv().load("train", path)


def test_labels_may_be_strings(tmp_path: Path) -> None:
    labels = ["cat", "big dog", "cat", "猫", "039", "é"]
    bank = PixelCsv().load("train", write(tmp_path, rows_of(labels=labels)))
    assert labels_of(bank) == labels
    bank = PixelCsv().load("train", write(tmp_path, rows_of(labels=["039", "7", "10"] * 2)))
    assert bank.alphabet == ("039", "10", "7")
    bank = PixelCsv().load("train", write(tmp_path, rows_of(labels=["9.0", "7.0", "10.0"] * 2)))
    assert bank.alphabet == ("7", "9", "10")


def test_pixels_may_be_floats(tmp_path: Path) -> None:
    for images in (IMAGES.astype(float), IMAGES / 255 * 255.0):
        check(PixelCsv().load("train", write(tmp_path, rows_of(images))))
    bank = PixelCsv().load("train", write(tmp_path, rows_of(IMAGES / 255)))
    np.testing.assert_array_equal(bank.pixels, IMAGES)


def test_images_may_have_any_size(tmp_path: Path) -> None:
    images = IMAGES.reshape(6, 2, 8)
    path = write(tmp_path, rows_of(images))
    np.testing.assert_array_equal(PixelCsv(height=2).load("train", path).pixels, images)
    np.testing.assert_array_equal(PixelCsv(width=8).load("train", path).pixels, images)
    with pytest.raises(
        SourceError, match="has 16 pixels an image, which does not fit images 3 px high"
    ):
        PixelCsv(height=3).load("train", path)
    with pytest.raises(SourceError, match="has 15 pixels an image, which is not a square number"):
        PixelCsv().load("train", write(tmp_path, rows_of(IMAGES.reshape(6, 16)[:, :15])))


def test_images_may_be_transposed_and_dark_on_light(tmp_path: Path) -> None:
    path = write(tmp_path, rows_of(255 - IMAGES.swapaxes(1, 2)))
    check(PixelCsv(transpose=True, polarity="dark-on-light").load("train", path))


def test_a_folder_has_a_file_for_each_split(tmp_path: Path) -> None:
    write(tmp_path, rows_of(), "mnist_train.csv")
    write(tmp_path, rows_of(IMAGES[:2], LABELS[:2]), "mnist_test.csv")
    source, folder = PixelCsv(), str(tmp_path)
    assert (len(source.load("training", folder)), len(source.load("test", folder))) == (6, 2)
    assert source.splits(folder) == ("test", "train")
    with pytest.raises(
        SourceError, match=r"no file of the split 'val'; it has mnist_test\.csv, mn"
    ):
        source.load("val", folder)
    write(tmp_path, rows_of(), "other_train.csv")
    with pytest.raises(
        SourceError, match=r"several files of the split 'train'; it has mnist_train"
    ):
        source.load("train", folder)


def test_the_only_file_of_a_folder_serves_every_split(tmp_path: Path) -> None:
    write(tmp_path, rows_of(), "digits.csv")
    check(PixelCsv().load("train", str(tmp_path)))
    assert PixelCsv().splits(str(tmp_path)) == ()


def replaced(row: int, column: int, cell: str) -> list[str]:
    """Rows below a header, one of whose cells is another."""
    rows = [line.split(",") for line in rows_of()]
    rows[row][column] = cell
    return [header(), *(",".join(cells) for cells in rows)]


FAULTS = {
    "a word": (replaced(2, 5, "x"), r"set\.csv: line 4, column 6 \(pixel4\): 'x' is not a number"),
    "no cell": (replaced(2, 5, ""), r"line 4, column 6 \(pixel4\): '' is not a number"),
    "too large": (replaced(0, 1, "256"), r"line 2, column 2 \(pixel0\): 256 is not a pixel"),
    "negative": (replaced(5, 16, "-1"), r"line 7, column 17 \(pixel15\): -1 is not a pixel"),
    "nan": (replaced(5, 16, "nan"), r"line 7, column 17 \(pixel15\): nan is not a pixel"),
    "no label": (replaced(1, 0, ""), r"line 3, column 1 \(label\): the label is empty"),
    "more cells": (replaced(1, 3, "1,1"), "line 3 has 18 columns, but the first has 17"),
    "no header": ([rows_of()[0], rows_of()[1] + "x"], "line 2, column 17: '31x' is not a number"),
    "no images": ([header()], "has a header, but no images"),
    "no rows": (["", ""], "has no rows"),
    "a table of sequences": (["id,label", "15,5"], "line 1 has 2 columns, but a row is"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_its_line_and_column(tmp_path: Path, fault: str) -> None:
    lines, message = FAULTS[fault]
    with pytest.raises(SourceError, match=message):
        PixelCsv().load("train", write(tmp_path, lines))


def test_other_files_and_paths_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"source csv needs source\.path"):
        PixelCsv().load("train", None)
    with pytest.raises(SourceError, match="no such file"):
        PixelCsv().load("train", str(tmp_path / "nowhere.csv"))
    (tmp_path / "set.xlsx").write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(SourceError, match="is not text in UTF-8; save the table as CSV"):
        PixelCsv().load("train", str(tmp_path / "set.xlsx"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="has no file of the split 'train'; it has no CSV files"):
        PixelCsv().load("train", str(tmp_path / "empty"))
    (tmp_path / "set.csv").write_text(f"{header()}\n" + "1" * 200_000)
    with pytest.raises(SourceError, match=r"set\.csv: line 2: field larger"):
        PixelCsv().load("train", str(tmp_path / "set.csv"))
