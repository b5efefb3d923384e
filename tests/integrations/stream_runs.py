"""Streams that stop and go on with other workers and ranks.

``python -m tests.integrations.stream_runs 1`` prints what is delivered. It is a process of its
own, because workers are forked: a fork of a process that has threads of other libraries may hang
when it ends.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from typing import Any

from mnistseq.integrations import SequenceStream, StreamLoader, collate_ctc

CONFIG = {"preset": "clean", "image": {"width": 200}}
WORKERS, RANKS = (0, 1, 4), (1, 2, 8)


def loader(ranks: int = 1, rank: int = 0, workers: int = 0, **options: Any) -> StreamLoader:
    stream = SequenceStream(CONFIG, 2, seed=5, rank=rank, world_size=ranks, length="2-5")
    return StreamLoader(stream, collate_ctc, num_workers=workers, **options)


def digests(batches: Iterator[Any]) -> list[str]:
    return [
        sha256(b"".join(part.numpy().tobytes() for part in batch)).hexdigest() for batch in batches
    ]


def run(
    state: dict[str, int] | None, ranks: int, workers: int, steps: int
) -> tuple[list[str], dict[str, int]]:
    """Some steps of all ranks: digests in the order of batches, and the state after them."""
    by_rank, states = [], []
    for rank in range(ranks):
        own = loader(ranks, rank, workers)
        if state is not None:
            own.load_state_dict(state)
        by_rank.append(digests(islice(own, steps)))
        states.append(own.state_dict())
    assert all(other == states[0] for other in states)
    first = 0 if state is None else state["batches"]
    ordered = [
        by_rank[number % ranks][(number - first) // ranks]
        for number in range(first, first + ranks * steps)
    ]
    return ordered, states[0]


def all_runs(first: int) -> list[str]:
    """Three runs, each resumed from the state of the one before, with other workers and ranks."""
    found: list[str] = []
    state = None
    for number, (workers, steps) in enumerate(zip(WORKERS, (6, 3, 2), strict=True)):
        ranks = RANKS[(first + number) % 3]
        more, state = run(state, ranks, workers, -(-steps // ranks))
        found += more
        assert state["batches"] == len(found)
    return found


if __name__ == "__main__":
    warnings.filterwarnings("ignore", "This DataLoader will create")  # on few cores
    print(json.dumps(all_runs(int(sys.argv[1]))))  # noqa: T201  # the result
