"""Small data sets: planned, made and read back."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.needed import package_or_skip

from mnistseq import Config
from mnistseq.core.random_sequences import RandomSequences
from mnistseq.executors.serial import Serial
from mnistseq.pipeline.dataset.open_plan import make_format
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.dataset.request import DatasetRequest, Input
from mnistseq.pipeline.dataset.row_input import RowInput
from mnistseq.pipeline.dataset.run import Summary, run_dataset
from mnistseq.pipeline.rows.row_file import RowFile
from mnistseq.pipeline.rows.split_shares import parse_shares


def random_input(samples: int = 60, shortest: int = 3, longest: int = 6) -> RandomInput:
    return RandomInput(RandomSequences(10, shortest, longest), samples)


def row_input(
    path: Path, content: str | None = None, repeat: int = 1, skip: bool = False
) -> RowInput:
    """Rows of a CSV file, which is written if there is content."""
    if content is not None:
        path.write_text(content)
    return RowInput(RowFile(path, "csv", path.name), repeat, skip)


def plan(
    root: Path | str,
    given: Input | None = None,
    *,
    config: dict[str, Any] | None = None,
    format_name: str = "webdataset",
    parameters: dict[str, Any] | None = None,
    split: str | None = None,
    seed: int = 7,
    shard_samples: int = 10,
    disjoint: Any = "glyph",
) -> DatasetPlan:
    package_or_skip(format_name)
    made = Config(**(config or {}))
    return DatasetPlan.of(
        DatasetRequest(
            config=made,
            input=given or random_input(),
            seed=seed,
            format=make_format(format_name, parameters or {}, made),
            root=str(root),
            shares=parse_shares(split),
            disjoint=disjoint,
            shard_samples=shard_samples,
        )
    )


def make(planned: DatasetPlan, **options: Any) -> Summary:
    return run_dataset(planned, Serial(), **options)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a data set."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a data set."""
    return {name: sha256(content).hexdigest() for name, content in contents(folder).items()}


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest without its hash over itself, so that tests can change it and write it."""
    values: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    values.pop("content_sha256", None)
    return values


def stored(planned: DatasetPlan) -> dict[int, Any]:
    """Every sample of a finished data set by its index."""
    root, dataset_format = Path(planned.request.root), planned.request.format
    return {
        sample.index: sample
        for shard in manifest(root)["shards"]
        for sample in dataset_format.read_shard(root / shard["name"])
    }
