"""Age: an option type for ages such as ``30d``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

_SECONDS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}

if TYPE_CHECKING:
    _FloatType = click.ParamType[float]
else:  # older versions of click have no parameter for the type of the value
    _FloatType = click.ParamType


class Age(_FloatType):
    """A number with a unit: minutes, hours, days or weeks, as in ``30d``; converted to seconds."""

    name = "age"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Parse an age."""
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"(\d{1,6}(?:\.\d+)?)\s*([mhdw])", str(value).strip().lower())
        if match is None:
            self.fail(
                f"{value} is not an age; give a number with m, h, d or w, as in 30d", param, ctx
            )
        return float(match[1]) * _SECONDS[match[2]]
