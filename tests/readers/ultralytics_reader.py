"""Ultralytics finds every label of every split, by its own check of a data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from data_set import data_set, report
from ultralytics.data.dataset import YOLODataset
from ultralytics.data.utils import check_det_dataset


def main() -> None:
    """Compare classes and boxes of every image."""
    read = 0
    with data_set("yolo", "doctr", "coco") as (folder, stored):
        data = check_det_dataset(str(folder / "data.yaml"))
        for split in ("train", "val"):
            dataset = YOLODataset(img_path=data[split], data=data, task="detect", augment=False)
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
                read += 1
            assert not found
    report("ultralytics", read)


if __name__ == "__main__":
    main()
