"""Whole numbers on the command line."""

from __future__ import annotations

from typing import Any

import click


class Whole(click.IntRange):
    """A whole number in a range; says so where it is none."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a number, or say what it should have been."""
        try:
            number: int = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value} is not allowed; give {self}", param, ctx)
        return number

    def __str__(self) -> str:
        """``a whole number from 1 to 65500``"""
        if self.max is None:
            return f"a whole number of {self.min} or more"
        return f"a whole number from {self.min} to {self.max}"
