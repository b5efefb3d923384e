"""Open a plan for a request, for the command and for `make_dataset`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

from mnistseq.config.config import Config
from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.protocols import Format
from mnistseq.errors import ArgumentError
from mnistseq.pipeline.dataset.existing import ExistingDataset
from mnistseq.pipeline.dataset.input_request import InputRequest, open_input
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.request import DatasetRequest
from mnistseq.pipeline.glyph_loading import load_bank
from mnistseq.pipeline.rows.name_template import NameTemplate
from mnistseq.pipeline.rows.split_shares import Shares
from mnistseq.plugins.registry import create, find


@dataclass(frozen=True)
class Division:
    """How samples are divided among splits and shards.

    Attributes
    ----------
    shares : tuple of (str, float)
        Splits and their shares, which add up to 1.
    disjoint : {'glyph', 'writer', 'text'}
        What no two splits share.
    shard_samples : int, optional
        Number of samples in a shard; by default that of the format.
    shards : int, optional
        Total number of shards of all splits, instead of `shard_samples`.
    """

    shares: Shares = (("train", 1.0),)
    disjoint: Disjoint = "glyph"
    shard_samples: int | None = None
    shards: int | None = None

    def __post_init__(self) -> None:
        if self.disjoint != "glyph" and len(self.shares) == 1:
            raise ArgumentError(
                f"there is one split, {self.shares[0][0]}, so disjoint {self.disjoint} has no "
                "effect; ask for several splits, or leave it out"
            )
        if self.shards is not None and self.shard_samples is not None:
            raise ArgumentError(
                f"both {self.shards} shards and {self.shard_samples} samples in a shard are asked "
                "for; give one of the two"
            )


@contextmanager
def open_request(
    config: Config,
    input_request: InputRequest,
    root: str,
    *,
    seed: int,
    dataset_format: Format,
    division: Division = Division(),
    name_template: str | None = None,
) -> Iterator[DatasetRequest]:
    """Open the requested input and build the request; temporary files are removed at the end.

    Parameters
    ----------
    name_template : str, optional
        Template for the names of the samples, such as ``{text}_{index}``; by default the names
        of the rows, or indices.

    Raises
    ------
    ArgumentError
        If the input cannot be opened, or the name template is invalid.
    SourceError
        If the glyphs cannot be read.
    """
    bank = load_bank(config, checked=True)
    with open_input(input_request, bank.alphabet, seed) as given:
        yield DatasetRequest(
            config=config,
            input=given,
            seed=seed,
            format=dataset_format,
            root=root,
            shares=division.shares,
            disjoint=division.disjoint,
            shard_samples=division.shard_samples or dataset_format.shard_samples,
            shards=division.shards,
            name_template=(
                None if name_template is None else NameTemplate.parse(name_template, given.keep)
            ),
            bank=bank,
        )


def make_format(name: str, parameters: Mapping[str, Any], config: Config) -> Format:
    """Make a format; the config's `output_format` is the default for its images.

    ConfigError if a parameter is unknown or invalid.
    """
    defaults = {item.name: item.default for item in fields(find("format", name))}
    given = dict(parameters)
    # Without parameters nothing needs checking, and pydantic is slow to import.
    if defaults.get("image_format", config.output_format) != config.output_format:
        given.setdefault("image_format", config.output_format)
    made: Format = create("format", name, given, "format")
    # Resolve choices that depend on the machine now, because workers may differ.
    return made.resolved()


@contextmanager
def open_plan(  # noqa: PLR0913  # everything that a data set depends on
    config: Config,
    input_request: InputRequest,
    root: str,
    *,
    seed: int | None,
    dataset_format: Format,
    division: Division,
    name_template: str | None,
    resume: bool,
    force: bool,
) -> Iterator[tuple[DatasetPlan, ExistingDataset]]:
    """Read the request and the destination, and check both before anything is written.

    Yields
    ------
    (DatasetPlan, ExistingDataset)
        The plan, whose input can be read inside the context, and the contents of `root`.
    """
    existing = ExistingDataset.read(root)
    # Check the destination first, because reading the input may take a while.
    existing.require(resume=resume, force=force)
    with open_request(
        config,
        input_request,
        root,
        seed=existing.choose_seed(resume=resume) if seed is None else seed,
        dataset_format=dataset_format,
        division=division,
        name_template=name_template,
    ) as request:
        yield DatasetPlan.of(request), existing
