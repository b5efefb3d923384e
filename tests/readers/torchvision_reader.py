"""torchvision and pycocotools read COCO's annotations."""

from __future__ import annotations

from data_set import data_set, report
from torchvision.datasets import CocoDetection


def main() -> None:
    """Compare the number of glyphs, and the size of every mask."""
    read = 0
    with data_set("coco") as (folder, stored):
        for split in ("train", "val"):
            dataset = CocoDetection(str(folder), str(folder / f"instances_{split}.json"))
            for (image, glyphs), sample in zip(dataset, stored.split(split), strict=True):
                assert image.size == (160, 28)
                assert len(glyphs) == len(sample.labels)
                for glyph in glyphs:
                    assert dataset.coco.annToMask(glyph).shape == (28, 160)
                read += 1
    report("torchvision", read)


if __name__ == "__main__":
    main()
