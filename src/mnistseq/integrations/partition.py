"""Divide batches among the processes of a training run.

Batch *n* belongs to rank *n* mod R, and to its worker (*n* div R) mod W. If a run starts at a
later batch, workers are counted from the one with the rank's first batch, because loaders always
ask worker 0 first.
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
    """Yield the batch numbers of one worker, endlessly.

    Parameters
    ----------
    first : int
        Number of the first batch of all processes.
    rank, world_size : int
        Rank of this process, and number of processes.
    worker, workers : int
        Number of this worker, and number of workers of the process.
    """
    own = first + (rank - first) % world_size
    return count(own + worker * world_size, world_size * workers)


def process_rank(rank: int | None = None, world_size: int | None = None) -> tuple[int, int]:
    """Return rank and number of processes: as given, or those of the training run.

    They come from `torch.distributed` if it is initialised, otherwise from the environment
    variables of `torchrun`. The default is rank 0 of 1.

    Raises
    ------
    ArgumentError
        If the rank does not exist.
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
    # If PyTorch has not been imported, it has not been initialised.
    torch = sys.modules.get("torch")
    if torch is None or not torch.distributed.is_available():
        return None
    group = torch.distributed
    return (group.get_rank(), group.get_world_size()) if group.is_initialized() else None
