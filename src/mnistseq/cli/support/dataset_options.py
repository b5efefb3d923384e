"""Shared by the commands that make a data set: options, the run and its output."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mnistseq import messages
from mnistseq.cli.support.assignments import assignments_of, shown
from mnistseq.cli.support.completions import components, folders, parameters
from mnistseq.cli.support.config_help import names_of
from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.cli.support.options import AddOption, option
from mnistseq.cli.support.progress import Mode, progress, progress_option
from mnistseq.cli.support.standard_error import be_quiet, hide_bars, quiet_option
from mnistseq.cli.support.stopping import stopping
from mnistseq.errors import (
    ArgumentError,
    ConfigError,
    ConfigFault,
    RequestError,
    UnknownComponentError,
)

if TYPE_CHECKING:
    from mnistseq.core.protocols import Executor
    from mnistseq.pipeline.dataset.existing import ExistingDataset
    from mnistseq.pipeline.dataset.plan import DatasetPlan
    from mnistseq.pipeline.shards.spec import Receipt

F = TypeVar("F", bound=Callable[..., Any])

_STOPPED = "stopped; finished shards are kept, and the same command with --resume continues"

_OPTIONS = [
    option(
        "--resume",
        is_flag=True,
        heading="Output",
        help="Keep the finished shards in the folder, and make the rest. A larger --count, or rows "
        "appended to FILE, adds images.",
    ),
    option(
        "--force",
        is_flag=True,
        heading="Output",
        help="Remove the data set in the folder, and make a new one.",
    ),
    option(
        "-j",
        "--jobs",
        type=WholeNumber(1),
        heading="Running",
        help="Use this many processes. By default there is one per core.",
    ),
    option(
        "--executor",
        "executor_name",
        metavar="NAME",
        heading="Running",
        shell_complete=components("executor"),
        help=f"Make shards in this process, in processes of this machine, or on a cluster: "
        f"{names_of('executor')}; or a plugin's.  [default: processes]",
    ),
    option(
        "--executor-option",
        "executor_options",
        multiple=True,
        metavar="KEY=VALUE",
        heading="Running",
        shell_complete=parameters("executor", "executor_name", "processes"),
        help="Set a parameter of the executor, which mnistseq plugins show executor NAME lists. May "
        "be repeated.",
    ),
    option(
        "--dry-run",
        is_flag=True,
        heading="Running",
        help="Check everything, but only print an estimate.",
    ),
    progress_option,
    quiet_option,
    option("--json", "as_json", is_flag=True, help="Print the summary as JSON."),
]

output_option: AddOption = option(
    "-o",
    "--output",
    required=True,
    metavar="DIR|URL",
    heading="Output",
    shell_complete=folders,
    help="Make the data set in this folder, which must be new or empty.",
)


def run_options(function: F) -> F:
    """Add the options of `RunOptions`, except ``--output``."""
    for add in reversed(_OPTIONS):
        function = add(function)
    return function


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Options for where and how a data set is made, which do not affect what is drawn.

    Attributes
    ----------
    output : str
        Folder or URL.
    executor_options : tuple of str
        ``KEY=VALUE`` strings.
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
        if self.quiet and self.progress == "on":
            raise click.UsageError(
                "--quiet shows no progress, --progress on shows it; give one of them"
            )

    def quieten(self) -> None:
        """Silence standard error as the options request, until the command ends."""
        if self.quiet:
            be_quiet()
        elif self.progress == "off":
            hide_bars()


def check_output(options: RunOptions) -> ExistingDataset:
    """Refuse an unusable output before reading the input, which may take a while.

    Returns
    -------
    ExistingDataset
        The contents of the output.
    """
    from mnistseq.pipeline.dataset.existing import ExistingDataset

    existing = ExistingDataset.read(options.output)
    existing.require(resume=options.resume, force=options.force)
    return existing


def make(
    plan: DatasetPlan,
    options: RunOptions,
    existing: ExistingDataset,
    *,
    print_seed: Callable[[], None] | None = None,
) -> None:
    """Make the data set, or with --dry-run estimate it, and print a summary.

    Parameters
    ----------
    print_seed : callable, optional
        Prints a seed chosen for the user; called once something has been drawn.
    """
    skipped = plan.record.skipped.rows
    if skipped and not options.quiet:
        click.echo(f"skipped {messages.plural(skipped, 'row')}, listed in the manifest", err=True)
    if options.dry_run:
        _estimate(plan, options, existing)
    else:
        with stopping(_STOPPED):
            _run(plan, options, existing, print_seed)


def _run(
    plan: DatasetPlan,
    options: RunOptions,
    existing: ExistingDataset,
    print_seed: Callable[[], None] | None,
) -> None:
    from mnistseq.pipeline.dataset.run import run_dataset

    executor = _executor(plan, options)
    mode: Mode = "off" if options.quiet else options.progress
    drawn = False
    try:
        with progress(mode, plan.layout.samples, "images", "img") as advance:

            def count(receipt: Receipt) -> None:
                nonlocal drawn
                drawn = True
                advance(receipt.samples, receipt.made)

            summary = run_dataset(
                plan,
                executor,
                existing,
                resume=options.resume,
                force=options.force,
                progress=count,
            )
    finally:
        if drawn and print_seed is not None:
            print_seed()
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
    if options.jobs is not None and parameters.get("jobs", options.jobs) != options.jobs:
        raise click.UsageError(
            f"--jobs {options.jobs} and --executor-option jobs={shown(parameters['jobs'])} "
            "contradict each other; give one of them"
        )
    try:
        return make_executor(options.executor_name, parameters, options.jobs, len(plan.layout))
    except ArgumentError as error:
        raise RequestError(f"--jobs {options.jobs}: {error}") from error
    except UnknownComponentError as error:
        raise RequestError(f"--executor: {error}") from error
    except ConfigError as error:
        faults = (_of_executor_option(fault) for fault in error.faults)
        raise RequestError("\n".join(faults)) from error


def _of_executor_option(fault: ConfigFault) -> str:
    name = fault.key.removeprefix("executor").removeprefix(".")
    return f"{f'--executor-option {name}'.rstrip()}: {fault.text}"


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
    for remark in found.remarks:
        click.echo(f"note: {remark}")
