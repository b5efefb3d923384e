"""The table of all label formats by name."""

from __future__ import annotations

from typing import Literal, TypeAlias

from mnistseq.formats.label_formats.base import LabelFormat
from mnistseq.formats.label_formats.coco import Coco
from mnistseq.formats.label_formats.csv_table import Csv
from mnistseq.formats.label_formats.doctr import Doctr
from mnistseq.formats.label_formats.easyocr import EasyOcr
from mnistseq.formats.label_formats.gttxt import GtTxt
from mnistseq.formats.label_formats.jsonl import Jsonl
from mnistseq.formats.label_formats.masks import Masks
from mnistseq.formats.label_formats.paddle import Paddle
from mnistseq.formats.label_formats.yolo import Yolo

LabelFormatName: TypeAlias = Literal[
    "csv", "jsonl", "paddle", "doctr", "easyocr", "gttxt", "coco", "yolo", "masks"
]
"""The names in the table, as the type of a parameter."""

LABEL_FORMATS: dict[str, type[LabelFormat]] = {
    label_format.name: label_format
    for label_format in (Csv, Jsonl, Paddle, Doctr, EasyOcr, GtTxt, Coco, Yolo, Masks)
}
