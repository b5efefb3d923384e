"""Data sets, read by Hugging Face's datasets: by the installed version, and by one before 4."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.needed import package_or_skip

from mnistseq.core.samples import Sample
from mnistseq.formats.encoding.records import coco_boxes
from mnistseq.plugins.registry import create

OLD = "2.21.0"

ALL_LABELS = ["paddle", "doctr", "gttxt", "coco", "yolo"]


def write_sets(make: Callable[..., Any]) -> tuple[list[Sample], dict[str, list[str]]]:
    """Write the same samples in each format; return them, and the arguments of `load_dataset`."""
    calls = {}
    for name, parameters in {
        "files": {},
        "labels": {"labels": ALL_LABELS},
        "webdataset": {},
        "parquet": {},
    }.items():
        dataset_format = create("format", "files" if name == "labels" else name, parameters, "")
        made = make(dataset_format, name=name)
        if dataset_format.suffix:
            arguments: dict[str, Any] = {
                "data_files": {"train": [str(path) for path in made.paths]}
            }
        else:
            arguments = {"data_dir": str(made.folder)}
        calls[name] = ["imagefolder" if name == "labels" else name, json.dumps(arguments)]
    calls["files"][0] = "imagefolder"
    return made.samples, calls


def read(python: Path | str, call: Sequence[str]) -> dict[str, Any]:
    """Return what `readers.py` prints, in a process of its own because datasets issues warnings."""
    command = [str(python), str(Path(__file__).with_name("readers.py")), *call]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    environment.pop("PYTHONPATH", None)
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stderr
    result: dict[str, Any] = json.loads(run.stdout)
    return result


def check(found: dict[str, Any], name: str, samples: list[Sample]) -> None:
    """Compare every row with its sample."""
    assert list(found["splits"]) == ["train"]
    # Version 3 and later read the metadata files of imagefolder in no particular order.
    rows = found["splits"]["train"]
    rows = sorted(rows, key=lambda row: row["json"]["index"] if "json" in row else row["index"])
    assert len(rows) == len(samples)
    for row, sample in zip(rows, samples, strict=True):
        if name == "webdataset":
            assert row["txt"] == sample.text
            row = {**row["json"], "shape": row["shape"], "pixels": row["pixels"]}  # noqa: PLW2901
        assert row["text"] == sample.text
        assert row["objects"] == {
            "bbox": coco_boxes(sample.boxes).tolist(),
            "ink_bbox": coco_boxes(sample.ink_boxes).tolist(),
            "categories": list(sample.labels),
        }
        assert row["glyph_ids"] == sample.glyph_ids.tolist()
        assert row["writers"] == [glyph // 5 for glyph in sample.glyph_ids.tolist()]
        assert (row["index"], int(row["seed"])) == (sample.index, 2**64 - 1)
        assert row["shape"] == list(sample.image.shape)
        assert row["pixels"] == sha256(sample.image.tobytes()).hexdigest()


def test_the_installed_datasets_reads_every_set(make: Callable[..., Any]) -> None:
    pytest.importorskip("datasets", exc_type=ImportError)
    samples, calls = write_sets(make)
    for name, call in calls.items():
        found = read(sys.executable, call)
        assert int(found["version"].partition(".")[0]) >= 4
        check(found, name, samples)


@pytest.mark.environment
def test_datasets_before_4_reads_every_set(
    make: Callable[..., Any], python_with: Callable[..., Path]
) -> None:
    package_or_skip("parquet")
    old_python = python_with(f"datasets=={OLD}", "pillow")
    samples, calls = write_sets(make)
    for name, call in calls.items():
        found = read(old_python, call)
        assert found["version"] == OLD
        check(found, name, samples)
