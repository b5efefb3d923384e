"""``mnistseq data``: the data sets that sources read, and what of them is here."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from mnistseq.cli import Group
from mnistseq.cli.support.stopping import stopping

if TYPE_CHECKING:
    from mnistseq.sources.downloads.catalogue import DatasetState


@click.group("data", cls=Group)
def command() -> None:
    """List, download and check the data sets that sources read.

    Sources download what they need on first use; this is for doing it before.
    Files go to MNISTSEQ_DATA, or the user's data folder; those that Debian,
    keras or torchvision put on this machine are used where they are.
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """Show every data set: what it is, its size and licence, and whether it is here."""
    from mnistseq.sources.downloads.catalogue import list_datasets

    states = list_datasets()
    if as_json:
        rows = [{**asdict(state), "here": state.here} for state in states]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    click.echo("\n".join(line for state in states for line in _lines(state)))


@command.command("fetch")
@click.argument("name")
@stopping("stopped; files that were fetched whole are kept")
def fetch(name: str) -> None:
    """Download the data set NAME, or what of it is missing, and print where its files are."""
    from mnistseq.sources.downloads.catalogue import fetch_dataset

    for path in fetch_dataset(name):
        click.echo(path)


@command.command("path")
@click.argument("name")
def path(name: str) -> None:
    """Print the folder that holds the files of the data set NAME; nothing is downloaded."""
    from mnistseq.sources.downloads.catalogue import folders_of

    for folder in folders_of(name):
        click.echo(folder)


@command.command("verify")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(name: str | None, as_json: bool) -> None:
    """Read the files of NAME, or of every data set that is here, and check them."""
    from mnistseq.sources.downloads import catalogue

    verdicts = []
    for verdict in catalogue.verify(name):
        verdicts.append(verdict)
        if not as_json and (verdict.path is not None or name is not None):
            click.echo(f"{verdict.state:8} {verdict.dataset}  {verdict.path or verdict.file}")
    if as_json:
        click.echo(json.dumps([asdict(verdict) for verdict in verdicts], indent=2))
    catalogue.check_verdicts(verdicts, whole=name is not None)


def _lines(state: DatasetState) -> list[str]:
    here = {"yes": "here", "no": "not here", "in part": "here in part"}[state.here]
    lines = [
        f"{state.name:14} {here:13} {state.size / 1e6:6.1f} MB  {state.licence}",
        f"    {state.description}",
        f"    from {state.homepage}",
    ]
    lines += [f"    {file.path}" for file in state.files if file.path is not None]
    return lines
