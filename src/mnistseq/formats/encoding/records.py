"""The JSON record of a sample, which all formats share.

::

    {"text": "35", "width": 56, "height": 28,
     "objects": {"bbox": [[0, 0, 28, 28], [28, 0, 28, 28]],
                 "ink_bbox": [[5, 4, 17, 20], [34, 4, 18, 20]],
                 "categories": ["3", "5"]},
     "glyph_ids": [7, 11], "writers": [1, 2], "index": 0, "seed": "1"}

If masks are requested, ``objects`` also has ``masks``, the pixels of each glyph's ink as COCO run
lengths, and ``quads``, x and y of the four corners of each cell. Boxes are x, y, width and height
in pixels, as in COCO; ``objects`` is structured like object detection data sets at Hugging Face.
Labels are always strings: "010" is not a number. ``writers`` is present if the source has writer
ids, with one entry for each glyph, so that its type is the same in all samples. The seed is a
string, too, because many JSON readers cannot represent integers beyond 53 or 63 bits. Recorded
columns of the input follow as ``columns``, as strings. The encoding is UTF-8.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import orjson

from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.samples import SampleBatch
from mnistseq.core.stored_samples import StoredSample
from mnistseq.formats.encoding.run_lengths import mask_of, masks_of


def json_records(batch: SampleBatch, file_names: tuple[str, ...] | None = None) -> Iterator[bytes]:
    """Yield a JSON object for each sample, without a line break.

    Parameters
    ----------
    file_names : tuple of str, optional
        The first value of each record, ``file_name``.
    """
    boxes = coco_boxes(batch.flat_boxes).tolist()
    ink_boxes = coco_boxes(batch.flat_ink_boxes).tolist()
    labels = [batch.alphabet[code] for code in batch.sequences.codes.tolist()]
    glyph_ids = batch.flat_glyph_ids.tolist()
    writers = None if batch.flat_writers is None else batch.flat_writers.tolist()
    seed = str(batch.seed)
    ends = np.cumsum(batch.sequences.lengths).tolist()
    masks = None if batch.masks is None else masks_of(batch)
    quads = flat_quads(batch).tolist()
    samples = zip(batch.texts, batch.images, pairwise([0, *ends]), strict=True)
    for number, (text, image, (start, end)) in enumerate(samples):
        record: dict[str, Any] = {} if file_names is None else {"file_name": file_names[number]}
        record["text"] = text
        record["width"], record["height"] = image.shape[1], image.shape[0]
        record["objects"] = {
            "bbox": boxes[start:end],
            "ink_bbox": ink_boxes[start:end],
            "categories": labels[start:end],
        }
        if masks is not None:
            record["objects"] |= {"masks": next(masks), "quads": quads[start:end]}
        record["glyph_ids"] = glyph_ids[start:end]
        if writers is not None:
            record["writers"] = writers[start:end]
        record["index"], record["seed"] = batch.start + number, seed
        if batch.columns:
            record["columns"] = {name: values[number] for name, values in batch.columns.items()}
        yield _json_bytes(record)


def stored_sample(
    key: str, image: Pixels, record: Mapping[str, Any], **others: Any
) -> StoredSample:
    """Build a stored sample from its image and its record.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    record : mapping
        The record, which may have further keys.
    **others
        Attributes that override those of the record.
    """
    objects = record["objects"]
    values: dict[str, Any] = {
        "labels": tuple(objects["categories"]),
        "index": record["index"],
        "text": record["text"],
        "record": record,
        "boxes": corners(objects["bbox"]),
        "ink_boxes": corners(objects["ink_bbox"]),
        "glyph_ids": np.array(record["glyph_ids"], dtype=np.int64),
    }
    if "masks" in objects:
        values["mask"] = mask_of(objects["masks"], *image.shape[:2])
        values["quads"] = np.array(objects["quads"], dtype=np.float64).reshape(-1, 4, 2)
    return StoredSample(key, image, **values | others)


def flat_quads(batch: SampleBatch) -> Floats:
    """Return the corners of each cell, rounded to a hundredth of a pixel: shape (N, 8).

    The shape is (0, 8) for a batch without corners.
    """
    quads = np.empty((0, 4, 2)) if batch.flat_quads is None else batch.flat_quads
    return quads.reshape(-1, 8).round(2)


def corners(boxes: Sequence[Sequence[int]]) -> Ints:
    """x, y, width, height → x0, y0, x1, y1; int64, shape (N, 4)."""
    values = np.array(boxes, dtype=np.int64).reshape(-1, 4)
    values[:, 2:] += values[:, :2]
    return values


def coco_boxes(boxes: Ints) -> Ints:
    """x0, y0, x1, y1 → x, y, width, height; int64, shape (N, 4)."""
    return np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)


def _json_bytes(record: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(record)
    except orjson.JSONEncodeError:
        # A label from a folder whose name is not UTF-8 can only be represented by escapes.
        return json.dumps(record, separators=(",", ":")).encode("ascii")
