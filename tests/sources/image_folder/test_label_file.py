"""A flat folder of pictures with a table of files and labels."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnistseq import GlyphBank
from mnistseq.errors import SourceError
from mnistseq.sources.image_folder.source import ImageFolder

FILES = ("0001.png", "0002.png", "deep/0003.png")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures, told apart by their strength of ink."""
    root = tmp_path / "pictures"
    for number, name in enumerate(FILES):
        pixels = np.full((6, 5), 255, dtype=np.uint8)
        pixels[2:4, 2] = 10 * number
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(root / name)
    return root


def load(folder: Path, *lines: str, name: str = "labels.csv") -> GlyphBank:
    (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    return ImageFolder(labels=name).load("train", str(folder))


def labels_of(bank: GlyphBank) -> list[str]:
    """The label of each picture, in the order of the files."""
    inks = bank.pixels.max(axis=(1, 2)).tolist()
    assert inks == sorted(inks, reverse=True)
    return [bank.alphabet[code] for code in bank.codes]


@pytest.mark.parametrize(
    "lines",
    [
        ("deep/0003.png,7", "0001.png,039", "0002.png,7"),
        ("filename,label", "0001.png,039", "0002.png,7", "deep/0003.png,7"),
        ("label;file", "039;0001.png", "7;./0002.png", "7;deep\\0003.png"),
        ("id,breed", "0001,039", "0002,7", "0003,7"),
        ("index,image,by,class", "5,0001.png,me,039", "6,0002.png,me,7", "7,0003.png,me,7"),
        ("\ufefffile\tlabel", "0001.png\t039", "", "0002.png\t7", "0003.png\t7", "0003.png\t7"),
        ("0001.png,039", "0002.png,7", "deep/0003,7"),
    ],
)
def test_a_table_gives_pictures_their_labels(folder: Path, lines: tuple[str, ...]) -> None:
    bank = load(folder, *lines)
    assert labels_of(bank) == ["039", "7", "7"]
    assert ImageFolder(labels="labels.csv").splits(str(folder)) == ("train",)


def test_a_table_may_be_anywhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.tsv").write_text("0001.png\ta\n0002.png\tb\n0003.png\tc\n")
    bank = ImageFolder(labels=str(tmp_path / "labels.tsv")).load("train", str(folder))
    assert labels_of(bank) == ["a", "b", "c"]
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in FILES:
            archive.write(folder / name, name)
    bank = ImageFolder(labels="labels.tsv").load("train", str(tmp_path / "all.zip"))
    assert labels_of(bank) == ["a", "b", "c"]


def test_labels_may_be_renamed_by_a_file_of_classes(folder: Path) -> None:
    (folder / "labels.csv").write_text("0001.png,n1\n0002.png,n2\n0003.png,n1\n")
    (folder / "names.csv").write_text("n1,cat\nn2,dog\n")
    bank = ImageFolder(labels="labels.csv", classes="names.csv").load("train", str(folder))
    assert labels_of(bank) == ["cat", "dog", "cat"]


def test_a_picture_without_a_row_is_skipped_with_a_warning(folder: Path) -> None:
    with pytest.warns(UserWarning, match=r"skipped 1 picture without a row: deep/0003\.png"):
        bank = load(folder, "0001.png,a", "0002.png,b")
    assert labels_of(bank) == ["a", "b"]


FAULTS = {
    "no such picture": (
        ("0001.png,a", "0009.png,b", "0008.png,b"),
        r"has no picture, or several, for 0009\.png \(line 2\), 0008\.png \(line 3\)",
    ),
    "the first row names no picture": (("0009.png,a", "0001.png,b"), r"0009\.png \(line 1\)"),
    "two labels": (("0001.png,a", "0001,b"), r"line 2: 0001 is 'b', but on an earlier line 'a'"),
    "no label": (("0001.png,a", "0002.png,"), "line 2 lacks a label"),
    "no file": (("0001.png,a", ",b"), "line 2 lacks a file"),
    "short row": (("0001.png,a", "0002.png"), "line 2 has only 1 column"),
    "one column": (("0001.png", "0002.png"), "line 1 has 1 column; give two, file and label"),
    "three columns": (("a,b,c", "0001.png,1,2"), "line 1 has 3 columns; give two"),
    "no rows": (("",), "has no rows"),
    "a header alone": (("file,label",), "has no picture, or several, for any row"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_table_names_its_line(folder: Path, fault: str) -> None:
    lines, message = FAULTS[fault]
    with pytest.raises(SourceError, match=message):
        load(folder, *lines)


def test_other_splits_and_missing_tables_are_refused(folder: Path) -> None:
    with pytest.raises(SourceError, match="all pictures are in train"):
        ImageFolder(labels="labels.csv").load("test", str(folder))
    with pytest.raises(SourceError, match=r"labels\.csv: no such file"):
        ImageFolder(labels="labels.csv").load("train", str(folder))
