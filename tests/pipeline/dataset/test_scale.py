"""A billion samples: the plan, what workers get, the receipts and the manifest."""

from __future__ import annotations

import json
import pickle
import platform
import sys
import tracemalloc
from dataclasses import replace
from itertools import islice

import pytest
from tests.executors.runs import plan_of

from mnistseq.errors import ExecutorError
from mnistseq.pipeline.dataset.manifest import Manifest, manifest_bytes
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.shards.layout import ShardLayout, splits_of
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.shards.worker import ShardFunction, make_shard

SHARDS, EACH = 100_000, 10_000


@pytest.fixture(scope="module")
def layout() -> ShardLayout:
    return ShardLayout(
        splits_of(("train", "val"), (900_000_000, 100_000_000)), shard_samples=EACH, suffix=".tar"
    )


@pytest.fixture(scope="module")
def huge() -> DatasetPlan:
    """The plan of a data set of a billion samples."""
    small = plan_of("memory://huge", shards=1)
    assert isinstance(small.request.input, RandomInput)
    request = replace(
        small.request, input=replace(small.request.input, samples=SHARDS * EACH), shard_samples=EACH
    )
    return DatasetPlan.of(request)


def steps_of(function: object) -> int:
    """Return how many lines of Python a call runs, which does not depend on how busy a machine is."""
    steps = 0

    def count(*_: object) -> object:
        nonlocal steps
        steps += 1
        return count

    assert callable(function)
    sys.settrace(count)  # type: ignore[arg-type]
    try:
        function()
    finally:
        sys.settrace(None)
    return steps


def test_the_layout_is_computed_and_not_listed(layout: ShardLayout, huge: DatasetPlan) -> None:
    tracemalloc.start()
    try:
        again = ShardLayout(layout.splits, EACH, ".tar")
        assert len(again) == SHARDS
        assert again[SHARDS - 1].first == SHARDS * EACH - EACH
        assert len(list(islice(huge.tasks({}), 1000))) == 1000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2**20
    one = ShardLayout(splits_of(("train",), (EACH,)), EACH, ".tar")
    assert steps_of(lambda: layout[SHARDS - 1]) < 2 * steps_of(lambda: one[0]) + 50


def test_workers_get_neither_the_plan_nor_glyphs(huge: DatasetPlan) -> None:
    maker = ShardFunction.of(make_shard, huge.spec, huge.record.plugins)
    small = plan_of("memory://huge", shards=1)
    beside = ShardFunction.of(make_shard, small.spec, small.record.plugins)
    assert len(pickle.dumps(maker)) < 4096
    assert len(pickle.dumps(maker)) == len(pickle.dumps(beside))
    assert len(pickle.dumps(next(huge.tasks({})))) < 512


def test_the_manifest_of_many_shards_is_small(layout: ShardLayout, huge: DatasetPlan) -> None:
    receipts = [Receipt.of(layout[number], number, f"{number:064x}") for number in range(SHARDS)]
    content = manifest_bytes(Manifest.of(huge.record, [], receipts))
    assert len(content) < 250 * SHARDS
    values = json.loads(content)
    assert len(values["shards"]) == SHARDS
    assert values["samples"] == SHARDS * EACH


def test_a_receipt_takes_little_memory(layout: ShardLayout, huge: DatasetPlan) -> None:
    tracemalloc.start()
    try:
        receipts = [Receipt.of(layout[number], number, f"{number:064x}") for number in range(1000)]
        held = tracemalloc.get_traced_memory()[0]
        manifest_bytes(Manifest.of(huge.record, [], receipts))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert held < 1000 * 1000
    assert peak < 1000 * 3000


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"mnistseq": "0.0.9"}, r"mnistseq \S+, planned 0\.0\.9"),
        ({"algorithm": "0"}, r"algorithm \d+, planned 0"),
        ({"pytest": "0.1"}, rf"pytest {pytest.__version__}, planned 0\.1"),
        ({"no-such-plugin": "1.0"}, r"no-such-plugin is not installed, planned 1\.0"),
        ({"algorithm": "0", "pytest": "0.1"}, r"algorithm \d+, planned 0; pytest"),
    ],
)
def test_workers_with_other_versions_are_refused(changed: dict[str, str], message: str) -> None:
    """Before anything else: the spec could not even be unpickled there."""
    plan = plan_of("memory://versions", shards=1)
    maker = ShardFunction.of(make_shard, plan.spec, {})
    versions = dict(maker.versions) | changed
    refused = replace(maker, versions=tuple(versions.items()), spec=b"no pickle")
    with pytest.raises(ExecutorError, match=message) as found:
        refused(next(plan.tasks({})))
    assert platform.node() in str(found.value)
    assert "Install the same ones in both places; nothing was drawn there" in str(found.value)
