"""torchvision and pycocotools read COCO's annotations; Mask R-CNN learns from drawn samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from data_set import data_set, report
from torchvision.datasets import CocoDetection
from torchvision.models.detection import maskrcnn_resnet50_fpn

from mnistseq.integrations import SequenceDataset, collate_boxes


def main() -> None:
    """Compare the number of glyphs and every mask, and compute the loss of a step."""
    read = 0
    with data_set("coco", masks=True) as (folder, stored):
        for split in ("train", "val"):
            dataset = CocoDetection(str(folder), str(folder / f"instances_{split}.json"))
            for (image, glyphs), sample in zip(dataset, stored.split(split), strict=True):
                assert image.size == (160, 28)
                assert len(glyphs) == len(sample.labels)
                for number, glyph in enumerate(glyphs, 1):
                    mask = dataset.coco.annToMask(glyph)
                    assert np.array_equal(mask, sample.mask == number)
                read += 1
    learn()
    report("torchvision", read)


def learn() -> None:
    """Compute the loss of Mask R-CNN on drawn samples, and its gradient."""
    dataset = SequenceDataset("camera", 2, length="2-3", masks=True)
    images, targets = collate_boxes(dataset[[0, 1]])
    model = maskrcnn_resnet50_fpn(
        weights=None, weights_backbone=None, num_classes=11, min_size=64, max_size=256
    )
    losses = model([image.expand(3, -1, -1) for image in images], targets)
    assert {"loss_box_reg", "loss_mask"} <= set(losses)
    loss = torch.stack(list(losses.values())).sum()
    gradient: Any = loss.backward  # which has no type annotations
    gradient()
    assert 0 < float(loss) < float("inf")


if __name__ == "__main__":
    main()
