"""BatchOptions: the options of ``batch``, as the types that the library takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

import click

from mnistseq.cli.support.config_options import (
    BATCH_FLAGS,
    assignments_of,
    config_parameters,
    effective_config,
)
from mnistseq.cli.support.dataset_options import RunOptions

if TYPE_CHECKING:
    from mnistseq.config.config import Config
    from mnistseq.core.bank_splits import Disjoint
    from mnistseq.core.protocols import Format
    from mnistseq.pipeline.dataset.input_request import InputRequest
    from mnistseq.pipeline.dataset.request import Division

_REMEDIES = {"quality": "add --image-format jpg", "boxes": "add --labels coco"}
"""Parameter of a format → what to do if it has no effect."""


@dataclass(frozen=True, kw_only=True)
class BatchOptions(RunOptions):
    """Everything that the command line of ``batch`` contains.

    Attributes
    ----------
    sequences : str or None
        Path of a file of rows, or ``-``.
    input_format, repeat, skip_bad
        How the rows are read.
    count, length, pattern, balance
        Which random sequences are drawn.
    config_file, assignments, config_values
        ``--config``, the ``--set`` strings, and option name → value for options of single keys.
    seed : int or None
    format_name, format_options, labels, boxes, quality
        The format and its parameters.
    split, disjoint, shard_size, shards
        How samples are divided.
    """

    sequences: str | None
    input_format: Literal["csv", "tsv", "jsonl", "txt"] | None
    repeat: int
    skip_bad: bool
    count: int | None
    length: str | None
    pattern: str | None
    balance: bool
    config_file: str | None
    assignments: tuple[str, ...]
    config_values: Mapping[str, Any]
    seed: int | None
    format_name: str
    format_options: tuple[str, ...]
    labels: str | None
    boxes: Literal["ink", "cell"] | None
    quality: int | None
    split: str | None
    disjoint: Disjoint
    shard_size: int | None
    shards: int | None

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> BatchOptions:
        """Collect click's parameters; options of config keys go to one mapping."""
        of_config = set(config_parameters(BATCH_FLAGS))
        config_values = {name: value for name, value in values.items() if name in of_config}
        rest = {name: value for name, value in values.items() if name not in of_config}
        return cls(config_values=config_values, **rest)

    def config(self) -> Config:
        """Return the config that file, preset and options give together."""
        return effective_config(
            self.config_file, self.assignments, self.config_values, BATCH_FLAGS
        ).config

    def input_request(self) -> InputRequest:
        """Return the input that is asked for, or raise UsageError if options contradict."""
        from mnistseq.pipeline.dataset.input_request import (
            PatternRequest,
            RandomRequest,
            RowsRequest,
        )

        if self.sequences is not None:
            self._refuse_random_options(self.sequences)
            return RowsRequest(self.sequences, self.input_format, self.repeat, self.skip_bad)
        if self.count is None:
            raise click.UsageError("give a file of sequences, - for standard input, or --count N")
        if self.input_format is not None:
            raise click.UsageError("--input-format applies only to a file of sequences; give one")
        samples = self.count * self.repeat
        if self.pattern is not None:
            if self.length is not None or self.balance:
                raise click.UsageError(
                    "--pattern determines the whole sequence; leave out --length and --balance"
                )
            return PatternRequest(self.pattern, samples, self.skip_bad)
        if self.skip_bad:
            raise click.UsageError("--skip-bad applies only to a file of sequences or --pattern")
        if self.length is None:
            return RandomRequest(samples, balanced=self.balance)
        return RandomRequest(samples, self.length, self.balance)

    def division(self) -> Division:
        """Return how samples are divided among splits and shards."""
        from mnistseq.pipeline.dataset.request import Division
        from mnistseq.pipeline.rows.shares import parse_shares

        if self.shard_size is not None and self.shards is not None:
            raise click.UsageError(
                "--shard-size and --shards contradict each other; give one of them"
            )
        return Division(parse_shares(self.split), self.disjoint, self.shard_size, self.shards)

    def format(self, config: Config) -> Format:
        """Return the format with its parameters, or raise UsageError if options contradict."""
        from mnistseq.pipeline.dataset.request import make_format

        parameters = self._format_parameters()
        made = make_format(self.format_name, parameters, config)
        for name, reason in made.unused(parameters).items():
            remedy = _REMEDIES.get(name, "leave it out")
            raise click.UsageError(f"{name} {parameters[name]} {reason}; {remedy}")
        return made

    def _format_parameters(self) -> dict[str, Any]:
        from mnistseq.plugins.registry import find

        parameters = assignments_of(self.format_options, "--format-option")
        known = {item.name for item in fields(find("format", self.format_name))}
        own_options = {"labels": self.labels, "boxes": self.boxes, "quality": self.quality}
        for name, value in own_options.items():
            if value is None:
                continue
            if name not in known:
                raise click.UsageError(
                    f"--{name} {value}: format {self.format_name} has no such parameter; leave it "
                    "out, or give --format files"
                )
            if name in parameters:
                raise click.UsageError(f"--{name} and --format-option {name}=…: give one of them")
            parameters[name] = value
        if self.labels is not None:
            parameters["labels"] = _label_formats(self.labels)
        return parameters

    def _refuse_random_options(self, sequences: str) -> None:
        random_options: dict[str, object] = {
            "count": self.count,
            "length": self.length,
            "pattern": self.pattern,
            "balance": self.balance or None,
        }
        for name, value in random_options.items():
            if value is not None:
                raise click.UsageError(
                    f"--{name} applies only to random sequences; leave it out, or leave out "
                    f"{sequences}"
                )


def _label_formats(string: str) -> list[str]:
    names = [name.strip() for name in string.split(",")]
    if not all(names):
        raise click.UsageError(f"--labels {string!r}: give names separated by commas: paddle,coco")
    return names
