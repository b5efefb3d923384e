"""coco: glyphs as objects with boxes, for pycocotools, torchvision and supervision.

Source: https://cocodataset.org/#format-data, "Object Detection".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any, ClassVar

from mnistseq.formats.encoding.run_lengths import area_of
from mnistseq.formats.label_formats.base import LabelFile, LabelFormat, LabelledSplit, joined
from mnistseq.version import __version__


class Coco(LabelFormat):
    """``instances_train.json`` for the split train."""

    name: ClassVar[str] = "coco"
    uses_boxes: ClassVar[bool] = True

    def of_split(self, split: LabelledSplit) -> Iterator[LabelFile]:
        """Yield images, annotations and categories of a split, reading its records twice."""
        categories = {label: number for number, label in enumerate(split.classes(), 1)}
        named = ({"id": number, "name": label} for label, number in categories.items())
        about = {"description": "Images of sequences, drawn by mnistseq", "version": __version__}
        content = chain(
            [f'{{"info": {json.dumps(about)},\n'],
            joined('"licenses": [\n', map(json.dumps, _licences(split)), "\n],\n"),
            joined('"images": [\n', map(json.dumps, _images(split)), "\n],\n"),
            joined(
                '"annotations": [\n',
                map(json.dumps, self._annotations(split, categories)),
                "\n],\n",
            ),
            joined('"categories": [\n', map(json.dumps, named), "\n]}\n"),
        )
        yield f"instances_{split.name}.json", content

    def _annotations(
        self, split: LabelledSplit, categories: dict[str, int]
    ) -> Iterator[dict[str, Any]]:
        key = "ink_bbox" if self.boxes == "ink" else "bbox"
        number = 0
        for _, record in split.records():
            objects = record["objects"]
            masks = objects.get("masks", [None] * len(objects[key]))
            for label, (x, y, width, height), mask in zip(
                objects["categories"], objects[key], masks, strict=True
            ):
                # A glyph without ink has no box that a detector could find.
                if width and height:
                    number += 1
                    yield {
                        "id": number,
                        "image_id": record["index"],
                        "category_id": categories[label],
                        "bbox": [x, y, width, height],
                        "area": width * height if mask is None else area_of(mask),
                        "iscrowd": 0,
                        "segmentation": [_outline(x, y, x + width, y + height)]
                        if mask is None
                        else {"size": [record["height"], record["width"]], "counts": mask},
                    }


def _outline(x0: int, y0: int, x1: int, y1: int) -> list[int]:
    """Return a box as a polygon, which readers of segmentations require."""
    return [x0, y0, x1, y0, x1, y1, x0, y1]


def _licences(split: LabelledSplit) -> Iterator[dict[str, Any]]:
    for number, terms in enumerate(split.terms, 1):
        name = f"{terms.licence}: {terms.attribution}" if terms.attribution else terms.licence
        yield {"id": number, "name": name, "url": terms.licence_url}


def _images(split: LabelledSplit) -> Iterator[dict[str, Any]]:
    for path, record in split.records():
        yield {
            "id": record["index"],
            "file_name": path,
            "width": record["width"],
            "height": record["height"],
            # An image may contain glyphs of several sources, but in COCO it has one licence.
            "license": 1,
        }
