"""``mnistseq verify``: compare a data set with its manifest."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from mnistseq import messages
from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.completions import folders
from mnistseq.cli.support.manifest_paths import given_paths, path_hints, path_options
from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.cli.support.options import option
from mnistseq.cli.support.progress import Advance, Mode, progress, progress_option
from mnistseq.cli.support.stopping import stopping
from mnistseq.errors import SourceError

if TYPE_CHECKING:
    from mnistseq.pipeline.verify.result import Verification


@click.command(
    "verify",
    cls=Command,
    examples=["mnistseq verify digits", "mnistseq verify digits --redraw 10%"],
    page="batch.md#verifying",
)
@click.argument("folder", metavar="DIR", shell_complete=folders)
@option(
    "--redraw",
    metavar="SHARE",
    heading="Running",
    help="Also draw this share of the shards again, such as 1%, but at least one, and compare them.",
)
@option(
    "-j",
    "--jobs",
    type=WholeNumber(1),
    heading="Running",
    help="Use this many processes for --redraw. By default there is one per core.",
)
@path_options
@progress_option
@option("--json", "as_json", is_flag=True, help="Print faults and notes as JSON.")
def command(
    folder: str,
    redraw: str | None,
    jobs: int | None,
    data_dir: str | None,
    set_paths: tuple[str, ...],
    fetch: bool,
    progress: Mode,
    as_json: bool,
) -> None:
    """Compare every file of the data set in DIR with its hash in the manifest.

    DIR is the folder of a data set, its URL, or its manifest.json. Faults are printed,
    and the exit code is 1 if there are any. Files that the manifest does not list are
    noted, but are not faults.
    """
    share = _share(redraw)
    given = {"--jobs": jobs, "--data-dir": data_dir, "--set": set_paths or None}
    for flag, value in {**given, "--fetch": fetch or None}.items():
        if value is not None and redraw is None:
            raise click.UsageError(f"{flag} applies only with --redraw")
    paths = given_paths(data_dir, set_paths)
    from mnistseq.pipeline.verify.check import verify

    with ExitStack() as stack:
        checks = _Checks(progress, stack, "checks" if share else "files")
        stack.enter_context(stopping(checks.when_stopped))
        with path_hints():
            result = verify(folder, share, jobs=jobs, paths=paths, fetch=fetch, progress=checks)
    if as_json:
        click.echo(json.dumps(_as_json(result), indent=2, ensure_ascii=False))
    else:
        for fault in result.faults:
            click.echo(messages.printable(f"{fault.name}: {fault.problem}"))
        for note in result.notes:
            click.echo(messages.printable(f"note: {note.name}: {note.remark}"))
        if result.passed:
            click.echo(f"{folder}: everything matches the manifest")
    if not result.passed:
        raise SourceError(
            f"{folder}: {messages.plural(len(result.faults), 'fault')}; batch --resume makes changed "
            "and missing shards again"
        )


def _as_json(result: Verification) -> list[dict[str, str]]:
    faults = [{"kind": "fault", **asdict(fault)} for fault in result.faults]
    return faults + [
        {"kind": "note", "name": note.name, "problem": note.remark} for note in result.notes
    ]


class _Checks:
    """Counts checks and shows progress."""

    def __init__(self, mode: Mode, stack: ExitStack, things: str) -> None:
        self._mode, self._stack, self._things = mode, stack, things
        self._advance: Advance | None = None
        self._done = self._total = 0

    def __call__(self, done: int, total: int) -> None:
        if self._advance is None:
            self._advance = self._stack.enter_context(
                progress(self._mode, total, self._things, self._things[:-1])
            )
        self._advance(done - self._done, True)
        self._done, self._total = done, total

    def when_stopped(self) -> str:
        """Return what was checked and what was not."""
        if not self._total:
            return "stopped before anything was checked"
        if self._things == "files":
            return f"stopped after {self._done} of {self._total} files were checked"
        return f"stopped after {self._done} of {self._total} checks"


def _share(text: str | None) -> float:
    if text is None:
        return 0.0
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise click.UsageError(
            f"--redraw {text}: give a share above 0 and up to 100%, such as 1% or 0.01"
        )
    return share
