"""The data set that the scripts read: texts that could be taken for numbers, in two shards a split."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from mnistseq import StoredDataset, make_dataset, open_dataset


@contextmanager
def data_set(
    *labels: str, name: str = "files", masks: bool = False
) -> Iterator[tuple[Path, StoredDataset]]:
    """Provide a data set, in a folder whose path contains ``images``, as Ultralytics' rule does."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "images" / "set"
        options = {"masks": masks, **({"labels": list(labels)} if labels else {})}
        make_dataset(
            {"image": {"width": 160}, "spacing": {"min": 0, "max": 9}},
            out,
            count=12,
            length="1-5",
            shard_size=4,
            split="train=0.6,val=0.4",
            seed=350,
            jobs=1,
            format=name,
            format_options=options,
        )
        yield out, open_dataset(out)


def report(package: str, read: int) -> None:
    """Print the version of a package, and how many samples it read."""
    print(f"{package} {version(package)}: {read} samples")  # noqa: T201
