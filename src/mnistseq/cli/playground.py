"""``mnistseq playground``: a local page on which a config can be tried."""

from __future__ import annotations

from contextlib import suppress

import click

from mnistseq.cli.support.commands import Command
from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.cli.support.options import option


@click.command(
    "playground",
    cls=Command,
    examples=["mnistseq playground", "mnistseq playground --open"],
    page="usage.md#playground",
)
@option(
    "--port",
    type=WholeNumber(0, 65535),
    default=0,
    show_default=True,
    heading="Running",
    help="Listen at this port; 0 is any that is free.",
)
@option("--open", "in_browser", is_flag=True, heading="Running", help="Open it in a browser.")
def command(port: int, in_browser: bool) -> None:
    """Serve a page on which a config can be tried, and print its address.

    Only this machine can reach it, and only with the token in the address. It needs
    the extra playground. Ctrl-C ends it.
    """
    from mnistseq.inspection.playground.server import serve

    def announce(address: str) -> None:
        click.echo(address)
        if in_browser:
            click.launch(address)

    with suppress(KeyboardInterrupt):
        serve(port, announce)
