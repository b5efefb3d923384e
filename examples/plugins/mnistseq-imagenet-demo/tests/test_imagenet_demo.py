"""The source keeps its contract on small pictures, and works from the command line."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mnistseq_imagenet_demo import ImageNetDemo
from PIL import Image, ImageDraw

from mnistseq.errors import ArgumentError, SourceError
from mnistseq.testing import check_source

CLASSES = {"n02121808": "cat", "n02084071": "dog", "n02958343": "car"}
SIZES = [(60, 40), (40, 60), (50, 50)]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Three drawings of each class, in JPEG and PNG, with different widths."""
    lines = [f"{synset} {name}, and what else it is called" for synset, name in CLASSES.items()]
    (tmp_path / "classes.txt").write_text("\n".join(lines) + "\n")
    for number, synset in enumerate(CLASSES):
        folder = tmp_path / "train" / synset
        folder.mkdir(parents=True)
        for size, suffix in zip(SIZES, ("JPEG", "jpg", "png"), strict=True):
            picture = Image.new("RGB", size, "white")
            colour = [(200, 90, 30), (90, 60, 20), (20, 40, 200)][number]
            ImageDraw.Draw(picture).ellipse((5, 5, size[0] - 5, size[1] - 5), colour)
            picture.save(folder / f"{suffix}.{suffix}")
    return tmp_path


def test_contract(pictures: Path) -> None:
    """Labels, shapes, purity, errors."""
    bank = check_source(ImageNetDemo(height=20), "train", str(pictures))
    assert bank.alphabet == ("car", "cat", "dog")
    assert bank.pixels.shape == (9, 20, 30, 3)
    assert sorted(set(bank.widths.tolist())) == [13, 20, 30]


def test_second_start_maps_the_bank(pictures: Path) -> None:
    """Pictures are decoded once; then the pixels are a memory-mapped file."""
    first, second = (ImageNetDemo().load("train", str(pictures)) for _ in range(2))
    assert isinstance(second.pixels, np.memmap)
    assert first.digest() == second.digest()


def test_command_line(pictures: Path, tmp_path: Path) -> None:
    """The command line draws pictures in colour by the names of their classes."""
    output = tmp_path / "line.png"
    command = [sys.executable, "-m", "mnistseq", "generate", "cat,dog,car", "--metadata"]
    options = ["--source", "imagenet-demo", "--data-dir", str(pictures)]
    subprocess.run([*command, *options, "--seed", "1", "-o", str(output)], check=True)
    labels = json.loads(output.with_suffix(".json").read_text())
    assert labels["labels"] == ["cat", "dog", "car"]
    assert labels["plugins"] == {"mnistseq-imagenet-demo": "1.0"}
    with Image.open(output) as image:
        assert image.mode == "RGB"
        assert image.size == (labels["width"], 28)
        middles = [((x0 + x1) // 2, 14) for x0, _, x1, _ in labels["boxes"]]
        red_cat, _, blue_car = (image.getpixel(middle) for middle in middles)
    assert isinstance(red_cat, tuple)
    assert red_cat[0] > red_cat[2] + 100
    assert isinstance(blue_car, tuple)
    assert blue_car[2] > blue_car[0] + 100


def test_no_such_split(pictures: Path) -> None:
    """The split is a folder."""
    with pytest.raises(ArgumentError, match="unknown split 'val'"):
        ImageNetDemo().load("val", str(pictures))


def test_damaged_picture(pictures: Path) -> None:
    """A picture that cannot be decoded is named."""
    damaged = pictures / "train" / "n02121808" / "damaged.jpg"
    damaged.write_bytes(b"no picture")
    with pytest.raises(SourceError, match=r"damaged\.jpg: cannot be decoded"):
        ImageNetDemo().load("train", str(pictures))
