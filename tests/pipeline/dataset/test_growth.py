"""A data set of random sequences grows: every earlier sample stays, and new ones follow."""

from __future__ import annotations

import re
import secrets
import shutil
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.datasets import contents, make, manifest, plan, random_input, row_input
from tests.pipeline.dataset.test_resume import stop_after

from mnistseq import make_dataset
from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.random_sequences import RandomSequences
from mnistseq.errors import DatasetExistsError
from mnistseq.executors.serial import Serial
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.store.local import LocalStore
from mnistseq.pipeline.store.protocol import WORK
from mnistseq.pipeline.verify.check import verify

FORMATS: list[tuple[str, dict[str, Any]]] = [
    ("files", {"labels": ["coco", "paddle"]}),
    ("webdataset", {}),
    ("parquet", {}),
    ("npy", {}),
]
WIDTH = {"image": {"width": 200}}


@pytest.mark.parametrize(("form", "parameters"), FORMATS, ids=[name for name, _ in FORMATS])
@pytest.mark.parametrize("before", [5, 20, 25], ids=["one short shard", "full", "last short"])
def test_a_grown_data_set_is_the_one_made_at_once(
    tmp_path: Path, form: str, parameters: dict[str, Any], before: int
) -> None:
    options: dict[str, Any] = {"format_name": form, "parameters": parameters, "config": WIDTH}
    make(plan(tmp_path / "whole", random_input(42), **options))
    make(plan(tmp_path / "out", random_input(before), **options))
    summary = make(plan(tmp_path / "out", random_input(42), **options), resume=True)
    full = before // 10
    assert (summary.samples, summary.shards, summary.made) == (42, 5, 5 - full)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.parametrize(("form", "disjoint"), [("files", "glyph"), ("parquet", "text")])
def test_every_split_grows(tmp_path: Path, form: str, disjoint: Disjoint) -> None:
    options: dict[str, Any] = {
        "format_name": form,
        "parameters": {},
        "config": WIDTH,
        "split": "train=0.8,val=0.2",
        "disjoint": disjoint,
    }
    make(plan(tmp_path / "whole", random_input(65), **options))
    make(plan(tmp_path / "out", random_input(25), **options))
    summary = make(plan(tmp_path / "out", random_input(65), **options), resume=True)
    assert (summary.samples, summary.shards, summary.made) == (65, 8, 6)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert verify(str(tmp_path / "out"), redraw=1.0).passed


def test_an_unfinished_data_set_grows(tmp_path: Path) -> None:
    make(plan(tmp_path / "whole", random_input(42)))
    stop_after(plan(tmp_path / "out", random_input(25)), 2)
    assert make(plan(tmp_path / "out", random_input(42)), resume=True).made == 3
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.parametrize("shards", [1, 2])
def test_growth_that_is_interrupted_is_resumed(tmp_path: Path, shards: int) -> None:
    options: dict[str, Any] = {"format_name": "files", "parameters": {"labels": ["coco"]}}
    make(plan(tmp_path / "whole", random_input(42), **options))
    make(plan(tmp_path / "out", random_input(25), **options))
    # Each kept shard is reported, too.
    stop_after(plan(tmp_path / "out", random_input(42), **options), 2 + shards, resume=True)
    assert not (tmp_path / "out" / "manifest.json").exists()
    summary = make(plan(tmp_path / "out", random_input(42), **options), resume=True)
    assert summary.made == 3 - shards
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


class KilledError(BaseException):
    """Ends a run as a signal does: no handler of errors stops it."""


