"""Label files, read by the packages they are made for, or by the rules those document."""

from __future__ import annotations

import csv
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
        for one in found:
            x, y, width, height = one["bbox"]
            mask = read.annToMask(one)
            assert mask.sum() == width * height == mask[y : y + height, x : x + width].sum()
            assert one["iscrowd"] == 0


def test_pycocotools_shows_info_and_evaluates_detections(make: Callable[..., Any]) -> None:
    coco, evaluation = package("pycocotools.coco"), package("pycocotools.cocoeval")
    made = make(Files(labels=("coco",)))
    truth = coco.COCO(str(made.folder / "instances_train.json"))
    truth.info()
    assert truth.dataset["licenses"] == [
        {
            "id": 1,
            "name": "CC-BY-4.0: Someone, Blocks",
            "url": "https://spdx.org/licenses/CC-BY-4.0.html",
        }
    ]
    assert {image["license"] for image in truth.dataset["images"]} == {1}
    keys = ("image_id", "category_id", "bbox")
    perfect = [
        {**{key: one[key] for key in keys}, "score": 1.0} for one in truth.dataset["annotations"]
    ]
    run = evaluation.COCOeval(truth, truth.loadRes(perfect), "bbox")
    run.evaluate()
    run.accumulate()
    run.summarize()
    assert run.stats[1] > 0.99  # average precision where boxes overlap by half


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
            images_directory_path=str(path / "images"),
            annotations_directory_path=str(path / "labels"),
            data_yaml_path=str(made.folder / "data.yaml"),
        )
        check_detections(shard, made.samples[start : start + 4], boxes)


def test_supervision_reads_polygons_of_yolo(make: Callable[..., Any]) -> None:
    supervision = package("supervision")
    made = make(Files(labels=("yolo",), masks=True))
    for start, path in zip((0, 4), made.paths, strict=True):
        read = supervision.DetectionDataset.from_yolo(
            images_directory_path=str(path / "images"),
            annotations_directory_path=str(path / "labels"),
            data_yaml_path=str(made.folder / "data.yaml"),
        )
        samples = made.samples[start : start + 4]
        check_detections(read, samples, "ink")
        for name, _, detections in read:
            sample = samples[int(Path(name).stem) - start]
            for number, mask in enumerate(detections.mask, 1):
                # It rounds polygons to pixels, and includes their right and lower sides.
                assert mask[sample.mask == number].all()


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


def test_doctr_has_a_text_for_each_image_of_a_part(make: Callable[..., Any]) -> None:
    # docTR, doctr/datasets/recognition.py: a dict of names in the folder of images; and
    # references/recognition/train.py: each folder of the one it is given is a part.
    made = make(Files(labels=("doctr",)))
    texts: list[str] = []
    for part in sorted((made.folder / "train").iterdir()):
        found = json.loads((part / "labels.json").read_text("utf-8"))
        for name, text in found.items():
            sample = made.samples[len(texts)]
            pixels = cv2.imread(str(part / "images" / name), cv2.IMREAD_UNCHANGED)
            np.testing.assert_array_equal(pixels, sample.image)
            texts.append(text)
    assert texts == made.texts


def test_easyocr_has_a_list_in_each_folder_of_images(make: Callable[..., Any]) -> None:
    # EasyOCR, trainer/dataset.py: OCRDataset, with the arguments that it gives to pandas.
    pandas = package("pandas")
    for labels in (("easyocr",), ("easyocr", "yolo")):
        made = make(Files(labels=labels), name="-".join(labels))
        texts: list[str] = []
        for path in made.paths:
            folder = path / "images" if "yolo" in labels else path
            table = pandas.read_csv(
                folder / "labels.csv",
                sep="^([^,]+),",
                engine="python",
                usecols=["filename", "words"],
                keep_default_na=False,
                dtype=str,
            )
            assert all((folder / name).is_file() for name in table["filename"])
            texts += list(table["words"])
        assert texts == made.texts


def test_csv_quotes_every_value(make: Callable[..., Any]) -> None:
    pandas = package("pandas")
    made = make(Files(labels=("csv",)))
    path = made.folder / "labels_train.csv"
    assert path.read_text("utf-8").splitlines()[:2] == [
        '"file_name","text"',
        '"train/00000/000000000.png","010"',
    ]
    table = pandas.read_csv(path, dtype=str, keep_default_na=False)
    assert list(table["text"]) == made.texts
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == made.texts
    assert all((made.folder / row["file_name"]).is_file() for row in rows)


def test_jsonl_has_the_records_of_a_split(make: Callable[..., Any]) -> None:
    made = make(Files(labels=("jsonl", "doctr")))
    lines = (made.folder / "labels_train.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert [record["text"] for record in records] == made.texts
    assert [record["objects"]["categories"] for record in records] == [
        list(sample.labels) for sample in made.samples
    ]
    assert records[4]["file_name"] == "train/00001/images/000000004.png"


def test_yolo_and_doctr_share_a_layout(make: Callable[..., Any]) -> None:
    made = make(Files(labels=("yolo", "doctr", "gttxt")), name="images")
    for path in made.paths:
        assert {file.name for file in path.iterdir()} == {
            "classes.txt",
            "images",
            "labels",
            "labels.json",
            "metadata.jsonl",
        }
        for image in (path / "images").glob("*.png"):
            # Ultralytics, data/utils.py: img2label_paths.
            label = "/labels/".join(str(image).rsplit("/images/", 1)).rsplit(".", 1)[0] + ".txt"
            assert len(Path(label).read_text().splitlines()) > 0
            assert image.with_suffix(".gt.txt").is_file()


def test_gttxt_has_a_text_beside_each_image(make: Callable[..., Any]) -> None:
    made = make(Files(labels=("gttxt",)))
    files = [file for path in made.paths for file in sorted(path.glob("*.gt.txt"))]
    assert [file.read_text().rstrip("\n") for file in files] == made.texts
    assert all(Path(str(file).replace(".gt.txt", ".png")).exists() for file in files)
