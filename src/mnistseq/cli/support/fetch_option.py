"""The option by which a manifest may use what is outside of its data set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mnistseq.cli.support.options import AddOption, option
from mnistseq.errors import NotAllowedError

fetch_option: AddOption = option(
    "--fetch",
    is_flag=True,
    heading="Input",
    help="Let the manifest read files at paths that it names, download its source and use plugins. "
    "Give this only for a data set that you trust.",
)


@contextmanager
def fetch_hint() -> Iterator[None]:
    """Name the option in the error that it would avoid."""
    try:
        yield
    except NotAllowedError as error:
        raise NotAllowedError(f"{error}: if you trust it, add --fetch") from error
