"""Options of the commands that write images."""

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
