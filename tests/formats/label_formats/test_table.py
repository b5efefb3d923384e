"""The table of label formats, and what their attributes change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from mnistseq import Composer, GlyphBank
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.samples import SampleBatch
from mnistseq.errors import OutputError
from mnistseq.formats.files import Files
from mnistseq.formats.label_formats.table import LABEL_FORMATS, LabelFormatName
from mnistseq.formats.lmdb import Lmdb
from mnistseq.spacings.variable import Variable

NAMES = sorted(LABEL_FORMATS)


def batch_with_a_tab(tricky: GlyphBank) -> SampleBatch:
    batch = Composer(tricky, GapRule(Variable(), "edge", width=60)).compose(["0"], 1, masks=True)
    return replace(batch, alphabet=("a\tb", *batch.alphabet[1:]))


def test_the_parameter_labels_accepts_every_label_format() -> None:
    assert sorted(get_args(LabelFormatName)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_boxes_change_files_only_where_a_label_format_uses_them(
    name: str, make: Callable[..., Any]
) -> None:
    label_format: Any = name
    made = [
        make(Files(labels=(label_format,), boxes=boxes), name=boxes) for boxes in ("ink", "cell")
    ]
    ink, cell = (
        {file.relative_to(one.folder): file.read_bytes() for file in one.folder.rglob("*.*")}
        for one in made
    )
    assert (ink != cell) is LABEL_FORMATS[name].uses_boxes


@pytest.mark.parametrize("name", NAMES)
def test_boxes_are_unused_unless_a_label_format_uses_them(name: str) -> None:
    label_format: Any = name
    unused = Files(labels=(label_format,)).unused({"boxes"})
    if LABEL_FORMATS[name].uses_boxes:
        assert unused == {}
    else:
        without_masks = "" if LABEL_FORMATS[name].holds_masks else " and yolo"
        assert unused == {"boxes": f"applies only to coco{without_masks}"}


def test_boxes_are_used_if_one_of_several_label_formats_uses_them() -> None:
    assert Files(labels=("paddle", "yolo")).unused({"boxes"}) == {}
    assert Files(labels=("yolo", "coco"), masks=True).unused({"boxes"}) == {}
    with_polygons = Files(labels=("yolo",), masks=True)
    assert with_polygons.unused({"boxes"}) == {"boxes": "applies only to coco"}


def test_unused_quality_and_boxes_are_both_reported() -> None:
    assert list(Files().unused({"quality", "boxes", "labels"})) == ["quality", "boxes"]


def test_quality_of_a_jpeg_is_used() -> None:
    assert Files("jpg").unused({"quality"}) == {}


@pytest.mark.parametrize("name", [name for name in NAMES if LABEL_FORMATS[name].holds_any_label])
def test_a_label_with_a_tab_is_written(name: str, tricky: GlyphBank, tmp_path: Path) -> None:
    label_format: Any = name
    dataset_format = Files(labels=(label_format,))
    dataset_format.write_shard([batch_with_a_tab(tricky)], tmp_path / "shard")
    [stored] = dataset_format.read_shard(tmp_path / "shard")
    assert stored.labels == ("a\tb",)
    assert not (tmp_path / "shard" / "classes.txt").exists()


@pytest.mark.parametrize(
    "name", [name for name in NAMES if not LABEL_FORMATS[name].holds_any_label]
)
def test_a_label_with_a_tab_is_refused(name: str, tricky: GlyphBank, tmp_path: Path) -> None:
    label_format: Any = name
    with pytest.raises(OutputError, match=r"label 'a\\tb' contains a tab or a line end"):
        Files(labels=(label_format,)).write_shard([batch_with_a_tab(tricky)], tmp_path / "shard")


def test_digits_for_easyocr_and_long_texts_for_lmdb_are_remarked() -> None:
    [remark] = Files(labels=("easyocr", "coco")).remarks(["010", "7"])
    assert "EasyOCR's trainer reads as numbers" in remark
    assert Files(labels=("easyocr",)).remarks(["010", "cat,dog"]) == ()
    assert Files(labels=("coco",)).remarks(["010"]) == ()
    [remark] = Lmdb().remarks(["1" * 25, "1" * 26])
    assert "texts have up to 26 characters" in remark
    assert Lmdb().remarks(["1" * 25]) == ()
