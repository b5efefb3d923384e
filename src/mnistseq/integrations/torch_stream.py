"""An endless stream of batches for PyTorch, divided among ranks and workers."""

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
"""Indices of one epoch; the next one begins after them."""


class SequenceStream(IterableDataset[DrawnBatch]):
    """Whole batches of new samples, without end.

    A loader of it has ``batch_size=None``. Batch *n* belongs to one rank and one of its workers
    (see `mnistseq.integrations.partition`), so that no two processes draw the same batch, and the
    order does not depend on the number of workers.

    Parameters
    ----------
    config : Config, mapping, str or path
        A config; its keys; the name of a preset; or the path of a file.
    batch_size : int
        Samples in a batch of one rank.
    seed : int
    rank, world_size : int, optional
        Number of this process, and of all; by default those of `torch.distributed` or `torchrun`
        when the stream is made.
    **options
        Those of `SampleOptions`: ``length``, ``texts``, ``pattern``, ``balance``, ``split``,
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
        # Shared, so that workers that a loader keeps notice that it changes.
        self._position = torch.zeros(2, dtype=torch.int64).share_memory_()  # type: ignore[no-untyped-call]

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The label of each code."""
        return self._samples.composer.bank.alphabet

    @property
    def epoch(self) -> int:
        """The epoch that the next iteration draws from."""
        return int(self._position[0])

    @property
    def first(self) -> int:
        """The first batch of all ranks that the next iteration draws."""
        return int(self._position[1])

    def set_epoch(self, epoch: int, first: int = 0) -> None:
        """Let the next iteration draw from another range of indices.

        Parameters
        ----------
        epoch : int
            Each has samples of its own.
        first : int
            The first batch to draw: the number of those delivered by all ranks together.

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
    """Loads the batches of a stream, and counts those that were delivered.

    Its state can be loaded with other numbers of workers and ranks: the next batch is the one after
    the last that was delivered, whatever workers had prepared, and no batch is drawn again to get
    there. An iteration resumes where the one before it ended.

    Parameters
    ----------
    stream : SequenceStream
    collate_fn : callable, optional
        Makes tensors of a batch in the worker, such as `collate_ctc`.
    **options
        Those of `torch.utils.data.DataLoader`, such as ``num_workers``.
    """

    def __init__(
        self,
        stream: SequenceStream,
        collate_fn: Callable[[DrawnBatch], Any] | None = None,
        **options: Any,
    ) -> None:
        self.stream = stream
        self._epoch, self._batches = stream.epoch, stream.first
        # PyTorch declares a function of a list; without a batch size it passes one item.
        collate: Any = collate_fn
        self._loader: DataLoader[DrawnBatch] = DataLoader(
            stream, batch_size=None, collate_fn=collate, **options
        )

    def set_epoch(self, epoch: int) -> None:
        """Let the next iteration draw the first batch of another epoch."""
        self._move(epoch, 0)

    def __iter__(self) -> Iterator[Any]:
        self._move(self._epoch, self._batches)
        for batch in self._loader:
            self._batches += self.stream.world_size
            yield batch

    def state_dict(self) -> dict[str, int]:
        """Return the state; it is the same in every rank after the same number of steps."""
        return {
            "epoch": self._epoch,
            "batches": self._batches,
            "batch_size": self.stream.batch_size,
            "seed": self.stream.seed,
        }

    def load_state_dict(self, state: Mapping[str, int]) -> None:
        """Let the next iteration begin after the batches that were delivered.

        Raises
        ------
        ArgumentError
            If the stream has another batch size or seed, so that its batches are others.
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
