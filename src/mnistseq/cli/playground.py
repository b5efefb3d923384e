"""``mnistseq playground``: serve a local page for trying a config."""

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
    help="Listen on this port; 0 means any free port.",
)
@option("--open", "in_browser", is_flag=True, heading="Running", help="Open the page in a browser.")
def command(port: int, in_browser: bool) -> None:
    """Serve a page for trying a config, and print its address.

    The page can be reached only from this machine, and only with the token in the address.
    It requires the extra playground. Press Ctrl-C to stop.
    """
    from mnistseq.inspection.playground.server import serve

    def announce(address: str) -> None:
        click.echo(address)
        if in_browser:
            click.launch(address)

    with suppress(KeyboardInterrupt):
        serve(port, announce)
