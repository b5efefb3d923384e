"""Describe the columns of a record for Hugging Face's datasets and for Croissant.

Sources: ``datasets.Features._from_yaml_list``; Croissant 1.1, https://docs.mlcommons.org/croissant.
Lists are called ``sequence``, because versions of datasets before 4 know no other name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from mnistseq.core.record_schema import RecordField

Feature: TypeAlias = Mapping[str, Any]

IMAGE: Feature = {"name": "image", "dtype": "image"}

_BOXES = (
    ("boxes", "bbox", "cell of each glyph: x, y, width, height"),
    ("ink_boxes", "ink_bbox", "bounding box of each glyph's ink: x, y, width, height"),
)


def record_features(
    kept: Sequence[str],
    *,
    writers: bool,
    masks: bool = False,
    small: str = "int64",
    seed: str = "string",
) -> tuple[Feature, ...]:
    """Return the columns of a record.

    Parameters
    ----------
    kept : sequence of str
        Recorded columns of the input.
    writers : bool
        Whether the source has writer ids.
    masks : bool
        Whether records have masks.
    small, seed : str
        Types of sizes and boxes, and of the seed.
    """
    boxes = {"sequence": {"sequence": small}}
    objects = [
        {"name": "bbox", **boxes},
        {"name": "ink_bbox", **boxes},
        {"name": "categories", "sequence": "string"},
    ]
    if masks:
        objects.append({"name": "masks", "sequence": "string"})
        objects.append({"name": "quads", "sequence": {"sequence": "float64"}})
    features: list[Feature] = [
        {"name": "text", "dtype": "string"},
        {"name": "width", "dtype": small},
        {"name": "height", "dtype": small},
        {"name": "objects", "struct": objects},
        {"name": "glyph_ids", "sequence": "int64"},
    ]
    if writers:
        features.append({"name": "writers", "sequence": "int64"})
    features += [{"name": "index", "dtype": "int64"}, {"name": "seed", "dtype": seed}]
    if kept:
        columns = [{"name": name, "dtype": "string"} for name in kept]
        features.append({"name": "columns", "struct": columns})
    return tuple(features)


def record_fields(file_set: str, *, arrays: bool = False) -> tuple[RecordField, ...]:
    """Return the columns of tables of records.

    `text` is omitted, because mlcroissant reads JSON Lines with pandas, which converts digits to
    numbers.

    Parameters
    ----------
    file_set : str
        Name of the file set of the tables.
    arrays : bool
        Whether readers get boxes as one array, which mlcroissant does not recognise as boxes.
    """
    numbers = [
        RecordField(name, description, "sc:Integer", file_set, {"column": name})
        for name, description in (
            ("width", "width of the image in pixels"),
            ("height", "height of the image in pixels"),
            ("index", "index of the sample, which with the seed draws it again"),
        )
    ]
    labels = RecordField(
        "labels",
        "label of each glyph, from left to right",
        "sc:Text",
        file_set,
        {"column": "objects"},
        {"jsonPath": "categories"},
        repeated=True,
    )
    boxes = [
        RecordField(
            name,
            description,
            "sc:Integer" if arrays else "cr:BoundingBox",
            file_set,
            {"column": "objects"},
            {"jsonPath": key},
            repeated=not arrays,
            shape="-1,4" if arrays else "",
        )
        for name, key, description in _BOXES
    ]
    return (labels, *boxes, *numbers)
