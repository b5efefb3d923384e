"""WholeNumber: an option type for whole numbers in a range."""

from __future__ import annotations

from typing import Any

import click

from mnistseq.messages import shortened


class WholeNumber(click.IntRange):
    """A whole number in a range; errors state the range."""

    name = "integer"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Return the metavar of the number in the help."""
        return "N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Parse a number; errors state the value and the range."""
        try:
            number: int = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{shortened(str(value))} is not allowed; give {self}", param, ctx)
        return number

    def __str__(self) -> str:
        """Return the range, such as ``a whole number from 1 to 65500``."""
        if self.max is None:
            return f"a whole number of {self.min} or more"
        return f"a whole number from {self.min} to {self.max}"
