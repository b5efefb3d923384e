"""Executors and formats that break their contract are named, and no manifest is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.datasets import plan

from mnistseq.core.protocols import Format
from mnistseq.errors import PluginError
from mnistseq.executors.serial import Serial
from mnistseq.formats.webdataset import WebDataset
from mnistseq.pipeline.dataset.run import run_dataset

Spoil = Callable[[list[Any]], Any]


def fail(_: list[Any]) -> Any:
    raise LookupError("no\nworker")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda receipts: receipts[:-1], "yielded 5 receipts for 6 shards: some are missing"),
        (lambda receipts: [*receipts, receipts[0]], "yielded 7 receipts for 6 shards: .* repeated"),
        (
            lambda receipts: [*receipts[1:], receipts[1]],
            "yielded 6 receipts for 6 shards: .* repeated",
        ),
        (lambda _: [3], "yielded a int, which is not a receipt"),
        (lambda _: None, "failed: TypeError: 'NoneType' object is not iterable "),
        (fail, r"failed: LookupError: no worker \(test_components_at_fault.py, line "),
    ],
)
def test_an_executor_at_fault_is_named(tmp_path: Path, spoil: Spoil, message: str) -> None:
    class Odd(Serial):
        def run(self, tasks: Any, function: Any) -> Any:
            yield from spoil([function(task) for task in tasks])

    with pytest.raises(PluginError, match=f"^executor serial {message}"):
        run_dataset(plan(tmp_path / "out"), Odd())
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_an_executor_that_returns_a_list_is_reported(tmp_path: Path) -> None:
    class Listing(Serial):
        def run(self, tasks: Any, function: Any) -> Any:
            return [function(task) for task in tasks]

    with pytest.raises(PluginError, match="run must be a generator, but returned a list"):
        run_dataset(plan(tmp_path / "out"), Listing())


@dataclass(frozen=True)
class FailingShards(WebDataset):
    """Fails in a shard."""

    def write_shard(self, *_: object) -> None:
        raise LookupError("no\nink")


@dataclass(frozen=True)
class FailingEnd(WebDataset):
    """Fails at the end."""

    def finish(self, *_: object) -> None:
        raise LookupError("no\nink")


@pytest.mark.parametrize("dataset_format", [FailingShards(), FailingEnd()])
def test_a_format_at_fault_is_named(tmp_path: Path, dataset_format: Format) -> None:
    planned = plan(tmp_path / "out")
    odd = replace(
        planned,
        request=replace(planned.request, format=dataset_format),
        spec=replace(planned.spec, format=dataset_format),
    )
    message = r"^format webdataset failed: LookupError: no ink \(test_components_at_fault.py, line "
    with pytest.raises(PluginError, match=message):
        run_dataset(odd, Serial())
    assert not (tmp_path / "out" / "manifest.json").exists()
