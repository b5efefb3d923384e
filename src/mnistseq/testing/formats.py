"""Check the contract of formats."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np

from mnistseq.core.composer import Composer
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.protocols import Format
from mnistseq.core.samples import SampleBatch
from mnistseq.spacings.variable import Variable
from mnistseq.testing.common import (
    SAMPLES,
    SEED,
    check_component,
    check_unchanged,
    elsewhere,
    load_bank_of_digits,
    require,
)

_LINE = "350"
_CLOCK = 2.1
"""Seconds after which all clocks have advanced; the coarsest is ZIP's, with steps of 2 s."""


def check_format(dataset_format: Format, *, lossless: bool = True) -> None:
    """Check that equal samples give equal bytes, whatever the path, time and batches.

    Parameters
    ----------
    dataset_format : Format
    lossless : bool
        Whether images read back must equal those written, pixel by pixel.

    Raises
    ------
    AssertionError
        If the format violates the contract; the message says how.
    """
    copy = check_component("format", dataset_format)
    require(isinstance(dataset_format.suffix, str), "suffix is not a string")
    require(dataset_format.shard_samples > 0, "shard_samples is not above 0")
    versions = {**dataset_format.versions()}
    strings = all(isinstance(text, str) for item in versions.items() for text in item)
    require(strings, f"versions has keys or values that are not strings: {versions}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = _path(dataset_format, Path(folder) / "a")
        digests = {_write(dataset_format, path, SAMPLES)}
        _check_read(dataset_format, path, lossless=lossless)
        for name, size in (("b", 5), ("c", 1)):
            digests.add(_write(dataset_format, _path(dataset_format, Path(folder) / name), size))
        require(
            len(digests) == 1,
            "equal samples made different bytes at another path or in other batches",
        )
        time.sleep(max(0.0, began + _CLOCK - time.monotonic()))
        [later] = elsewhere(
            [(_write, (dataset_format, _path(dataset_format, Path(folder) / "d"), SAMPLES))]
        )
        require({later} == digests, "equal samples made different bytes later, in another process")
    check_unchanged(dataset_format, copy)


def _path(dataset_format: Format, folder: Path) -> Path:
    folder.mkdir()
    return folder / f"shard{dataset_format.suffix}"


def _batches(size: int) -> Iterator[SampleBatch]:
    """Yield all samples in batches of `size`."""
    composer = Composer(load_bank_of_digits(), GapRule(Variable(), width=120))
    for start in range(0, SAMPLES, size):
        yield composer.compose([_LINE] * min(size, SAMPLES - start), SEED, start)


def _write(dataset_format: Format, path: Path, size: int) -> str:
    """Write a shard and return a hash of its files."""
    dataset_format.write_shard(_batches(size), path)
    require(path.exists(), f"nothing was written to {path.name}")
    require(
        path.is_dir() == (not dataset_format.suffix),
        "a shard is a folder if and only if the suffix is empty",
    )
    beside = [left.name for left in path.parent.iterdir() if left != path]
    require(not beside, f"files were left beside the shard: {beside}")
    digest = sha256()
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        digest.update(f"{file.relative_to(path).as_posix()}\0".encode())
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()


def _check_read(dataset_format: Format, path: Path, *, lossless: bool) -> None:
    [batch] = _batches(SAMPLES)
    stored = list(dataset_format.read_shard(path))
    require(len(stored) == SAMPLES, f"{SAMPLES} samples were written, but {len(stored)} read back")
    require(len({item.key for item in stored}) == SAMPLES, "two samples have the same key")
    for sample, item in zip(batch, stored, strict=True):
        require(item.labels == sample.labels, f"labels {sample.labels} came back as {item.labels}")
        require(item.index == sample.index, f"index {sample.index} came back as {item.index}")
        require(
            item.image.shape == sample.image.shape and item.image.dtype == np.uint8,
            f"an image of {sample.image.shape} came back as {item.image.dtype} {item.image.shape}",
        )
        same = not lossless or (item.image == sample.image).all()
        require(
            same,
            "an image came back with different pixels; check a lossy format with lossless=False",
        )
