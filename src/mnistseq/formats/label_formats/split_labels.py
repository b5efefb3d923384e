"""Label files of a whole split, made from the metadata.jsonl of its shards.

Sources: https://www.paddleocr.ai, "Text recognition", for ``rec_gt_train.txt``
(path, tab, text) and ``dict.txt`` (one character a line);
https://mindee.github.io/doctr, ``RecognitionDataset``, for ``labels.json``;
https://cocodataset.org/#format-data; https://docs.ultralytics.com/datasets/detect
for ``data.yaml``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import IO, Any

from mnistseq.core.sequences import join
from mnistseq.formats.label_formats.sidecar_labels import CLASSES, Boxes

METADATA = "metadata.jsonl"

Open = Callable[[str], IO[bytes]]


@dataclass(frozen=True)
class _Split:
    """The samples of a split, read anew each time: never held, however many there are."""

    name: str
    shards: list[str]
    read: Open

    def records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Path in the data set and what is known, of every sample."""
        for shard in self.shards:
            with self.read(f"{shard}/{METADATA}") as lines:
                for line in lines:
                    record = json.loads(line)
                    yield f"{shard}/{record['file_name']}", record


def write_label_files(
    labels: Collection[str], boxes: Boxes, shards: list[str], read: Open, folder: Path
) -> None:
    """Write what was asked for of paddle, doctr, coco and yolo.

    Parameters
    ----------
    labels : collection of str
    boxes : {'ink', 'cell'}
        For coco.
    shards : list of str
        ``train/00000`` and so on; what stands before the stroke is the split.
    read : callable
        Opens a file of the data set.
    folder : Path
    """
    if not shards or not set(labels) & {"paddle", "doctr", "coco", "yolo"}:
        return
    grouped = groupby(shards, lambda shard: shard.partition("/")[0])
    splits = [_Split(name, list(members), read) for name, members in grouped]
    alphabet = [] if not set(labels) - {"doctr", "jsonl"} else _alphabet(shards[0], read)
    for split in splits:
        if "paddle" in labels:
            lines = (f"{path}\t{record['text']}\n" for path, record in split.records())
            _write(folder / f"rec_gt_{split.name}.txt", lines)
        if "doctr" in labels:
            (folder / split.name).mkdir()
            _write(folder / split.name / "labels.json", _doctr(split))
        if "coco" in labels:
            _write(folder / f"instances_{split.name}.json", _coco(split, boxes, alphabet))
    if "paddle" in labels:
        # The comma is there where labels are words, of which a text is put together.
        characters = sorted(set(join([*alphabet, alphabet[0]])))
        _write(folder / "dict.txt", (f"{character}\n" for character in characters))
    if "yolo" in labels:
        # JSON is YAML, too; quoted, a digit stays a text.
        named = _yolo_splits([split.name for split in splits]).items()
        paths = (f"{json.dumps(key)}: {json.dumps(name)}\n" for key, name in named)
        _write(folder / "data.yaml", [*paths, f"names: {json.dumps(alphabet)}\n"])


def _yolo_splits(names: list[str]) -> dict[str, str]:
    """What a data.yaml calls each split: Ultralytics takes none without a train and a val."""
    keys = {name: name for name in names}
    keys.setdefault("train", names[0])
    if "validation" not in keys:  # it takes that, too
        others = [name for name in names if name != keys["train"]]
        keys.setdefault("val", (others or names)[0])
    return keys


def _doctr(split: _Split) -> Iterator[str]:
    start = len(split.name) + 1
    pairs = ((path[start:], record["text"]) for path, record in split.records())
    return _joined(
        "{\n", (f"{json.dumps(path)}: {json.dumps(text)}" for path, text in pairs), "\n}\n"
    )


def _coco(split: _Split, boxes: Boxes, alphabet: list[str]) -> Iterator[str]:
    """Images, annotations and categories, the samples being read once for each of the first two."""
    numbers = {label: number for number, label in enumerate(alphabet, 1)}
    images = (
        {
            "id": record["index"],
            "file_name": path,
            "width": record["width"],
            "height": record["height"],
        }
        for path, record in split.records()
    )
    found = (
        {"image_id": record["index"], "category_id": numbers[label], "bbox": box}
        for _, record in split.records()
        for label, box in zip(
            record["objects"]["categories"],
            record["objects"]["ink_bbox" if boxes == "ink" else "bbox"],
            strict=True,
        )
        # A glyph without ink has no box that could be found.
        if box[2] and box[3]
    )
    annotations = (
        {"id": number, **one, "area": one["bbox"][2] * one["bbox"][3], "iscrowd": 0}
        for number, one in enumerate(found, 1)
    )
    categories = [{"id": number, "name": label} for label, number in numbers.items()]
    return chain(
        _joined('{"images": [\n', map(json.dumps, images), "\n],\n"),
        _joined('"annotations": [\n', map(json.dumps, annotations), "\n],\n"),
        _joined('"categories": [\n', map(json.dumps, categories), "\n]}\n"),
    )


def _alphabet(shard: str, read: Open) -> list[str]:
    with read(f"{shard}/{CLASSES}") as file:
        return file.read().decode().split("\n")[:-1]


def _joined(before: str, parts: Iterable[str], after: str) -> Iterator[str]:
    yield before
    between = ""
    for part in parts:
        yield between + part
        between = ",\n"
    yield after


def _write(path: Path, parts: Iterable[str]) -> None:
    with open(path, "x", encoding="utf-8", newline="") as file:
        file.writelines(parts)
