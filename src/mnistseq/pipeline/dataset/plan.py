"""A batch, planned: the input read and checked, the shards known, nothing written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from mnistseq.core.bank_splits import split_bank
from mnistseq.core.composer import Composer
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.randomness import ALGORITHM
from mnistseq.errors import ArgumentError
from mnistseq.pipeline.composers import build_composer, plugin_packages
from mnistseq.pipeline.dataset.inputs import DrawingRules, InputCount
from mnistseq.pipeline.dataset.manifest import Json
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.dataset.request import DatasetRequest
from mnistseq.pipeline.shards.layout import ShardLayout, splits_of
from mnistseq.pipeline.shards.spec import Receipt, ShardSpec, Task
from mnistseq.version import __version__


@dataclass(frozen=True)
class DatasetPlan:
    """A batch, read and checked: what it will be, and how a worker makes a shard of it."""

    batch: DatasetRequest
    composer: Composer
    shards: ShardLayout
    job: ShardSpec
    description: Json

    @classmethod
    def of(cls, batch: DatasetRequest) -> DatasetPlan:
        """Read the input and the source, and check all that can be checked before drawing."""
        composer = build_composer(batch.config, batch.bank)
        split_bank(composer.bank, batch.shares, batch.disjoint, batch.seed)
        rules = _rules(batch, composer)
        _check_sizes(rules, batch.format.name)
        count = batch.input.count(rules)
        splits = splits_of(tuple(name for name, _ in batch.shares), count.samples)
        shards = ShardLayout(splits, batch.shard_samples, batch.format.suffix)
        job = ShardSpec(
            config=batch.config,
            seed=batch.seed,
            drawn=batch.input.sequences if isinstance(batch.input, RandomInput) else None,
            shares=batch.shares,
            disjoint=batch.disjoint,
            fingerprint=composer.bank.fingerprint,
            format=batch.format,
            root=batch.root,
        )
        return cls(batch, composer, shards, job, _describe(batch, composer, shards, count))

    def tasks(self, known: dict[str, Receipt]) -> Iterator[Task]:
        """Every shard that is to be made, with what is known of it from before."""
        batch = self.batch
        for task in batch.input.tasks(self.shards, _rules(batch, self.composer)):
            receipt = known.get(task.shard.name)
            if receipt is None or receipt.shard != task.shard:
                yield task
            else:
                yield replace(task, known=(receipt.bytes, receipt.sha256))


def _check_sizes(rules: DrawingRules, form: str) -> None:
    """Raise ArgumentError where a format that wants images of one size would get others."""
    spacing = rules.config.spacing
    if rules.one_size and rules.config.image.width is None and spacing.min != spacing.max:
        raise ArgumentError(
            f"format {form} needs images of one size, but without a width each is as "
            "wide as its content: give a width"
        )


def _rules(batch: DatasetRequest, composer: Composer) -> DrawingRules:
    return DrawingRules(
        batch.config,
        composer,
        batch.seed,
        batch.shares,
        batch.shard_samples,
        batch.format.one_size,
    )


def _describe(
    batch: DatasetRequest, composer: Composer, shards: ShardLayout, count: InputCount
) -> Json:
    """All that decides what is drawn, in the words of the manifest."""
    description = {
        "mnistseq": __version__,
        "algorithm": ALGORITHM,
        "plugins": plugin_packages(batch.config, batch.format.name),
        "seed": batch.seed,
        "config": batch.config.to_dict(),
        "source": {
            "name": composer.bank.name,
            "glyphs": len(composer.bank),
            "fingerprint": composer.bank.fingerprint,
            **_left_out(composer.bank),
        },
        "input": batch.input.describe(),
        "skipped": {"rows": count.bad, "first": [asdict(row) for row in count.listed]},
        "format": {
            "name": batch.format.name,
            "parameters": asdict(batch.format),  # type: ignore[call-overload]  # it is a dataclass
            "suffix": batch.format.suffix,
        },
        "splits": [asdict(split) for split in shards.splits],
        "shares": dict(batch.shares),
        "disjoint": batch.disjoint,
        "shard_samples": batch.shard_samples,
    }
    return dict(json.loads(json.dumps(description)))


def _left_out(bank: GlyphBank) -> Json:
    return {"left_out": list(bank.left_out)} if bank.left_out else {}
