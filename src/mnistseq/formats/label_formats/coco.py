"""Glyphs as objects with boxes, as pycocotools, torchvision and supervision read them.

Source: https://cocodataset.org/#format-data, "Object Detection".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any, ClassVar

from mnistseq.formats.label_formats.base import LabelFile, LabelFormat, Split, joined


class Coco(LabelFormat):
    """``instances_train.json`` for the split train."""

    name: ClassVar[str] = "coco"
    uses_boxes: ClassVar[bool] = True

    def of_split(self, split: Split) -> Iterator[LabelFile]:
        """Yield images, annotations and categories of a split, whose records are read twice."""
        categories = {label: number for number, label in enumerate(split.classes(), 1)}
        named = ({"id": number, "name": label} for label, number in categories.items())
        content = chain(
            joined('{"images": [\n', map(json.dumps, _images(split)), "\n],\n"),
            joined(
                '"annotations": [\n',
                map(json.dumps, self._annotations(split, categories)),
                "\n],\n",
            ),
            joined('"categories": [\n', map(json.dumps, named), "\n]}\n"),
        )
        yield f"instances_{split.name}.json", content

    def _annotations(self, split: Split, categories: dict[str, int]) -> Iterator[dict[str, Any]]:
        key = "ink_bbox" if self.boxes == "ink" else "bbox"
        number = 0
        for _, record in split.records():
            objects = record["objects"]
            for label, (x, y, width, height) in zip(
                objects["categories"], objects[key], strict=True
            ):
                # A glyph without ink has no box that a detector could find.
                if width and height:
                    number += 1
                    yield {
                        "id": number,
                        "image_id": record["index"],
                        "category_id": categories[label],
                        "bbox": [x, y, width, height],
                        "area": width * height,
                        "iscrowd": 0,
                    }


def _images(split: Split) -> Iterator[dict[str, Any]]:
    for path, record in split.records():
        yield {
            "id": record["index"],
            "file_name": path,
            "width": record["width"],
            "height": record["height"],
        }
