"""Parse the splits of a data set and their shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from mnistseq.errors import ArgumentError
from mnistseq.pipeline.rows.sample_names import check_name

Shares: TypeAlias = tuple[tuple[str, float], ...]
"""Splits and their shares, which add up to 1."""

_SPLIT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")


def parse_shares(given: str | Mapping[str, float] | None) -> Shares:
    """Parse ``train=0.9,val=0.1``, or a mapping, to splits and shares; None is one split, train.

    ArgumentError if a name is invalid or given twice, or the shares do not add up to 1.
    """
    if given is None:
        return (("train", 1.0),)
    shares: dict[str, float] = {}
    lower_case: set[str] = set()
    parts = (
        given.split(",")
        if isinstance(given, str)
        else [f"{name}={share}" for name, share in given.items()]
    )
    for part in parts:
        name, _, value = (piece.strip() for piece in part.partition("="))
        try:
            share = float(value)
        except ValueError:
            share = 0.0
        if not 0 < share <= 1:
            raise ArgumentError(
                f"split {part!r}: give a name and a share above 0, as in train=0.9,val=0.1"
            )
        if not _SPLIT_NAME.fullmatch(name):
            raise ArgumentError(
                f"split {part!r}: {name!r} cannot be the name of a split; use ASCII letters and "
                "digits, and underscores after the first"
            )
        if name.lower() in lower_case:
            raise ArgumentError(
                f"split {part!r}: {name} is given twice (upper and lower case are not "
                "distinguished); give each split once"
            )
        shares[check_name(name)] = share
        lower_case.add(name.lower())
    total = sum(shares.values())
    if abs(total - 1) > 1e-6:
        raise ArgumentError(
            f"splits {','.join(parts)}: the shares add up to {total:g}, but must add up to 1"
        )
    return tuple((name, share / total) for name, share in shares.items())
