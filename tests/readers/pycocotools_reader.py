"""The oldest pycocotools that is common still reads COCO: its info, masks, results and evaluation."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from data_set import data_set, report

# Without type annotations.
COCO: Any = import_module("pycocotools.coco").COCO
COCOeval: Any = import_module("pycocotools.cocoeval").COCOeval


def main() -> None:
    """Compare boxes or masks of all glyphs, and evaluate perfect results."""
    read = 0
    for kind in ("bbox", "segm"):
        with data_set("coco", masks=kind == "segm") as (folder, stored):
            for split in ("train", "val"):
                truth = COCO(str(folder / f"instances_{split}.json"))
                truth.info()
                keys = ("image_id", "category_id", "bbox" if kind == "bbox" else "segmentation")
                glyphs = truth.dataset["annotations"]
                results = [{**{key: one[key] for key in keys}, "score": 1.0} for one in glyphs]
                evaluation = COCOeval(truth, truth.loadRes(results), kind)
                evaluation.evaluate()
                evaluation.accumulate()
                evaluation.summarize()
                assert evaluation.stats[0] > 0.99, evaluation.stats
                for sample in stored.split(split):
                    found = truth.loadAnns(truth.getAnnIds([sample.index]))
                    assert len(found) == len(sample.labels)
                    for number, glyph in enumerate(found, 1):
                        mask = truth.annToMask(glyph)
                        assert mask.shape == sample.image.shape
                        if sample.mask is not None:
                            assert np.array_equal(mask, sample.mask == number)
                    read += 1
    report("pycocotools", read)


if __name__ == "__main__":
    main()
