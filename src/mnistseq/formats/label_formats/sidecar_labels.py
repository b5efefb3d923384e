"""Label files that stand beside each image, and the list of classes they refer to.

Sources: https://docs.ultralytics.com/datasets/detect ("Ultralytics YOLO format")
for ``x.txt``, one line a box with class, centre, width and height as parts of the
image; kraken and Tesseract for ``x.gt.txt``, the text alone; labelImg for
``classes.txt``, one class a line, in the order of their numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np

from mnistseq.core.samples import SampleBatch
from mnistseq.errors import OutputError

Boxes: TypeAlias = Literal["ink", "cell"]

CLASSES = "classes.txt"


def files_beside(
    batch: SampleBatch, labels: Collection[str], boxes: Boxes
) -> Iterator[tuple[str, str]]:
    """Name and content of every such file of a batch.

    Parameters
    ----------
    batch : SampleBatch
    labels : collection of str
        Of those in it, gttxt and yolo are for here.
    boxes : {'ink', 'cell'}
        For yolo.
    """
    if "gttxt" in labels:
        for key, text in zip(batch.keys, batch.texts, strict=True):
            yield f"{key}.gt.txt", f"{text}\n"
    if "yolo" in labels:
        for key, text in zip(batch.keys, _yolo_texts(batch, boxes), strict=True):
            yield f"{key}.txt", text


def check_labels(alphabet: tuple[str, ...]) -> None:
    """Refuse labels that no line of text can hold."""
    for label in alphabet:
        if any(mark in label for mark in "\t\n\r"):
            raise OutputError(
                f"label {label!r} has a tab or the end of a line in it, which label files of plain "
                "text cannot hold: take labels jsonl or doctr only, or another format"
            )


def _yolo_texts(batch: SampleBatch, boxes: Boxes) -> Iterator[str]:
    corners = batch.flat_ink_boxes if boxes == "ink" else batch.flat_boxes
    sizes = np.array([image.shape[1::-1] for image in batch.images])[batch.sequences.owner]
    low, high = corners[:, :2] / sizes, corners[:, 2:] / sizes
    numbers = np.concatenate([(low + high) / 2, high - low], axis=1).tolist()
    # A glyph without ink has no box that could be found.
    lines = [
        f"{code} {x:.6f} {y:.6f} {width:.6f} {height:.6f}\n" if width and height else ""
        for code, (x, y, width, height) in zip(batch.sequences.codes.tolist(), numbers, strict=True)
    ]
    ends = np.cumsum(batch.sequences.lengths).tolist()
    yield from ("".join(lines[a:b]) for a, b in pairwise([0, *ends]))
