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
from PIL import Image

from mnistseq import Config, GlyphBank, build_composer, open_dataset
from mnistseq.cli import main
from mnistseq.errors import FormatLimitError
from mnistseq.formats.encoding.run_lengths import area_of, mask_of, run_lengths
from mnistseq.formats.files import Files
from mnistseq.formats.label_formats.masks import Masks
from mnistseq.integrations.samples import IndexedSamples
from mnistseq.pipeline.verify.redraw import _compare


def assert_masks_equal(one: Any, other: Any) -> None:
    assert isinstance(one, np.ndarray)
    assert np.array_equal(one, other)


@given(arrays(np.bool_, st.tuples(st.integers(1, 20), st.integers(1, 60))))
def test_run_lengths_are_those_of_pycocotools(mask: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
    coco = pytest.importorskip("pycocotools.mask", exc_type=ImportError)
    counts = run_lengths(mask)
    assert counts == coco.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()
    assert area_of(counts) == mask.sum()
    other = run_lengths(~mask)
    assert np.array_equal(mask_of([counts, other], *mask.shape), np.where(mask, 1, 2))


@pytest.mark.parametrize("format_", ["files", "parquet", "webdataset", "lmdb"])
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
    with open_dataset(out) as stored:
        drawn = build_composer(Config(), mnist).compose(
            [sample.labels for sample in stored], 5, masks=True
        )
        for sample, expected in zip(stored, drawn, strict=True):
            assert_masks_equal(sample.mask, expected.mask)
            assert sample.quads is not None
            assert expected.quads is not None
            np.testing.assert_allclose(sample.quads, expected.quads, atol=0.005)
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


def test_pictures_of_indices_lie_beside_the_images(tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    command = ["batch", "--count", "3", "--length", "2-4", "--seed", "5", "--preset", "camera"]
    result = CliRunner().invoke(main, [*command, "--labels", "masks", "-o", out])
    assert result.exit_code == 0, result.output
    result = CliRunner().invoke(main, ["verify", out, "--redraw", "100%"])
    assert result.exit_code == 0, result.output
    drawn = IndexedSamples.of("camera", 5, {"length": "2-4", "masks": True}).draw(range(3))
    with open_dataset(out) as stored:
        for sample, expected in zip(stored, drawn, strict=True):
            picture = Image.open(f"{out}/train/00000/masks/{sample.key}.png")
            assert_masks_equal(np.asarray(picture), expected.mask)
            assert_masks_equal(sample.mask, expected.mask)


def test_a_changed_picture_of_indices_is_noticed(tmp_path: Path) -> None:
    """Also where zlib has another version, so that samples are compared in place of bytes."""
    shards = []
    for number, changed in enumerate([False, True]):
        batch = IndexedSamples.of("clean", 5, {"masks": True}).draw(range(2))
        assert batch.masks is not None
        batch.masks[1][0, 0] = 5 * changed
        shards.append(tmp_path / str(number))
        Files(labels=("masks",)).write_shard([batch], shards[-1])
    assert _compare(Files(labels=("masks",)), shards[0], shards[0]) is None
    problem = _compare(Files(labels=("masks",)), *shards)
    assert problem is not None
    assert problem.endswith("sample 1: has another mask")


def test_an_image_of_too_many_glyphs_has_no_picture_of_indices() -> None:
    samples = IndexedSamples.of("clean", 5, {"length": 256, "masks": True}).draw([0])
    message = "^an image has 256 glyphs, but label format masks can number 255: draw shorter"
    with pytest.raises(FormatLimitError, match=message):
        list(Masks().beside_images(samples))
