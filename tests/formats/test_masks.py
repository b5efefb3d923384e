"""Masks in data sets: run lengths that pycocotools reads, in records and in COCO."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mnistseq import Config, GlyphBank, build_composer
from mnistseq.cli import main
from mnistseq.formats.encoding.run_lengths import area_of, run_lengths


@given(arrays(np.bool_, st.tuples(st.integers(1, 20), st.integers(1, 60))))
def test_run_lengths_are_those_of_pycocotools(mask: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
    coco = pytest.importorskip("pycocotools.mask", exc_type=ImportError)
    counts = run_lengths(mask)
    assert counts == coco.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()
    assert area_of(counts) == mask.sum()


@pytest.mark.parametrize("format_", ["files", "parquet", "webdataset"])
def test_a_data_set_has_the_masks_of_its_images(
    format_: str, tmp_path: Path, mnist: GlyphBank
) -> None:
    out = str(tmp_path / "out")
    labels = ["--labels", "coco"] if format_ == "files" else []
    command = ["batch", "--count", "3", "--length", "4", "--seed", "5", "--masks"]
    result = CliRunner().invoke(main, [*command, "--format", format_, *labels, "-o", out])
    assert result.exit_code == 0, result.output
    result = CliRunner().invoke(main, ["verify", out, "--redraw", "100%"])
    assert result.exit_code == 0, result.output
    if format_ == "files":
        _check_coco(
            next(tmp_path.rglob("instances_*.json")), next(tmp_path.rglob("metadata.jsonl")), mnist
        )


def _check_coco(path: Path, records: Path, mnist: GlyphBank) -> None:
    annotations = json.loads(path.read_text())["annotations"]
    lines = [json.loads(line) for line in records.read_text().splitlines()]
    batch = build_composer(Config(), mnist).compose([line["text"] for line in lines], 5, masks=True)
    found = iter(annotations)
    for sample in batch:
        assert sample.mask is not None
        for number in range(1, len(sample.labels) + 1):
            annotation = next(found)
            counts = run_lengths(sample.mask == number)
            assert annotation["segmentation"] == {"size": [*sample.mask.shape], "counts": counts}
            assert annotation["area"] == (sample.mask == number).sum()
            assert annotation["iscrowd"] == 0