def kill_at(last: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From change number `last` on, no change of a store is made: the run ends instead."""
    changes = count(1)

    def counted(method: Any) -> Any:
        def change(*arguments: Any) -> Any:
            if next(changes) >= last:
                raise KilledError
            return method(*arguments)

        return change

    for name in ("put", "write", "append", "remove"):
        monkeypatch.setattr(LocalStore, name, counted(getattr(LocalStore, name)))


def test_growth_that_is_killed_anywhere_is_resumed(tmp_path: Path) -> None:
    options: dict[str, Any] = {"format_name": "files", "parameters": {"labels": ["paddle"]}}
    make(plan(tmp_path / "whole", random_input(18), **options))
    make(plan(tmp_path / "before", random_input(15), **options))
    for last in count(1):
        out = tmp_path / f"out{last}"
        shutil.copytree(tmp_path / "before", out)
        grown = plan(out, random_input(18), **options)
        try:
            with pytest.MonkeyPatch.context() as monkeypatch:
                kill_at(last, monkeypatch)
                make(grown, resume=True)
        except KilledError:
            finished = (out / "manifest.json").exists()
            # Only the folder of the run itself may be left.
            assert not finished or {fault.name for fault in verify(str(out)).faults} <= {WORK}
            make(grown, resume=True)
            assert contents(out) == contents(tmp_path / "whole")
        else:
            break
    assert last > 8  # the plan, receipts, files, the manifest's removal, a shard, and the end


def test_an_interrupted_growth_can_be_replaced(tmp_path: Path) -> None:
    options: dict[str, Any] = {"format_name": "files", "parameters": {"labels": ["coco"]}}
    make(plan(tmp_path / "out", random_input(25), **options))
    stop_after(plan(tmp_path / "out", random_input(42), **options), 3, resume=True)
    make(plan(tmp_path / "out", random_input(12)), force=True)
    make(plan(tmp_path / "whole", random_input(12)))
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.parametrize(
    ("old", "new", "split", "reason"),
    [
        (
            random_input(20),
            random_input(15),
            None,
            "number of samples was 20, now 15; a data set can grow, but",
        ),
        (
            random_input(4),
            random_input(5),
            "a=0.3,b=0.34,c=0.36",
            "was 4, now 5; split b would have 1 instead of 2 images, because shares are rounded",
        ),
        (
            RandomInput(RandomSequences(10, 3, 3, balanced=True), 20),
            RandomInput(RandomSequences(10, 3, 3, balanced=True), 30),
            None,
            "was 20, now 30; labels are balanced over the number of samples",
        ),
        (
            random_input(20),
            random_input(30, longest=7),
            None,
            "number of samples was 20, now 30; longest length",
        ),
    ],
)
def test_data_sets_that_cannot_grow(
    tmp_path: Path, old: RandomInput, new: RandomInput, split: str | None, reason: str
) -> None:
    make(plan(tmp_path / "out", old, split=split))
    before = contents(tmp_path / "out")
    with pytest.raises(DatasetExistsError, match=re.escape(reason)):
        make(plan(tmp_path / "out", new, split=split), resume=True)
    assert contents(tmp_path / "out") == before


def test_rows_that_are_added_make_a_data_set_grow(tmp_path: Path) -> None:
    rows = ["sequence,width\n", *(f"{number},200\n" for number in range(40)), "x,1\n"]
    few, many = "".join(rows[:26]).rstrip(), "".join(rows)
    options: dict[str, Any] = {"split": "train=0.7,val=0.3", "format_name": "files"}
    whole = row_input(tmp_path / "whole.csv", many, skip=True)
    make(plan(tmp_path / "whole", whole, **options))
    make(plan(tmp_path / "out", row_input(tmp_path / "r.csv", few, skip=True), **options))
    grown = row_input(tmp_path / "r.csv", many, skip=True)
    assert make(plan(tmp_path / "out", grown, **options), resume=True).samples == 40
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    assert verify(str(tmp_path / "out"), redraw=1.0).passed


@pytest.mark.parametrize("content", ["12\n35\n6\n", "6\n12\n345\n", "12\n", "12\n3456\n"])
def test_rows_that_are_changed_are_another_input(tmp_path: Path, content: str) -> None:
    make(plan(tmp_path / "out", row_input(tmp_path / "r.csv", "12\n345")))
    with pytest.raises(
        DatasetExistsError,
        match=r"sequences are different; a data set can grow only by sequences after the",
    ):
        make(plan(tmp_path / "out", row_input(tmp_path / "r.csv", content)), resume=True)


def test_a_grown_data_set_is_verified(tmp_path: Path) -> None:
    make(plan(tmp_path / "out", random_input(25)))
    make(plan(tmp_path / "out", random_input(42)), resume=True)
    assert manifest(tmp_path / "out")["input"]["samples"] == 42
    assert verify(str(tmp_path / "out"), redraw=1.0).passed


def test_a_data_set_behind_a_url_grows() -> None:
    pytest.importorskip("fsspec")
    root = f"memory://growth-{secrets.token_hex(4)}"
    for name, steps in {"grown": (25, 42), "whole": (42,)}.items():
        for samples in steps:
            make_dataset(
                {},
                f"{root}/{name}",
                count=samples,
                seed=1,
                format="webdataset",
                shard_size=10,
                executor=Serial(),
                resume=True,
            )
    grown, whole = (FinishedDataset.open(f"{root}/{name}") for name in ("grown", "whole"))
    assert [receipt.sha256 for receipt in grown.manifest.shards] == [
        receipt.sha256 for receipt in whole.manifest.shards
    ]
    assert grown.store.entries() == whole.store.entries()
    assert verify(f"{root}/grown").passed
