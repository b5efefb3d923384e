"""Label files, read by the packages they are made for, or by the rules those document."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mnistseq.core.samples import Sample
from mnistseq.formats.encoding.records import coco_boxes
from mnistseq.formats.files import Files

# These packages issue warnings of their own.
pytestmark = pytest.mark.filterwarnings("ignore")

ALPHABET = ["0", "1", "7", "NA", "null"]


def package(name: str) -> Any:
    return pytest.importorskip(name, exc_type=ImportError)


@pytest.mark.parametrize("boxes", ["ink", "cell"])
def test_pycocotools_reads_coco(make: Callable[..., Any], boxes: Any) -> None:
    coco = package("pycocotools.coco")
    made = make(Files(labels=("coco",), boxes=boxes))
    read = coco.COCO(str(made.folder / "instances_train.json"))
    assert [one["name"] for one in read.loadCats(read.getCatIds())] == ALPHABET
    assert len(read.getImgIds()) == len(made.samples)
    for sample in made.samples:
        (image,) = read.loadImgs([sample.index])
        pixels = cv2.imread(str(made.folder / image["file_name"]), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(pixels, sample.image)
        assert (image["height"], image["width"]) == sample.image.shape
        found = read.loadAnns(read.getAnnIds([sample.index]))
        assert [ALPHABET[one["category_id"] - 1] for one in found] == list(sample.labels)
        corners = sample.ink_boxes if boxes == "ink" else sample.boxes
        assert [one["bbox"] for one in found] == coco_boxes(corners).tolist()


@pytest.mark.parametrize("boxes", ["ink", "cell"])
def test_supervision_reads_coco_and_yolo(make: Callable[..., Any], boxes: Any) -> None:
    supervision = package("supervision")
    made = make(Files(labels=("coco", "yolo"), boxes=boxes))
    whole = supervision.DetectionDataset.from_coco(
        images_directory_path=str(made.folder),
        annotations_path=str(made.folder / "instances_train.json"),
    )
    check_detections(whole, made.samples, boxes)
    for start, path in zip((0, 4), made.paths, strict=True):
        shard = supervision.DetectionDataset.from_yolo(
            images_directory_path=str(path),
            annotations_directory_path=str(path),
            data_yaml_path=str(made.folder / "data.yaml"),
        )
        check_detections(shard, made.samples[start : start + 4], boxes)


def check_detections(read: Any, samples: list[Sample], boxes: str) -> None:
    assert read.classes == ALPHABET
    found = {Path(path).stem: detections for path, _, detections in read}
    assert sorted(found) == [f"{sample.index:09d}" for sample in samples]
    for sample in samples:
        detections = found[f"{sample.index:09d}"]
        assert [ALPHABET[number] for number in detections.class_id] == list(sample.labels)
        corners = sample.ink_boxes if boxes == "ink" else sample.boxes
        np.testing.assert_allclose(detections.xyxy, corners, atol=0.01)


def test_paddle_lists_paths_texts_and_characters(make: Callable[..., Any]) -> None:
    # PaddleOCR, ppocr/data/simple_dataset.py and ppocr/postprocess/rec_postprocess.py.
    made = make(Files(labels=("paddle",)))
    lines = (made.folder / "rec_gt_train.txt").read_bytes().decode().split("\n")
    assert lines.pop() == ""
    pairs = [line.split("\t") for line in lines]
    assert [text for _, text in pairs] == made.texts
    for (path, _), sample in zip(pairs, made.samples, strict=True):
        np.testing.assert_array_equal(
            cv2.imread(str(made.folder / path), cv2.IMREAD_UNCHANGED), sample.image
        )
    characters = (made.folder / "dict.txt").read_bytes().decode().split("\n")[:-1]
    assert characters == sorted(set(",017NAnul"))
    assert {*"".join(made.texts)} <= {*characters}


def test_doctr_has_a_text_for_each_path(make: Callable[..., Any]) -> None:
    # docTR, doctr/datasets/recognition.py: a dict of names in the folder of images.
    made = make(Files(labels=("doctr",)))
    found = json.loads((made.folder / "train" / "labels.json").read_text())
    assert list(found.values()) == made.texts
    for name, sample in zip(found, made.samples, strict=True):
        pixels = cv2.imread(str(made.folder / "train" / name), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(pixels, sample.image)


def test_gttxt_has_a_text_beside_each_image(make: Callable[..., Any]) -> None:
    made = make(Files(labels=("gttxt",)))
    files = [file for path in made.paths for file in sorted(path.glob("*.gt.txt"))]
    assert [file.read_text().rstrip("\n") for file in files] == made.texts
    assert all(Path(str(file).replace(".gt.txt", ".png")).exists() for file in files)
