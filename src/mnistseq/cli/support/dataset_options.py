"""Options of the commands that make a data set, and what these commands do and print."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mnistseq import messages
from mnistseq.cli.support.config_options import assignments_of
from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.cli.support.progress import Mode, progress, progress_option
from mnistseq.cli.support.standard_error import quiet_option
from mnistseq.cli.support.stopping import stopping

if TYPE_CHECKING:
    from mnistseq.core.protocols import Executor
    from mnistseq.pipeline.dataset.existing import ExistingDataset
    from mnistseq.pipeline.dataset.plan import DatasetPlan

F = TypeVar("F", bound=Callable[..., Any])

_STOPPED = "stopped; finished shards are kept, and the same command with --resume continues"

_OPTIONS = [
    click.option(
        "-j", "--jobs", type=WholeNumber(1), help="Number of processes; by default one per core."
    ),
    click.option(
        "--executor",
        "executor_name",
        metavar="NAME",
        help="Where shards are made.  [default: processes]",
    ),
    click.option(
        "--executor-option",
        "executor_options",
        multiple=True,
        metavar="KEY=VALUE",
        help="Option for the executor; may be repeated.",
    ),
    click.option("--dry-run", is_flag=True, help="Check everything, and print an estimate only."),
    click.option(
        "--resume",
        is_flag=True,
        help="Keep the finished shards in the folder, and make the rest; a larger --count adds images.",
    ),
    click.option(
        "--force", is_flag=True, help="Remove the data set in the folder, and make a new one."
    ),
    progress_option,
    quiet_option,
    click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON."),
]

output_option = click.option(
    "-o",
    "--output",
    required=True,
    metavar="DIR|URL",
    help="Where to make the data set: a new or empty folder.",
)


def run_options(function: F) -> F:
    """Add the options of `RunOptions`, but for ``--output``."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Where and how a data set is made; nothing here changes what is drawn.

    Attributes
    ----------
    output : str
        Folder or URL.
    jobs : int or None
    executor_name : str or None
    executor_options : tuple of str
        ``KEY=VALUE`` strings.
    dry_run, resume, force : bool
    progress : {'auto', 'on', 'off'}
    quiet : bool
    as_json : bool
    """

    output: str
    jobs: int | None
    executor_name: str | None
    executor_options: tuple[str, ...]
    dry_run: bool
    resume: bool
    force: bool
    progress: Mode
    quiet: bool
    as_json: bool

    def __post_init__(self) -> None:
        if self.resume and self.force:
            raise click.UsageError(
                "--resume keeps the existing data set, --force removes it; give one of them"
            )


def check_output(options: RunOptions) -> ExistingDataset:
    """Refuse an output that cannot be used, before input is read, which may take a while.

    Returns
    -------
    ExistingDataset
        What the output contains.
    """
    from mnistseq.pipeline.dataset.existing import ExistingDataset

    existing = ExistingDataset.read(options.output)
    existing.require(resume=options.resume, force=options.force)
    return existing


def make(plan: DatasetPlan, options: RunOptions, existing: ExistingDataset) -> None:
    """Make the data set, or with --dry-run estimate it, and print a summary."""
    skipped = plan.record.skipped.rows
    if skipped and not options.quiet:
        click.echo(f"skipped {messages.plural(skipped, 'row')}, listed in the manifest", err=True)
    if options.dry_run:
        _estimate(plan, options, existing)
    else:
        with stopping(_STOPPED):
            _run(plan, options, existing)


def _run(plan: DatasetPlan, options: RunOptions, existing: ExistingDataset) -> None:
    from mnistseq.pipeline.dataset.run import run_dataset

    executor = _executor(plan, options)
    mode: Mode = "off" if options.quiet else options.progress
    with progress(mode, plan.layout.samples, "images", "img") as advance:
        summary = run_dataset(
            plan,
            executor,
            existing,
            resume=options.resume,
            force=options.force,
            progress=lambda receipt: advance(receipt.samples, receipt.made),
        )
    if options.as_json:
        click.echo(json.dumps(asdict(summary), indent=2))
        return
    speed = summary.made_samples / max(summary.seconds, 1e-9)
    click.echo(
        f"{summary.root}: {messages.plural(summary.samples, 'image')} in "
        f"{messages.plural(summary.shards, 'shard')} ({summary.made:,} made now), "
        f"{messages.size(summary.bytes)}, {messages.duration(summary.seconds)}, "
        f"{messages.rate(speed, 'images')}"
    )


def _executor(plan: DatasetPlan, options: RunOptions) -> Executor:
    from mnistseq.pipeline.dataset.executor import make_executor

    parameters = assignments_of(options.executor_options, "--executor-option")
    return make_executor(options.executor_name, parameters, options.jobs, len(plan.layout))


def _estimate(plan: DatasetPlan, options: RunOptions, existing: ExistingDataset) -> None:
    from mnistseq.pipeline.dataset.estimate import estimate

    existing.require(plan, resume=options.resume, force=options.force)
    kept = existing.kept(plan.layout).values() if options.resume else ()
    found = estimate(plan, sum(receipt.samples for receipt in kept))
    if options.as_json:
        click.echo(json.dumps(asdict(found), indent=2))
        return
    exist = f" ({found.existing:,} exist)" if found.existing else ""
    click.echo(
        f"{messages.plural(found.samples, 'image')}{exist} in "
        f"{messages.plural(found.shards, 'shard')}, about {messages.size(found.bytes)} and "
        f"{messages.duration(found.seconds)} on one core (measured on "
        f"{messages.plural(found.measured, 'image')})"
    )
