"""``mnistseq data``: describe sources, and manage their downloads and cache."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from mnistseq import messages
from mnistseq.cli.data_cache import cache
from mnistseq.cli.data_describe import describe
from mnistseq.cli.support.commands import Group
from mnistseq.cli.support.completions import datasets
from mnistseq.cli.support.stopping import stopping
from mnistseq.errors import SourceError

if TYPE_CHECKING:
    from mnistseq.sources.downloads.catalogue import DatasetState

_HERE = {"yes": "here", "no": "not here", "in part": "here in part"}


@click.group(
    "data",
    cls=Group,
    examples=["mnistseq data list", "mnistseq data describe mnist", "mnistseq data path mnist"],
    page="sources.md",
)
def command() -> None:
    """Describe sources; list, download and check the data sets that they read.

    Sources download what they need on first use; these commands do it ahead of time.
    Files are saved in MNISTSEQ_DATA, or in the user's data folder. Existing copies from
    Debian, Keras or torchvision are used in place.
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """Show every data set: description, size, licence, and whether it is on this machine."""
    from mnistseq.sources.downloads.catalogue import list_datasets

    states = list_datasets()
    if as_json:
        rows = [{**asdict(state), "here": state.here} for state in states]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    click.echo("\n".join(line for state in states for line in _lines(state)))


@command.command("fetch")
@click.argument("name", shell_complete=datasets)
@stopping("stopped; files that were downloaded completely are kept")
def fetch(name: str) -> None:
    """Download the missing files of the data set NAME, and print the path of each file."""
    from mnistseq.sources.downloads.catalogue import fetch_dataset

    for path in fetch_dataset(name):
        click.echo(path)


@command.command("path")
@click.argument("name", shell_complete=datasets)
def path(name: str) -> None:
    """Print the folder with the files of the data set NAME, without downloading any."""
    from mnistseq.sources.downloads.catalogue import folders_of

    try:
        folders = folders_of(name)
    except SourceError as error:
        raise SourceError(f"{error}\nTo download it, run: mnistseq data fetch {name}") from error
    for folder in folders:
        click.echo(folder)


@command.command("verify")
@click.argument("name", required=False, shell_complete=datasets)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(name: str | None, as_json: bool) -> None:
    """Read all files of the data set NAME, or of all data sets, and compare their checksums."""
    from mnistseq.sources.downloads import catalogue

    checks = []
    for check in catalogue.verify(name):
        checks.append(check)
        if not as_json and (check.path is not None or name is not None):
            click.echo(f"{check.state:8} {check.dataset}  {check.path or check.file}")
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=2))
    catalogue.require_intact(checks, complete=name is not None)


command.add_command(describe)
command.add_command(cache)


def _lines(state: DatasetState) -> list[str]:
    lines = [
        f"{state.name:14} {_HERE[state.here]:13} {messages.size(state.size):>8}  {state.licence}",
        f"    {state.description}",
        f"    from {state.homepage}",
    ]
    lines += [f"    {file.path}" for file in state.files if file.path is not None]
    return lines
