"""Images so large that a batch of the usual size would not fit in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.datasets import plan, random_input, row_input

from mnistseq.pipeline.dataset.request import Input
from mnistseq.pipeline.shards.draw import draw_shard


@pytest.mark.parametrize(
    ("given", "width", "heights"),
    [
        ("drawn", None, (600, None)),
        ("rows", None, (200, 600)),
        ("rows", 14_000, (600, None)),
        ("drawn", 14_000, (200, 600)),
    ],
)
def test_large_images_are_drawn_in_small_batches(
    tmp_path: Path, given: str, width: int | None, heights: tuple[int, int | None]
) -> None:
    source: Input = random_input(9, 20, 20)
    if given == "rows":
        source = row_input(tmp_path / "r.csv", f"{'123' * 7}\n" * 9)
    height, canvas = heights
    config = {"image": {"height": height, "width": width}, "canvas": {"height": canvas}}
    planned = plan(tmp_path / "out", source, config=config, shard_samples=9)
    (task,) = planned.tasks({})
    batches = list(draw_shard(planned.spec, task))
    assert len(batches) > (4 if canvas is None or width else 1)
    for batch in batches:
        assert len(batch) == 1 or sum(image.size for image in batch.images) <= 1 << 24
    parts = (task.part(index, 1) for index in range(9))
    alone = [
        image for one in parts for batch in draw_shard(planned.spec, one) for image in batch.images
    ]
    together = [image for batch in batches for image in batch.images]
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one, other)
