"""The number of samples in a shard that gives a number of shards."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.shards.layout import ShardLayout, divide_into_shards, splits_of


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=3), st.integers(1, 40))
def test_all_splits_together_have_the_number_of_shards(samples: list[int], shards: int) -> None:
    try:
        size = divide_into_shards(tuple(samples), shards)
    except ArgumentError:
        sizes = range(1, max(samples) + 1)
        assert shards not in {sum(-(-count // size) for count in samples) for size in sizes}
        return
    names = tuple(f"split{number}" for number in range(len(samples)))
    layouts = [
        ShardLayout(splits_of(names, tuple(samples)), size - less, ".tar")
        for less in range(min(size, 2))
    ]
    assert len(layouts[0]) == shards
    assert all(len(layout) > shards for layout in layouts[1:])  # no smaller size does


@pytest.mark.parametrize(
    ("samples", "shards", "message"),
    [
        ((1000,), 64, "ask for 63 shards of 16 images or 67 of 15 images"),
        ((10,), 11, "10 images in 1 split cannot be divided into 11 shards: ask for 1 to 10"),
        ((5, 5), 1, "10 images in 2 splits cannot be divided into 1 shard: ask for 2 to 10"),
    ],
)
def test_numbers_of_shards_that_are_not_possible(
    samples: tuple[int, ...], shards: int, message: str
) -> None:
    with pytest.raises(ArgumentError, match=re.escape(message)):
        divide_into_shards(samples, shards)
