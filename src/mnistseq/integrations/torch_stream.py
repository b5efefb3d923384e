"""SequenceStream: an endless stream of batches for PyTorch, divided among ranks and workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Unpack

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from mnistseq.config.config import ConfigLike
from mnistseq.core.randomness import MAX_INDEX
from mnistseq.errors import ArgumentError
from mnistseq.integrations.arrays import check_batch_size
from mnistseq.integrations.partition import batch_numbers, process_rank
from mnistseq.integrations.samples import IndexedSamples
from mnistseq.integrations.texts import SampleOptions
from mnistseq.integrations.torch_dataset import DrawnBatch

EPOCH_SAMPLES = 2**40
"""Number of indices in an epoch; the next epoch starts after them."""


class SequenceStream(IterableDataset[DrawnBatch]):
    """An endless stream of whole batches of new samples.

    Use it in a loader with ``batch_size=None``. Batch *n* belongs to one rank and one of its workers
    (see `mnistseq.integrations.partition`), so no two processes draw the same batch, and the order
    does not depend on the number of workers.

    Parameters
    ----------
    config : Config, mapping, str or path
        A config, a mapping of its keys, the name of a preset, or the path of a file.
    batch_size : int
        Number of samples in a batch of one rank.
    seed : int
    rank, world_size : int, optional
        Rank of this process, and number of processes; by default those of `torch.distributed` or
        `torchrun` when the stream is created.
    **options
        See `SampleOptions`: ``length``, ``texts``, ``pattern``, ``balance``, ``split``,
        ``masks``.
    """

    def __init__(
        self,
        config: ConfigLike,
        batch_size: int,
        seed: int = 0,
        *,
        rank: int | None = None,
        world_size: int | None = None,
        **options: Unpack[SampleOptions],
    ) -> None:
        check_batch_size(batch_size)
        self.rank: int
        self.world_size: int
        self.rank, self.world_size = process_rank(rank, world_size)
        self.batch_size: int = batch_size
        self.seed: int = seed
        self._samples = IndexedSamples.of(config, seed, options)
        # Shared, so that persistent workers notice changes.
        self._position = torch.zeros(2, dtype=torch.int64).share_memory_()  # type: ignore[no-untyped-call]

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The label of each code."""
        return self._samples.composer.bank.alphabet

    @property
    def epoch(self) -> int:
        """Epoch of the next iteration."""
        return int(self._position[0])

    @property
    def first(self) -> int:
        """Number of the first batch, over all ranks, of the next iteration."""
        return int(self._position[1])

    def set_epoch(self, epoch: int, first: int = 0) -> None:
        """Let the next iteration draw from another range of indices.

        Parameters
        ----------
        epoch : int
            Each epoch has different samples.
        first : int
            First batch to draw: the number of batches delivered by all ranks together.

        Raises
        ------
        ArgumentError
            If a number is out of range.
        """
        epochs = (MAX_INDEX + 1) // EPOCH_SAMPLES
        if not 0 <= epoch < epochs:
            raise ArgumentError(f"epoch {epoch} is out of range: take one from 0 to {epochs - 1}")
        if first < 0:
            raise ArgumentError(f"batch {first} is out of range: take 0 or more")
        self._position.copy_(torch.tensor([epoch, first]))

    def __iter__(self) -> Iterator[DrawnBatch]:
        info = get_worker_info()
        worker = (0, 1) if info is None else (info.id, info.num_workers)
        begin = self.epoch * EPOCH_SAMPLES
        for number in batch_numbers(self.first, self.rank, self.world_size, *worker):
            start = begin + number * self.batch_size
            yield DrawnBatch(self._samples.draw(range(start, start + self.batch_size)))


class StreamLoader:
    """Loads the batches of a stream, and counts delivered batches.

    Its state can be restored with different numbers of workers and ranks: the next batch is the one
    after the last delivered one, whatever workers had prepared, and none is redrawn to get there. An
    iteration continues where the previous one ended.

    Parameters
    ----------
    stream : SequenceStream
    collate_fn : callable, optional
        Converts batches to tensors in the workers, such as `collate_ctc`.
    **options
        Options of `torch.utils.data.DataLoader`, such as ``num_workers``.
    """

    def __init__(
        self,
        stream: SequenceStream,
        collate_fn: Callable[[DrawnBatch], Any] | None = None,
        **options: Any,
    ) -> None:
        self.stream = stream
        self._epoch, self._batches = stream.epoch, stream.first
        # PyTorch declares a function of a list, but without a batch size it passes one item.
        collate: Any = collate_fn
        self._loader: DataLoader[DrawnBatch] = DataLoader(
            stream, batch_size=None, collate_fn=collate, **options
        )

    def set_epoch(self, epoch: int) -> None:
        """Let the next iteration start at the first batch of another epoch."""
        self._move(epoch, 0)

    def __iter__(self) -> Iterator[Any]:
        self._move(self._epoch, self._batches)
        for batch in self._loader:
            self._batches += self.stream.world_size
            yield batch

    def state_dict(self) -> dict[str, int]:
        """Return the state, which is the same in all ranks after the same number of steps."""
        return {
            "epoch": self._epoch,
            "batches": self._batches,
            "batch_size": self.stream.batch_size,
            "seed": self.stream.seed,
        }

    def load_state_dict(self, state: Mapping[str, int]) -> None:
        """Let the next iteration start after the delivered batches.

        Raises
        ------
        ArgumentError
            If the stream has a different batch size or seed, and therefore other batches.
        """
        for name, value in (("batch_size", self.stream.batch_size), ("seed", self.stream.seed)):
            if state[name] != value:
                raise ArgumentError(
                    f"the state is of a stream with {name} {state[name]}, but this one has {value}: "
                    f"make the stream with {name} {state[name]}"
                )
        self._move(state["epoch"], state["batches"])

    def _move(self, epoch: int, batches: int) -> None:
        self.stream.set_epoch(epoch, batches)
        self._epoch, self._batches = epoch, batches
