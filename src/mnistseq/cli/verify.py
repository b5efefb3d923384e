"""``mnistseq verify``: a data set against its manifest."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Literal

import click

from mnistseq.cli.support.stopping import stopping
from mnistseq.errors import SourceError


@click.command("verify")
@click.argument("folder", metavar="DIR")
@click.option(
    "--redraw", metavar="SHARE", help="Draw so many samples again, as 1%, and compare their pixels."
)
@click.option(
    "--data-dir",
    metavar="DIR",
    help="Where the source's files are, for --redraw, if elsewhere than when the set was made.",
)
@click.option(
    "--progress", type=click.Choice(["auto", "on", "off"]), default="auto", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@stopping("stopped before everything was looked at")
def command(
    folder: str,
    redraw: str | None,
    data_dir: str | None,
    progress: Literal["auto", "on", "off"],
    as_json: bool,
) -> None:
    """Check every shard of the data set in DIR against its hash.

    The exit code is 1 where something differs, and the list of it is printed.
    """
    if data_dir is not None and redraw is None:
        raise click.UsageError("--data-dir is for --redraw, which draws again: give both or none")
    from mnistseq.cli.support import progress as shown
    from mnistseq.pipeline.verify.check import verify

    faults = verify(
        folder,
        _share(redraw),
        progress=lambda looks: shown.progress(progress, looks, "files", "file"),
        source_path=data_dir,
    )
    if as_json:
        click.echo(json.dumps([asdict(fault) for fault in faults], indent=2, ensure_ascii=False))
    else:
        for fault in faults:
            click.echo(f"{fault.name}: {fault.problem}")
        if not faults:
            click.echo(f"{folder}: all is as the manifest says")
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise SourceError(
            f"{folder}: {count}; batch --resume makes damaged and missing shards again"
        )


def _share(text: str | None) -> float:
    if text is None:
        return 0.0
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise click.UsageError(f"--redraw {text}: give a share above 0, as 1% or 0.01, up to 100%")
    return share
