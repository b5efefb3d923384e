"""Which batches belong to which process of a training run.

Batch *n* belongs to rank *n* mod R and there to worker (*n* div R) mod W. Where a run starts at a
later batch, workers are counted from the one that has a rank's first batch, because a loader
always asks its worker 0 first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import count

from mnistseq.errors import ArgumentError


def batch_numbers(
    first: int, rank: int, world_size: int, worker: int = 0, workers: int = 1
) -> Iterator[int]:
    """Yield the numbers of the batches of one worker, without end.

    Parameters
    ----------
    first : int
        The first batch that any process draws.
    rank, world_size : int
        Number of this process, and of all.
    worker, workers : int
        Number of this worker, and of all workers of the process.
    """
    own = first + (rank - first) % world_size
    return count(own + worker * world_size, world_size * workers)


def process_rank(rank: int | None = None, world_size: int | None = None) -> tuple[int, int]:
    """Return the number of this process and of all: those given, or those of the training run.

    They are those of `torch.distributed` where it is initialised, otherwise those of the environment
    variables that `torchrun` sets. A process alone is number 0 of 1.

    Raises
    ------
    ArgumentError
        If there is no such rank.
    """
    if rank is None and world_size is None:
        rank, world_size = _distributed() or (
            int(os.environ.get("RANK", "0")),
            int(os.environ.get("WORLD_SIZE", "1")),
        )
    if rank is None or world_size is None:
        raise ArgumentError("rank and world_size belong together: give both, or neither")
    if not 0 <= rank < world_size:
        raise ArgumentError(f"rank {rank} of {world_size}: ranks are 0 to {world_size - 1}")
    return rank, world_size


def _distributed() -> tuple[int, int] | None:
    # A process that has not imported PyTorch has not initialised it either.
    torch = sys.modules.get("torch")
    if torch is None or not torch.distributed.is_available():
        return None
    group = torch.distributed
    return (group.get_rank(), group.get_world_size()) if group.is_initialized() else None
