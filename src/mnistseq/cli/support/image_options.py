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
"""``--quality``: the quality of JPEG."""

seed_option: AddOption = option(
    "--seed",
    type=WholeNumber(0, 2**64 - 1),
    heading="Drawing",
    help="Draw by this seed. By default it is a new one, which is printed.",
)
"""``--seed``: the seed of everything random."""
