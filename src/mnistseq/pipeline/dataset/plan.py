"""DatasetPlan: a checked request with the layout of its shards; nothing is written yet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace

from mnistseq.core.bank_splits import split_bank
from mnistseq.core.composer import Composer
from mnistseq.core.randomness import ALGORITHM
from mnistseq.errors import ArgumentError
from mnistseq.pipeline.composers import build_composer, plugin_packages
from mnistseq.pipeline.dataset.config_paths import without_machine
from mnistseq.pipeline.dataset.manifest import (
    FormatRecord,
    PlanRecord,
    SkippedRecord,
    SourceRecord,
    TermsRecord,
)
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.dataset.request import DatasetRequest, InputCount
from mnistseq.pipeline.glyph_loading import source_terms
from mnistseq.pipeline.shards.layout import ShardLayout, divide_into_shards, splits_of
from mnistseq.pipeline.shards.spec import Receipt, ShardSpec, Task
from mnistseq.version import __version__


@dataclass(frozen=True)
class DatasetPlan:
    """A request whose input was read and checked, and the resulting layout.

    Attributes
    ----------
    composer : Composer
        Composer with all glyphs of the source.
    spec : ShardSpec
        What workers need to make shards.
    record : PlanRecord
        The plan as written to its file.
    """

    request: DatasetRequest
    composer: Composer
    layout: ShardLayout
    spec: ShardSpec
    record: PlanRecord
    unused_columns: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: DatasetRequest) -> DatasetPlan:
        """Read the input and the source, and make all checks possible before drawing."""
        composer = build_composer(request.config, request.bank)
        split_bank(composer.bank, request.shares, request.disjoint, request.seed)
        request = _with_shard_samples(request, composer)
        _check_sizes(request)
        count = request.input.count(request, composer)
        splits = splits_of(tuple(name for name, _ in request.shares), count.samples, count.distance)
        layout = ShardLayout(
            splits, request.shard_samples, request.format.suffix, request.format.folder
        )
        spec = ShardSpec(
            config=request.config,
            seed=request.seed,
            drawn=request.input.law if isinstance(request.input, RandomInput) else None,
            shares=request.shares,
            disjoint=request.disjoint,
            fingerprint=composer.bank.fingerprint,
            format=request.format,
            root=request.root,
            versions=request.format.versions(),
            keep=request.input.keep,
            name_template=request.name_template,
        )
        record = _record(request, composer, layout, count)
        return cls(request, composer, layout, spec, record, count.unused_columns)

    def with_versions(self, versions: Mapping[str, str]) -> DatasetPlan:
        """Return the plan with the library versions of the run that began the data set.

        Receipts record the versions of their shards if they differ from those of the plan.
        """
        return replace(
            self,
            spec=replace(self.spec, versions=dict(versions)),
            record=replace(
                self.record, format=replace(self.record.format, versions=dict(versions))
            ),
        )

    def tasks(self, known: Mapping[str, Receipt]) -> Iterator[Task]:
        """Yield a task for each shard, with its receipt if `known` contains one."""
        request = self.request
        for task in request.input.tasks(self.layout, request, self.composer):
            yield replace(task, known=known.get(task.shard.name))


def _with_shard_samples(request: DatasetRequest, composer: Composer) -> DatasetRequest:
    """Return the request with the size of shards, computed from their number if that is given."""
    if request.shards is None:
        return request
    # Names must be unique only within a shard: with shards of one sample, none is refused here.
    smallest = replace(request, shard_samples=1)
    samples = request.input.count(smallest, composer).samples
    shard_samples = divide_into_shards(samples, request.shards)
    return replace(request, shard_samples=shard_samples, shards=None)


def _check_sizes(request: DatasetRequest) -> None:
    """Raise ArgumentError if a format needs images of one size, but they would differ."""
    spacing, image = request.config.spacing, request.config.image
    if request.format.one_size and image.width is None and spacing.min != spacing.max:
        raise ArgumentError(
            f"format {request.format.name} needs images of one size, but without a width each image is as "
            "wide as its content; give a width"
        )


def _record(
    request: DatasetRequest, composer: Composer, layout: ShardLayout, count: InputCount
) -> PlanRecord:
    """Return the plan as written to its file: everything that determines the data set."""
    bank = composer.bank
    config, paths = without_machine(request.config, request.root)
    return PlanRecord(
        mnistseq=__version__,
        algorithm=ALGORITHM,
        plugins=plugin_packages(request.config, request.format.name),
        seed=request.seed,
        config=_as_in_json(config),
        source=SourceRecord(
            name=bank.name,
            glyphs=len(bank),
            fingerprint=bank.fingerprint,
            left_out=tuple(bank.left_out),
            terms=tuple(
                TermsRecord(**asdict(terms), source=name)
                for name, terms in source_terms(request.config.source)
            ),
        ),
        input=request.input.record(),
        skipped=SkippedRecord(count.bad, count.listed),
        format=FormatRecord(
            name=request.format.name,
            parameters=_as_in_json(asdict(request.format)),  # type: ignore[call-overload]  # a dataclass
            suffix=request.format.suffix,
            folder=request.format.folder,
            versions=request.format.versions(),
        ),
        splits=layout.splits,
        shares=dict(request.shares),
        disjoint=request.disjoint,
        shard_samples=request.shard_samples,
        name=None if request.name_template is None else request.name_template.template,
        paths=paths,
    )


def _as_in_json(values: dict[str, object]) -> dict[str, object]:
    """Return values as they would be read again from JSON: tuples become lists."""
    return dict(json.loads(json.dumps(values)))
