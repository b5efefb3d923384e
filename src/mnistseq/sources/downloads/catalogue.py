"""What the ``data`` command says and does: the data sets, and what of them is here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Literal

from mnistseq.errors import SourceError, UnknownComponentError
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
}
"""Data set → the module whose `DATASET` describes it."""


@dataclass(frozen=True)
class FileState:
    """A file of a data set, its published size in bytes, and where it is, if it is here."""

    name: str
    size: int
    path: str | None


@dataclass(frozen=True)
class DatasetState:
    """A data set, and what of it is here."""

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
        """Whether its files are on this machine, and right."""
        found = sum(file.path is not None for file in self.files)
        if found == len(self.files):
            return "yes"
        return "in part" if found else "no"


@dataclass(frozen=True)
class Verdict:
    """What a check found: a copy that is right or damaged, or that there is none."""

    dataset: str
    file: str
    path: str | None
    state: Literal["right", "damaged", "missing"]
    reason: str = ""


def dataset_of(name: str) -> Dataset:
    """The data set of this name; UnknownComponentError lists those there are."""
    if name not in MODULES:
        close = get_close_matches(name, MODULES, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise UnknownComponentError(
            f"there is no data set {name!r}.{hint} There are: {', '.join(MODULES)}"
        )
    dataset: Dataset = import_module(MODULES[name]).DATASET
    return dataset


def list_datasets() -> list[DatasetState]:
    """Every data set, and what of it is here; files are held against their checksums."""
    return [state_of(name) for name in MODULES]


def state_of(name: str) -> DatasetState:
    """What of a data set is here."""
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
    """Have all files of a data set on this machine; where they are."""
    return obtain(dataset_of(name))


def folders_of(name: str) -> list[Path]:
    """The folders that hold the files of a data set, each once; SourceError if one is missing."""
    state = state_of(name)
    missing = [file.name for file in state.files if file.path is None]
    if missing:
        raise SourceError(
            f"{name}: not on this machine: {', '.join(missing)}. mnistseq data fetch {name} puts "
            f"them into {state.folder}"
        )
    paths = [Path(file.path) for file in state.files if file.path is not None]
    return list(dict.fromkeys(path.parent for path in paths))


def verify(name: str | None = None) -> Iterator[Verdict]:
    """Read every copy on this machine in full and hold it against its checksums."""
    for dataset in map(dataset_of, MODULES if name is None else [name]):
        for file in dataset.files:
            found = list(copies(dataset, file))
            if not found:
                yield Verdict(dataset.name, file.name, None, "missing")
            for path in found:
                try:
                    reason = fault(path, file)
                except OSError as error:
                    reason = f"it cannot be read: {error.strerror or error}"
                state: Literal["right", "damaged"] = "damaged" if reason else "right"
                yield Verdict(dataset.name, file.name, str(path), state, reason or "")


def check_verdicts(verdicts: list[Verdict], *, whole: bool) -> None:
    """Raise SourceError if a copy is damaged or, where `whole` is asked for, a file is missing."""
    damaged = [verdict for verdict in verdicts if verdict.state == "damaged"]
    if damaged:
        told = "".join(f"\n  {verdict.path}: {verdict.reason}" for verdict in damaged)
        raise SourceError(f"damaged:{told}\nRemove them, and mnistseq data fetch gets them again")
    missing = [verdict.file for verdict in verdicts if verdict.state == "missing"]
    if whole and missing:
        raise SourceError(f"{verdicts[0].dataset}: not on this machine: {', '.join(missing)}")
