"""``mnistseq batch``: a data set."""

from __future__ import annotations

import json
import secrets
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Literal

import click

from mnistseq.cli.numbers import Whole
from mnistseq.cli.options import (
    BATCH_FLAGS,
    assignments_of,
    batch_config_options,
    config_parameters,
    effective_config,
)
from mnistseq.cli.stopping import stopping

if TYPE_CHECKING:
    from mnistseq.config.config import Config
    from mnistseq.core.protocols import Format
    from mnistseq.pipeline.dataset.finished import FinishedDataset
    from mnistseq.pipeline.dataset.inputs import Input
    from mnistseq.pipeline.dataset.plan import DatasetPlan
    from mnistseq.pipeline.dataset.request import DatasetRequest

_BESIDE_MANIFEST = {
    "manifest",
    "output",
    "source__path",
    "jobs",
    "executor",
    "executor_options",
    "dry_run",
    "resume",
    "force",
    "progress",
    "quiet",
    "as_json",
}
"""Options that do not change what is drawn."""

_STOPPED = "stopped; finished shards are kept, and the same command with --resume goes on from them"


@click.command("batch")
@click.argument("sequences", metavar="[FILE|-]", required=False)
@click.option(
    "-o", "--output", required=True, metavar="DIR|URL", help="Where to; an empty or new folder."
)
@batch_config_options
@click.option(
    "--input-format",
    type=click.Choice(["csv", "tsv", "jsonl", "txt"]),
    help="Of FILE; by default what its name says, and CSV for standard input.",
)
@click.option("--repeat", type=Whole(1), default=1, help="Draw every row so many times.")
@click.option("--skip-bad", is_flag=True, help="Leave out rows that cannot be drawn.")
@click.option("--count", type=Whole(1), help="No file: draw so many random sequences.")
@click.option("--length", metavar="N|N-M", help="Of a random sequence, in labels.  [default: 5]")
@click.option("--pattern", metavar="REGEX", help="Random sequences that match this instead.")
@click.option("--balance", is_flag=True, help="Each label equally often at each place.")
@click.option("--seed", type=Whole(0, 2**64 - 1), help="What to draw; a new one by default.")
@click.option("--format", "form", default="files", show_default=True, help="Of the data set.")
@click.option(
    "--format-option", "form_options", multiple=True, metavar="KEY=VALUE", help="Of the format."
)
@click.option(
    "--labels", metavar="LIST", help="Further label files of format files, as paddle,coco."
)
@click.option("--boxes", type=click.Choice(["ink", "cell"]), help="Which boxes coco and yolo get.")
@click.option("--quality", type=Whole(1, 100), help="Of a JPEG.")
@click.option("--split", metavar="NAME=SHARE,…", help="Splits, as train=0.9,val=0.1.")
@click.option(
    "--disjoint",
    type=click.Choice(["glyph", "writer"]),
    default="glyph",
    show_default=True,
    help="What no two splits have in common.",
)
@click.option(
    "--shard-size", type=Whole(1), help="Samples in a shard; by default the format's own."
)
@click.option("-j", "--jobs", type=Whole(1), help="Processes; by default one a core.")
@click.option("--executor", metavar="NAME", help="Where shards are made.  [default: processes]")
@click.option(
    "--executor-option", "executor_options", multiple=True, metavar="KEY=VALUE", help="Of it."
)
@click.option("--from", "manifest", metavar="FILE", help="Make the data set of a manifest again.")
@click.option("--dry-run", is_flag=True, help="Only say what would be made.")
@click.option("--resume", is_flag=True, help="Go on with what is there.")
@click.option("--force", is_flag=True, help="Remove the data set that is there, and begin anew.")
@click.option(
    "--progress", type=click.Choice(["auto", "on", "off"]), default="auto", show_default=True
)
@click.option("-q", "--quiet", is_flag=True, help="Nothing on standard error but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@stopping("stopped; nothing was written")
def command(sequences: str | None, **asked: Any) -> None:
    """Make a data set of images of the sequences in FILE, or of random ones.

    FILE is CSV, TSV, JSON Lines or plain text. With a header it has a column
    sequence and, if wanted, min, max, width, count and name; without one, the
    cells of a row are its labels.
    """
    if asked["quiet"]:
        click.get_current_context().with_resource(warnings.catch_warnings(action="ignore"))
    if asked["resume"] and asked["force"]:
        raise click.UsageError("--resume keeps what is there, --force removes it: give one of them")
    from mnistseq.pipeline.dataset.run import check_place, check_plan

    # First, for to read the rows may take a while.
    there = check_place(asked["output"], resume=asked["resume"], force=asked["force"])
    with _plan(sequences, asked) as (plan, finished):
        if asked["dry_run"]:
            check_plan(plan, resume=asked["resume"], force=asked["force"])
            _dry_run(plan, there, as_json=asked["as_json"])
        else:
            with stopping(_STOPPED):
                _run(plan, finished, asked)


@contextmanager
def _plan(
    sequences: str | None, asked: dict[str, Any]
) -> Iterator[tuple[DatasetPlan, FinishedDataset | None]]:
    """What the options ask for; inputs that are temporary live as long as this."""
    from mnistseq.pipeline.dataset.plan import DatasetPlan

    if asked["manifest"] is not None:
        from mnistseq.pipeline.dataset.finished import FinishedDataset

        _refuse_beside_manifest()
        finished = FinishedDataset.open(asked["manifest"])
        with finished.plan(asked["output"], asked["source__path"]) as plan:
            yield plan, finished
        return
    seed = asked["seed"]
    if seed is None:
        seed = _seed_of(asked["output"]) if asked["resume"] else secrets.randbits(63)
    with _request(sequences, asked, seed) as batch:
        plan = DatasetPlan.of(batch)
        if asked["seed"] is None and not asked["quiet"]:
            click.echo(f"seed {seed}: --seed {seed} draws the same again", err=True)
        yield plan, None


def _refuse_beside_manifest() -> None:
    """Refuse options that say what to draw where a manifest does."""
    context = click.get_current_context()
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if given and name not in _BESIDE_MANIFEST:
            title = max(parameter.opts, key=len) if isinstance(parameter, click.Option) else "FILE"
            raise click.UsageError(f"--from says all of what is drawn: leave {title} out")


@contextmanager
def _request(sequences: str | None, asked: dict[str, Any], seed: int) -> Iterator[DatasetRequest]:
    from mnistseq.pipeline.dataset import ask
    from mnistseq.pipeline.dataset.request import DatasetRequest

    config = _config(asked)
    parameters = _format_parameters(asked)
    dataset_format = ask.make_format(asked["form"], parameters, config)
    _refuse_unused(dataset_format, parameters)
    with _input(sequences, config, seed, asked) as source:
        yield DatasetRequest(
            config=config,
            input=source,
            seed=seed,
            format=dataset_format,
            root=asked["output"],
            shares=ask.parse_shares(asked["split"]),
            disjoint=asked["disjoint"],
            shard_samples=asked["shard_size"] or dataset_format.shard_samples,
        )


def _config(asked: dict[str, Any]) -> Config:
    options = {name: asked[name] for name in config_parameters(BATCH_FLAGS)}
    return effective_config(asked["config_file"], asked["assignments"], options).config


def _format_parameters(asked: dict[str, Any]) -> dict[str, Any]:
    """The format's parameters: those with options of their own, and the rest."""
    from mnistseq.plugins.registry import find

    given = assignments_of(asked["form_options"], "--format-option")
    known = {item.name for item in fields(find("format", asked["form"]))}
    for option in ("labels", "boxes", "quality"):
        value = asked[option]
        if value is None:
            continue
        if option not in known:
            raise click.UsageError(
                f"--{option} {value}: format {asked['form']} has no such parameter; leave it out, or "
                "give --format files"
            )
        if option in given:
            raise click.UsageError(f"--{option} and --format-option {option}=…: give one of them")
        given[option] = _names_in(value) if option == "labels" else value
    return given


def _names_in(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise click.UsageError(f"--labels {text!r}: give names with commas between, as paddle,coco")
    return names


def _refuse_unused(dataset_format: Format, given: dict[str, Any]) -> None:
    """Refuse parameters that have no effect beside the others."""
    remedies = {"quality": "add --image-format jpg", "boxes": "add --labels coco"}
    for name, reason in dataset_format.unused(given).items():
        remedy = remedies.get(name, "leave it out")
        raise click.UsageError(f"{name} {given[name]} {reason}; {remedy}")


def _seed_of(output: str) -> int:
    """The seed of what is to be resumed; a new one where nothing is."""
    from mnistseq.pipeline.dataset.existing import seed_of

    seed = seed_of(output)
    return secrets.randbits(63) if seed is None else seed


def _input(
    sequences: str | None, config: Config, seed: int, asked: dict[str, Any]
) -> AbstractContextManager[Input]:
    from mnistseq.pipeline.composers import load_bank
    from mnistseq.pipeline.dataset import ask

    count = asked["count"]
    drawing = [
        name
        for name in ("count", "length", "pattern", "balance")
        if asked[name] not in (None, False)
    ]
    if sequences is not None:
        if drawing:
            raise click.UsageError(f"--{drawing[0]} draws sequences, but {sequences} has some")
        return ask.rows_from(
            sequences, asked["input_format"], asked["repeat"], skip_bad=asked["skip_bad"]
        )
    if count is None:
        raise click.UsageError("give a file of sequences, - for standard input, or --count N")
    if asked["input_format"]:
        raise click.UsageError("--input-format is about a file, but there is none")
    samples = count * asked["repeat"]
    alphabet = load_bank(config).alphabet
    if asked["pattern"] is not None:
        if asked["length"] is not None or asked["balance"]:
            raise click.UsageError(
                "--pattern says all of a sequence: leave --length, --balance out"
            )
        return ask.rows_of_pattern(
            asked["pattern"], alphabet, samples, seed, skip_bad=asked["skip_bad"]
        )
    if asked["skip_bad"]:
        raise click.UsageError("--skip-bad is about rows or a pattern, but there are none")
    length = "5" if asked["length"] is None else asked["length"]
    return nullcontext(ask.drawn_input(alphabet, samples, length, balanced=asked["balance"]))


def _run(plan: DatasetPlan, finished: FinishedDataset | None, asked: dict[str, Any]) -> None:
    from mnistseq.cli.progress import progress
    from mnistseq.pipeline.dataset.run import run_batch

    executor = _executor(plan, asked)
    when: Literal["auto", "on", "off"] = "off" if asked["quiet"] else asked["progress"]
    if plan.description["skipped"]["rows"] and not asked["quiet"]:
        click.echo(_left_out(plan), err=True)
    with progress(when, plan.shards.samples, "images", "img") as tell:
        summary = run_batch(
            plan,
            executor,
            resume=asked["resume"],
            force=asked["force"],
            progress=lambda receipt: tell(receipt.shard.samples, receipt.made),
        )
    if asked["as_json"]:
        click.echo(json.dumps(asdict(summary), indent=2))
    else:
        rate = summary.made_samples / max(summary.seconds, 1e-9)
        click.echo(
            f"{summary.root}: {summary.samples} images in {summary.shards} shards "
            f"({summary.made} made now), {summary.bytes} bytes, {summary.seconds:.1f} s, "
            f"{rate:.0f} images a second"
        )
    if finished is not None:
        finished.compare(plan)


def _left_out(plan: DatasetPlan) -> str:
    rows = plan.description["skipped"]["rows"]
    return f"{rows} {'row' if rows == 1 else 'rows'} left out, which the manifest lists"


def _executor(plan: DatasetPlan, asked: dict[str, Any]) -> Any:
    from mnistseq.plugins.registry import create, find

    options = assignments_of(asked["executor_options"], "--executor-option")
    jobs, name = asked["jobs"], asked["executor"]
    if name is not None:
        find("executor", name)  # before anything is said of it
    else:
        # One shard keeps one process busy: another would only have to start.
        alone = jobs == 1 or len(plan.shards) == 1
        name = "serial" if alone and not options else "processes"
    if jobs is not None and name == "processes":
        options.setdefault("jobs", jobs)
    elif jobs is not None and asked["executor"] is not None:
        raise click.UsageError(f"--jobs counts processes here: --executor {name} has none")
    return create("executor", name, options, "executor")


def _dry_run(plan: DatasetPlan, there: int, *, as_json: bool) -> None:
    from mnistseq.pipeline.dataset.estimate import estimate

    found = estimate(plan, there)
    if found.skipped:
        click.echo(_left_out(plan), err=True)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2))
        return
    kept = f" ({found.there} are there)" if found.there else ""
    click.echo(
        f"{found.samples} images{kept} in {found.shards} shards, about {found.bytes} bytes and "
        f"{found.seconds:.1f} s on one core (measured on {found.measured} images)"
    )
