"""Ultralytics finds every box and polygon of every split, by its own check of a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from data_set import data_set, report
from ultralytics.data.dataset import YOLODataset
from ultralytics.data.utils import check_det_dataset, polygons2masks


def main() -> None:
    """Compare classes, boxes and polygons of every image."""
    read = sum(samples_read(task) for task in ("detect", "segment"))
    report("ultralytics", read)


def samples_read(task: str) -> int:
    """Compare the labels for a task, and return the number of samples."""
    read = 0
    with data_set("yolo", "doctr", "coco", masks=task == "segment") as (folder, stored):
        data = check_det_dataset(str(folder / "data.yaml"))
        for split in ("train", "val"):
            dataset = YOLODataset(img_path=data[split], data=data, task=task, augment=False)
            found = {Path(label["im_file"]).stem: label for label in dataset.labels}
            for sample in stored.split(split):
                label = found.pop(sample.key)
                names = [data["names"][int(number)] for number in label["cls"][:, 0]]
                assert names == list(sample.labels), (names, sample.labels)
                height, width = sample.image.shape
                assert sample.ink_boxes is not None
                centre = (sample.ink_boxes[:, :2] + sample.ink_boxes[:, 2:]) / 2
                expected = centre / (width, height)
                np.testing.assert_allclose(label["bboxes"][:, :2], expected, atol=1e-5)
                if sample.mask is not None:
                    check_polygons(label["segments"], sample.mask)
                read += 1
            assert not found
    return read


def check_polygons(polygons: Any, mask: Any) -> None:
    """Compare polygons, as Ultralytics fills them at eight times the size, with a mask."""
    size = np.array([mask.shape[1], mask.shape[0]]) * 8
    for number, polygon in enumerate(polygons, 1):
        (filled,) = polygons2masks((size[1], size[0]), [(polygon * size).ravel()], color=1)
        expected = (mask == number).repeat(8, axis=0).repeat(8, axis=1)
        both = (filled > 0) & expected
        assert both.sum() / ((filled > 0) | expected).sum() > 0.9


if __name__ == "__main__":
    main()
