"""docTR reads images and texts as its training script does: each folder of a split is a part."""

from __future__ import annotations

from pathlib import Path

from data_set import data_set, report
from doctr.datasets import RecognitionDataset


def main() -> None:
    """Compare the texts of all samples."""
    read = 0
    with data_set("doctr", "yolo") as (folder, stored):
        for split in ("train", "val"):
            first, *others = sorted((folder / split).iterdir())
            dataset = part(first)
            for other in others:
                dataset.merge_dataset(part(other))
            texts = [text for _, text in dataset.data]
            assert texts == [sample.text for sample in stored.split(split)], texts
            sample = dataset[0]
            assert sample.image.shape[-1] == 160
            assert sample.target == texts[0]
            read += len(texts)
    report("python-doctr", read)


def part(folder: Path) -> RecognitionDataset:
    """Return a part of a split."""
    return RecognitionDataset(str(folder / "images"), str(folder / "labels.json"))


if __name__ == "__main__":
    main()
