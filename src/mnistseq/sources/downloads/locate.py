"""Where a data set's files may lie on this machine: our folder, and those of other tools."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mnistseq.sources.downloads.checksum import is_good
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile
from mnistseq.sources.downloads.settings import data_folder

_TORCHVISION_ROOTS = ("data", "../data", "~/data", "~/.cache/torch/datasets")
"""torchvision has no folder of its own; these are what its examples and users give as root."""


def home_of(dataset: Dataset) -> Path:
    """The folder that a data set is downloaded into."""
    return data_folder() / dataset.name


def folders(dataset: Dataset) -> Iterator[Path]:
    """Every folder that may hold a data set's files; ours first."""
    yield home_of(dataset)
    yield from dataset.system
    if dataset.keras is not None:
        keras = Path(os.environ.get("KERAS_HOME") or "~/.keras")
        yield _expanded(keras) / "datasets" / dataset.keras
    if dataset.torchvision is not None:
        for root in _TORCHVISION_ROOTS:
            yield _expanded(Path(root)) / dataset.torchvision / "raw"


def copies(dataset: Dataset, file: RemoteFile) -> Iterator[Path]:
    """Every copy of a file that is there, right or not; unpacked ones, as torchvision leaves, too."""
    for folder in folders(dataset):
        for name in dict.fromkeys((file.name, file.name.removesuffix(".gz"))):
            path = folder / name
            with suppress(PermissionError):  # another tool's folder may be closed to us
                if path.is_file():
                    yield path


def find(dataset: Dataset, file: RemoteFile) -> Path | None:
    """The first copy of a file that is there and right."""
    return next((path for path in copies(dataset, file) if is_good(path, file)), None)


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # no home folder: a user that the system does not know, as in containers
        return path
