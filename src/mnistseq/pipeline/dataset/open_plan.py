"""Open a plan for a request, for the command and for `make_dataset`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mnistseq.config.config import Config
from mnistseq.core.protocols import Format
from mnistseq.pipeline.dataset.existing import ExistingDataset
from mnistseq.pipeline.dataset.input_request import InputRequest
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.request import Division, open_request


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
