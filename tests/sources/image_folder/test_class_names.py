"""Files that give folders of pictures other names."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from mnistseq.errors import SourceError
from mnistseq.sources.image_folder.source import ImageFolder

SYNSETS = ("n01440764", "n02012849", "n03126707", "n03710637", "n03710721")
IMAGENET = """\
n01440764 tench, Tinca tinca
n02012849 crane
n03126707 crane
n03710637 maillot
n03710721 maillot, tank suit
n09999999 of a folder that is not here
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """ImageNet's layout, one picture a synset, each of another width."""
    for number, synset in enumerate(SYNSETS):
        path = tmp_path / "set" / "train" / synset / f"{synset}_1.JPEG"
        path.parent.mkdir(parents=True)
        Image.new("L", (10 + number, 12), 255).save(path)
    return tmp_path / "set"


def labels(root: Path, classes: str) -> dict[int, str]:
    """Width of each picture → its label."""
    bank = ImageFolder(classes=classes).load("train", str(root))
    codes = bank.codes.tolist()
    return {
        width: bank.alphabet[code] for width, code in zip(bank.widths.tolist(), codes, strict=True)
    }


def test_imagenets_own_file_gives_labels(root: Path) -> None:
    (root / "LOC_synset_mapping.txt").write_text(IMAGENET)
    assert labels(root, "LOC_synset_mapping.txt") == {
        10: "tench",  # the first of its names
        11: "crane",
        12: "crane",  # one name is one label
        13: "maillot",
        14: "tank suit",  # the first is taken by another
    }


PAIRS = [
    ["n01440764", "tench"],
    ["n02012849", "Kranich"],
    ["n03126707", "big crane"],
    ["n03710637", "猫"],
    ["n03710721", "e\u0301tude"],
]
FILES = {
    "classes.csv": "folder,name\n" + "".join(f'{a},"{b}"\n' for a, b in PAIRS),
    "classes.tsv": "\n".join("\t".join(pair) for pair in PAIRS) + "\n\n",
    "CLASSES.JSON": json.dumps(dict(PAIRS)),
    "imagenet_class_index.json": json.dumps({str(n): pair for n, pair in enumerate(PAIRS)}),
    "classes.txt": "\r\n".join(" ".join(pair) for pair in PAIRS),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_labels(root: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + FILES[name].encode())
    found = labels(root, str(tmp_path / name))
    wanted = ["tench", "Kranich", "big crane", "猫", unicodedata.normalize("NFC", "e\u0301tude")]
    assert list(found.values()) == wanted


def test_other_names_make_another_bank_of_the_same_pictures(root: Path) -> None:
    plain = ImageFolder().load("train", str(root))
    assert plain.alphabet == SYNSETS
    (root / "classes.csv").write_text("\n".join(f"{a},{b}" for a, b in PAIRS))
    named = ImageFolder(classes="classes.csv").load("train", str(root))
    assert named.fingerprint != plain.fingerprint
    (root / "classes.csv").write_text("\n".join(f"{a},new {b}" for a, b in PAIRS))
    assert "new tench" in ImageFolder(classes="classes.csv").load("train", str(root)).alphabet


FAULTS = {
    "folder missing": ("a.csv", "n01440764,tench\n", r"has no name for n02012849, n03126707, "),
    "not there": ("a.csv", None, "no such file or folder; give the path of the file of classes"),
    "empty": ("a.txt", "", "it has names for no folder; add a line"),
    "no JSON": ("a.json", "{", "not a JSON object of folders and names"),
    "a list": ("a.json", "[1]", "not a JSON object of folders and names"),
    "numbers": ("a.json", '{"n01440764": 3}', "every name has to be a string"),
    "three columns": ("a.csv", "n01440764,tench,Tinca", "entry 1 is .* not a folder and its name"),
    "no name": ("a.txt", "n01440764\n", "entry 1 is .* not a folder and its name"),
    "blank name": ("a.csv", "n01440764, \n", "entry 1 is .* not a folder and its name"),
    "twice": ("a.txt", "n1 a\nn1 b\n", "n1 is both 'a' and 'b'"),
    "nothing but commas": ("a.txt", IMAGENET + "n1 ,\n", "every part of ',' is"),
    "no name left": (
        "a.txt",
        IMAGENET + "n1 crane, maillot\n",
        "every part of 'crane, maillot' is the name of another",
    ),
    "a huge cell": ("a.csv", "x" * 200_000, "not a readable table: field larger than"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_unusable_files_are_refused(root: Path, fault: str) -> None:
    name, content, message = FAULTS[fault]
    if content is not None:
        (root / name).write_text(content)
    with pytest.raises(SourceError, match=message) as caught:
        ImageFolder(classes=name).load("train", str(root))
    assert str(caught.value).startswith(str(root / name))


def test_a_file_that_is_not_text_is_refused(root: Path) -> None:
    (root / "a.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="is not UTF-8"):
        ImageFolder(classes="a.csv").load("train", str(root))


def test_a_folder_instead_of_a_file_is_refused(root: Path) -> None:
    with pytest.raises(SourceError, match="train: cannot be read: Is a directory"):
        ImageFolder(classes="train").load("train", str(root))


@pytest.mark.parametrize("folder", [b"cat\nbig", b"caf\xe9"])
def test_folders_that_no_sequence_can_name_are_refused(tmp_path: Path, folder: bytes) -> None:
    path = tmp_path / os.fsdecode(folder)
    path.mkdir()
    Image.new("L", (9, 9)).save(path / "1.png")
    with pytest.raises(SourceError, match=r"undecodable bytes: .*rename these folders"):
        ImageFolder().load("train", str(tmp_path))


def test_such_a_folder_may_be_given_a_name(tmp_path: Path) -> None:
    (tmp_path / "cat, big").mkdir()
    Image.new("L", (9, 9)).save(tmp_path / "cat, big" / "1.png")
    (tmp_path / "names.csv").write_text('"cat, big",cat\n')
    assert ImageFolder(classes="names.csv").load("train", str(tmp_path)).alphabet == ("cat",)
