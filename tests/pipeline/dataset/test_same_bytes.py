"""A data set has the same bytes however it is made and however often its making is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from tests.datasets import contents, make, manifest, plan, random_input, row_input, stored

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.executors.processes import Processes
from mnistseq.executors.serial import Serial
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.run import run_dataset

CONTENT = "sequence,min,max,width,count\n1234,,,,30\n56,0,5,,20\n7890,,,300,25\n12,,,,15\n"


def rows_in_splits(folder: Path, root: Path, form: str, shard: int = 8) -> DatasetPlan:
    given = row_input(folder / "r.csv", CONTENT)
    return plan(root, given, format_name=form, shard_samples=shard, split="train=0.7,val=0.3")


@pytest.mark.parametrize("form", ["files", "webdataset", "parquet", "lmdb"])
def test_processes_make_the_same_bytes_as_one_process(tmp_path: Path, form: str) -> None:
    results = []
    for name, executor in (("serial", Serial()), ("two", Processes(2))):
        run_dataset(rows_in_splits(tmp_path, tmp_path / name, form), executor)
        results.append(contents(tmp_path / name))
    assert results[0] == results[1]
    assert len(manifest(tmp_path / "two")["shards"]) > 10


def test_one_worker_makes_the_same_bytes_as_none_in_the_format_npy(tmp_path: Path) -> None:
    results = []
    for name, executor in (("serial", Serial()), ("one", Processes(1))):
        planned = plan(
            tmp_path / name,
            random_input(90),
            format_name="npy",
            shard_samples=20,
            config={"image": {"width": 300}},
        )
        run_dataset(planned, executor)
        results.append(contents(tmp_path / name))
    assert results[0] == results[1]


@pytest.mark.parametrize("given", ["drawn", "rows"])
def test_samples_do_not_depend_on_the_size_of_shards(tmp_path: Path, given: str) -> None:
    results = []
    for shard in (7, 1000):
        root = tmp_path / str(shard)
        planned = (
            plan(root, random_input(90), shard_samples=shard, split="a=0.8,b=0.2")
            if given == "drawn"
            else rows_in_splits(tmp_path, root, "webdataset", shard)
        )
        make(planned)
        results.append(stored(planned))
    assert results[0].keys() == results[1].keys()
    assert len(results[0]) == 90
    for index, sample in results[0].items():
        other = results[1][index]
        assert (sample.labels, sample.key) == (other.labels, other.key)
        assert np.array_equal(sample.image, other.image)


def test_another_seed_draws_other_samples(tmp_path: Path) -> None:
    for seed in (1, 2):
        make(plan(tmp_path / str(seed), seed=seed))
    one, two = (contents(tmp_path / str(seed)) for seed in (1, 2))
    assert all(one[name] != two[name] for name in one)


def test_no_glyph_is_in_two_splits(tmp_path: Path) -> None:
    planned = plan(
        tmp_path / "out", random_input(600, 10, 10), format_name="files", split="a=0.6,b=0.3,c=0.1"
    )
    make(planned)
    seen = glyphs_by_split(tmp_path / "out", "glyph_ids")
    assert not seen["a"] & seen["b"]
    assert not seen["a"] & seen["c"]
    assert not seen["b"] & seen["c"]
    assert len(seen["a"]) > 3000


def test_no_writer_is_in_two_splits(tmp_path: Path, shared_data: Path) -> None:
    source = {"name": "qmnist", "path": str(shared_data / "qmnist")}
    planned = plan(
        tmp_path / "out",
        random_input(300, 5, 5),
        format_name="files",
        split="a=0.5,b=0.5",
        disjoint="writer",
        config={"source": source},
    )
    make(planned)
    seen = glyphs_by_split(tmp_path / "out", "writers")
    assert not seen["a"] & seen["b"]
    assert len(seen["a"]) > 5
    assert len(seen["b"]) > 5


def glyphs_by_split(root: Path, key: str) -> dict[str, set[int]]:
    seen: dict[str, set[int]] = {}
    for lines in root.rglob("metadata.jsonl"):
        for line in lines.read_text("utf-8").splitlines():
            seen.setdefault(lines.parent.parent.name, set()).update(json.loads(line)[key])
    return seen


def test_workers_draw_from_a_memory_map(tmp_path: Path) -> None:
    """All workers share the pages of one file."""
    planned = plan(tmp_path / "out")
    [kind] = set(Processes(1).run([planned.spec.fingerprint], _kind_of_bank))
    assert kind == "memmap"


def _kind_of_bank(fingerprint: str) -> str:
    from mnistseq import Config, load_bank

    bank: GlyphBank = load_bank(Config())
    assert bank.fingerprint == fingerprint
    return type(bank.pixels).__name__


KILLS = 10


@pytest.mark.skipif(sys.platform == "win32", reason="needs process groups")
def test_a_run_that_is_killed_ten_times_makes_the_same_bytes(tmp_path: Path) -> None:
    """SIGKILL goes to the whole process group at random moments."""
    (tmp_path / "r.csv").write_text(CONTENT.replace(",30\n", ",4000\n").replace(",25\n", ",900\n"))
    command = [
        *(sys.executable, "-m", "mnistseq", "batch", str(tmp_path / "r.csv"), "--seed", "5"),
        *("--split", "train=0.8,val=0.2", "--shard-size", "60", "--format", "files"),
        *("--progress", "off"),
    ]
    began = time.monotonic()
    whole = [*command, "-j", "2", "-o", str(tmp_path / "whole")]
    subprocess.run(whole, check=True, capture_output=True)
    lasted = time.monotonic() - began
    chance = random.Random(1)  # noqa: S311  # no secret
    out = tmp_path / "out"
    kills = started = 0
    while kills < KILLS and started < 2 * KILLS:
        started += 1
        with subprocess.Popen(
            [*command, "-j", "2", "-o", str(out), "--resume"],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as running:
            try:
                # From the start of Python to well into the drawing.
                running.wait(chance.uniform(0.2, 1.0) * min(lasted, 2.0))
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                kills += 1
            _, err = running.communicate()
        assert running.returncode in {0, -signal.SIGKILL}, err
        if running.returncode == 0:
            # It finished before the signal: continue from the middle.
            damage(out, chance)
    done = subprocess.run(
        [*command, "-j", "1", "-o", str(out), "--resume"], check=True, capture_output=True
    )
    assert done.returncode == 0
    assert contents(out) == contents(tmp_path / "whole")


def damage(out: Path, chance: random.Random) -> None:
    """Remove half of the shards."""
    for shard in sorted(out.glob("*/*")):
        if chance.random() < 0.5:
            for file in shard.iterdir():
                file.unlink()
            shard.rmdir()
