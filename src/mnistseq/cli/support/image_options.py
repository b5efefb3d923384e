"""Options of the commands that draw images."""

from __future__ import annotations

from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.cli.support.options import AddOption, option

quality_option: AddOption = option(
    "--quality",
    type=WholeNumber(1, 100),
    heading="Output",
    help="Set the quality of JPEG images.  [default: 95]",
)
"""``--quality``: quality of JPEG images."""

seed_option: AddOption = option(
    "--seed",
    type=WholeNumber(0, 2**64 - 1),
    heading="Drawing",
    help="Use this seed. By default a new one is chosen and printed.",
)
"""``--seed``: the seed of everything random."""


def new_seed() -> int:
    """Choose a seed at random."""
    import secrets  # slow to import, and not needed for --help

    return secrets.randbits(63)
