"""FiftyOne imports COCO's annotations and YOLO's labels: boxes, masks and polygons."""

from __future__ import annotations

import fiftyone
from data_set import data_set, report
from fiftyone.utils.coco import COCODetectionDatasetImporter
from fiftyone.utils.yolo import YOLOv5DatasetImporter


def main() -> None:
    """Compare the number of glyphs in every image, and of those with a mask."""
    read = samples_read(masks=False) + samples_read(masks=True)
    report(fiftyone.__name__, read)


def samples_read(*, masks: bool) -> int:
    """Compare a data set, and return the number of its samples."""
    read = 0
    with data_set("coco", "yolo", masks=masks) as (folder, stored):
        for split in ("train", "val"):
            importer = COCODetectionDatasetImporter(
                data_path=str(folder), labels_path=str(folder / f"instances_{split}.json")
            )
            with importer:
                glyphs = [
                    label["segmentations" if masks else "detections"].detections
                    for _, _, label in importer
                ]
            expected = sorted(len(sample.labels) for sample in stored.split(split))
            assert sorted(map(len, glyphs)) == expected
            if masks:
                assert all(glyph.mask.any() for own in glyphs for glyph in own)
            yolo = YOLOv5DatasetImporter(
                str(folder),
                yaml_path="data.yaml",
                split=split,
                label_type="instances" if masks else "detections",
            )
            with yolo:
                glyphs = [label.detections for _, _, label in yolo]
            assert sorted(map(len, glyphs)) == expected
            if masks:
                assert all(glyph.mask.any() for own in glyphs for glyph in own)
            read += len(glyphs)
    return read


if __name__ == "__main__":
    main()
