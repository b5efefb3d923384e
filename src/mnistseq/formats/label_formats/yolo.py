"""yolo: boxes or polygons as text, for Ultralytics and supervision.

Sources: https://docs.ultralytics.com/datasets/detect, "Ultralytics YOLO format", and
https://docs.ultralytics.com/datasets/segment. Ultralytics finds
the labels of an image by replacing the last folder ``images`` of its path by ``labels``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar

import numpy as np

from mnistseq.core.samples import SampleBatch
from mnistseq.formats.encoding.outlines import outline
from mnistseq.formats.label_formats.base import LabelFile, LabelFormat, LabelledSplit


class Yolo(LabelFormat):
    """``labels/000000000.txt`` with a line for each glyph, and ``data.yaml``."""

    name: ClassVar[str] = "yolo"
    uses_boxes: ClassVar[bool] = True
    masks_replace_boxes: ClassVar[bool] = True
    image_suffix: ClassVar[str | None] = ".txt"
    label_folder: ClassVar[str | None] = "labels"
    images_apart: ClassVar[bool] = True

    def beside_images(self, batch: SampleBatch) -> Iterator[bytes]:
        """Yield a line for each glyph: class, then its box or, with masks, its polygon.

        A box is given by centre, width and height, a polygon by its corners, all relative to the
        size of the image.
        """
        ends = np.cumsum(batch.sequences.lengths).tolist()
        lines = self._boxes(batch) if batch.masks is None else list(_polygons(batch))
        return ("".join(lines[start:end]).encode() for start, end in pairwise([0, *ends]))

    def _boxes(self, batch: SampleBatch) -> list[str]:
        corners = batch.flat_ink_boxes if self.boxes == "ink" else batch.flat_boxes
        sizes = np.array([image.shape[1::-1] for image in batch.images])[batch.sequences.owner]
        low, high = corners[:, :2] / sizes, corners[:, 2:] / sizes
        numbers = np.concatenate([(low + high) / 2, high - low], axis=1).tolist()
        codes = batch.sequences.codes.tolist()
        # A glyph without ink has no box that a detector could find.
        return [
            f"{code} {x:.6f} {y:.6f} {width:.6f} {height:.6f}\n" if width and height else ""
            for code, (x, y, width, height) in zip(codes, numbers, strict=True)
        ]

    def of_data_set(self, splits: Sequence[LabelledSplit]) -> Iterator[LabelFile]:
        """Yield ``data.yaml``: the folders of the splits, and the names of the classes."""
        # JSON is valid YAML, and quoted digits remain strings.
        paths = _data_yaml_paths([split.name for split in splits]).items()
        lines = [f"{json.dumps(key)}: {json.dumps(folder)}\n" for key, folder in paths]
        yield "data.yaml", [*lines, f"names: {json.dumps(splits[0].classes())}\n"]


def _polygons(batch: SampleBatch) -> Iterator[str]:
    """Yield the line of each glyph; empty if the glyph has no ink."""
    for mask, codes in zip(batch.masks or (), batch.codes, strict=True):
        size = mask.shape[1], mask.shape[0]
        for number, code in enumerate(codes.tolist(), 1):
            corners = (outline(mask == number) / size).ravel().tolist()
            yield " ".join([str(code), *map("{:.6f}".format, corners)]) + "\n" if corners else ""


def _data_yaml_paths(splits: list[str]) -> dict[str, str]:
    """Return key in data.yaml → folder; Ultralytics requires the keys train and val."""
    paths = {name: name for name in splits}
    paths.setdefault("train", splits[0])
    if "validation" not in paths:  # which Ultralytics takes for val
        others = [name for name in splits if name != paths["train"]]
        paths.setdefault("val", (others or splits)[0])
    return paths
