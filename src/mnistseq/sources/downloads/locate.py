"""Find files of a data set on this machine: in our folder, or in those of other tools."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mnistseq.sources.downloads.checksum import is_intact
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile
from mnistseq.sources.downloads.settings import data_folder

_TORCHVISION_ROOTS = ("data", "../data", "~/data", "~/.cache/torch/datasets")
"""Usual root folders for torchvision, which has no default."""


def home_of(dataset: Dataset) -> Path:
    """Return the folder to which a data set is downloaded."""
    return data_folder() / dataset.name


def folders(dataset: Dataset) -> Iterator[Path]:
    """Yield all folders that may contain files of a data set, ours first."""
    yield home_of(dataset)
    yield from dataset.system
    if dataset.keras is not None:
        keras = Path(os.environ.get("KERAS_HOME") or "~/.keras")
        yield _expanded(keras) / "datasets" / dataset.keras
    if dataset.torchvision is not None:
        for root in _TORCHVISION_ROOTS:
            yield _expanded(Path(root)) / dataset.torchvision / "raw"


def copies(dataset: Dataset, file: RemoteFile) -> Iterator[Path]:
    """Yield all copies of a file, intact or not, including unpacked ones of torchvision."""
    for folder in folders(dataset):
        for name in dict.fromkeys((file.name, file.name.removesuffix(".gz"))):
            path = folder / name
            with suppress(PermissionError):  # another tool's folder may be unreadable
                if path.is_file():
                    yield path


def find(dataset: Dataset, file: RemoteFile) -> Path | None:
    """Return the first intact copy of a file."""
    return next((path for path in copies(dataset, file) if is_intact(path, file)), None)


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # no home folder, as for an unknown user in a container
        return path
