"""FiftyOne imports COCO's annotations and YOLO's labels."""

from __future__ import annotations

import fiftyone
from data_set import data_set, report
from fiftyone.utils.coco import COCODetectionDatasetImporter
from fiftyone.utils.yolo import YOLOv5DatasetImporter


def main() -> None:
    """Compare the number of glyphs in every image."""
    read = 0
    with data_set("coco", "yolo") as (folder, stored):
        for split in ("train", "val"):
            importer = COCODetectionDatasetImporter(
                data_path=str(folder), labels_path=str(folder / f"instances_{split}.json")
            )
            with importer:
                lengths = sorted(len(label["detections"].detections) for _, _, label in importer)
            expected = sorted(len(sample.labels) for sample in stored.split(split))
            assert lengths == expected
            yolo = YOLOv5DatasetImporter(str(folder), yaml_path="data.yaml", split=split)
            with yolo:
                assert sorted(len(label.detections) for _, _, label in yolo) == expected
            read += len(lengths)
    report(fiftyone.__name__, read)


if __name__ == "__main__":
    main()
