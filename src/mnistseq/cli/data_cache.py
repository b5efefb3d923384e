"""``mnistseq data cache``: show and clear the cache of decoded glyphs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from mnistseq import messages
from mnistseq.cli.support.age import Age
from mnistseq.cli.support.commands import Command

if TYPE_CHECKING:
    from mnistseq.sources.banks.cache_entries import CacheEntry


@click.command(
    "cache",
    cls=Command,
    examples=["mnistseq data cache", "mnistseq data cache --clear --older-than 30d"],
    page="sources.md",
)
@click.option(
    "--clear", is_flag=True, help="Remove the glyphs; sources decode them again when needed."
)
@click.option(
    "--older-than",
    type=Age(),
    default=None,
    metavar="AGE",
    help="Only consider glyphs not used for this time, such as 30d, 12h or 2w.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def cache(clear: bool, older_than: float | None, as_json: bool) -> None:
    """Show the cache of decoded glyphs, by source and size, or clear it.

    Sources decode their files once, into the cache folder (MNISTSEQ_CACHE, or the user's).
    It has no size limit and can be cleared at any time. Files that earlier versions left in
    another layout are always removed.
    """
    from mnistseq.sources.banks import cache_entries
    from mnistseq.sources.banks.cache import cache_folder

    swept = cache_entries.sweep()
    age = older_than or 0
    entries = cache_entries.clear(age) if clear else cache_entries.list_entries(age)
    if as_json:
        report = {
            "folder": str(cache_folder()),
            "removed": [_record(entry) for entry in [*swept, *(entries if clear else [])]],
            "entries": [] if clear else [_record(entry) for entry in entries],
        }
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
        return
    if swept:
        click.echo(f"removed from an old layout: {_total(swept)}")
    click.echo(f"{cache_folder()}: {'removed ' if clear else ''}{_total(entries)}")
    for entry in entries:
        state = "" if entry.state == "usable" else f", {entry.state}"
        click.echo(f"  {messages.size(entry.size):>8}  {entry.source}  (used {_day(entry)}{state})")


def _total(entries: Sequence[CacheEntry]) -> str:
    count = messages.plural(len(entries), "entry", "entries")
    return f"{count}, {messages.size(sum(entry.size for entry in entries))}"


def _day(entry: CacheEntry) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(entry.used).astimezone().date().isoformat()


def _record(entry: CacheEntry) -> dict[str, object]:
    return {**asdict(entry), "path": str(entry.path)}
