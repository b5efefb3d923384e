"""List the downloadable data sets, and check which of their files are on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal, TypeAlias

from mnistseq.errors import SourceError, UnknownComponentError
from mnistseq.messages import unknown
from mnistseq.sources.downloads.checksum import fault
from mnistseq.sources.downloads.dataset import Dataset
from mnistseq.sources.downloads.fetch import obtain
from mnistseq.sources.downloads.locate import copies, find, home_of

MODULES = {
    "mnist": "mnistseq.sources.mnist",
    "fashion-mnist": "mnistseq.sources.fashion_mnist",
    "kmnist": "mnistseq.sources.kmnist",
    "emnist": "mnistseq.sources.emnist",
    "qmnist": "mnistseq.sources.qmnist",
    "unipen": "mnistseq.sources.unipen",
}
"""Data set → module whose `DATASET` describes it."""

CopyState: TypeAlias = Literal["intact", "damaged", "missing"]


@dataclass(frozen=True)
class FileState:
    """A file of a data set: its name, published size in bytes, and the path of an intact copy."""

    name: str
    size: int
    path: str | None


@dataclass(frozen=True)
class DatasetState:
    """A data set, and which of its files are on this machine."""

    name: str
    description: str
    licence: str
    homepage: str
    mirrors: tuple[str, ...]
    size: int
    folder: str
    files: tuple[FileState, ...]

    @property
    def here(self) -> Literal["yes", "no", "in part"]:
        """Whether intact copies of its files are on this machine."""
        missing = len(self.missing)
        if not missing:
            return "yes"
        return "in part" if missing < len(self.files) else "no"

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the files that are not on this machine."""
        return tuple(file.name for file in self.files if file.path is None)


@dataclass(frozen=True)
class CopyCheck:
    """The result of checking one copy of a file; the path is None if there is no copy."""

    dataset: str
    file: str
    path: str | None
    state: CopyState
    reason: str = ""


def dataset_of(name: str) -> Dataset:
    """Return the data set of this name; UnknownComponentError suggests another name."""
    if name not in MODULES:
        raise UnknownComponentError(unknown("data set", name, list(MODULES)))
    dataset: Dataset = import_module(MODULES[name]).DATASET
    return dataset


def list_datasets() -> list[DatasetState]:
    """Return the state of all data sets, after checking the checksums of existing files."""
    return [state_of(name) for name in MODULES]


def state_of(name: str) -> DatasetState:
    """Return the state of a data set."""
    dataset = dataset_of(name)
    files = []
    for file in dataset.files:
        path = find(dataset, file)
        files.append(FileState(file.name, file.size, None if path is None else str(path)))
    return DatasetState(
        name=dataset.name,
        description=dataset.description,
        licence=dataset.licence,
        homepage=dataset.homepage,
        mirrors=dataset.mirrors,
        size=dataset.size,
        folder=str(home_of(dataset)),
        files=tuple(files),
    )


def fetch_dataset(name: str) -> list[Path]:
    """Return the paths of all files of a data set, after downloading missing ones."""
    return obtain(dataset_of(name))


def folders_of(name: str) -> list[Path]:
    """Return the folders with the files of a data set; SourceError if a file is missing."""
    state = state_of(name)
    if state.missing:
        raise SourceError(
            f"{name}: not on this machine: {', '.join(state.missing)}. Download the data set, or "
            f"put these files into {state.folder}"
        )
    paths = [Path(file.path) for file in state.files if file.path is not None]
    return list(dict.fromkeys(path.parent for path in paths))


def verify(name: str | None = None) -> Iterator[CopyCheck]:
    """Check the checksums of all copies on this machine, of one data set or all."""
    for dataset in map(dataset_of, MODULES if name is None else [name]):
        for file in dataset.files:
            found = list(copies(dataset, file))
            if not found:
                yield CopyCheck(dataset.name, file.name, None, "missing")
            for path in found:
                try:
                    reason = fault(path, file)
                except OSError as error:
                    reason = f"it cannot be read: {error.strerror or error}"
                state: CopyState = "damaged" if reason else "intact"
                yield CopyCheck(dataset.name, file.name, str(path), state, reason or "")


def require_intact(checks: list[CopyCheck], *, complete: bool) -> None:
    """Raise SourceError if a copy is damaged or, if `complete`, a file is missing."""
    damaged = [check for check in checks if check.state == "damaged"]
    if damaged:
        lines = "".join(f"\n  {check.path}: {check.reason}" for check in damaged)
        raise SourceError(f"damaged files:{lines}\nRemove them, and download the data set again")
    missing = [check.file for check in checks if check.state == "missing"]
    if complete and missing:
        raise SourceError(f"{checks[0].dataset}: not on this machine: {', '.join(missing)}")
