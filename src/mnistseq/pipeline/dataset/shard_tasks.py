"""Fill shards with the samples of rows, split by split, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mnistseq.pipeline.rows.row import RowPart
from mnistseq.pipeline.rows.split_assignment import SplitPart
from mnistseq.pipeline.shards.layout import ShardLayout, SplitRange
from mnistseq.pipeline.shards.spec import Task


def shard_tasks(layout: ShardLayout, parts: Iterable[SplitPart]) -> Iterator[Task]:
    """Yield a task for every shard as soon as it is full."""
    open_shards = {split.name: _OpenShard(layout, split) for split in layout.splits}
    for split, part in parts:
        yield from open_shards[split].add(part)


@dataclass
class _OpenShard:
    """The current shard of a split, which is not full yet: its number and its rows so far."""

    layout: ShardLayout
    split: SplitRange
    number: int = 0
    samples: int = 0
    parts: list[RowPart] = field(default_factory=list)

    def add(self, part: RowPart) -> Iterator[Task]:
        """Add samples, and yield a task for each shard that becomes full."""
        while part.samples:
            shard = self.layout.shard_of(self.split, self.number)
            taken = min(shard.samples - self.samples, part.samples)
            self.parts.append(part._replace(samples=taken))
            self.samples += taken
            part = part._replace(begin=part.begin + taken, samples=part.samples - taken)
            if self.samples == shard.samples:
                yield Task(shard, tuple(self.parts))
                self.number, self.samples, self.parts = self.number + 1, 0, []
