"""Explain why a data set cannot be resumed, in terms of the options that differ."""

from __future__ import annotations

from mnistseq.cli.support.config_options import FLAGS
from mnistseq.errors import DatasetExistsError
from mnistseq.pipeline.dataset.differences import describe

_OPTIONS = {
    "seed": "--seed",
    "shares": "--split",
    "disjoint": "--disjoint",
    "shard_samples": "--shard-size",
    "input.samples": "--count",
    "input.shortest": "--length (shortest)",
    "input.longest": "--length (longest)",
    "input.balanced": "--balance",
    "input.format": "--input-format",
    "input.repeat": "--repeat",
    "input.skip_bad": "--skip-bad",
    "format.name": "--format",
    "format.parameters.labels": "--labels",
    "format.parameters.boxes": "--boxes",
    "format.parameters.masks": "--masks",
    "format.parameters.quality": "--quality",
    "format.parameters.image_format": "--image-format",
} | {f"config.{path}": flag for flag, path in FLAGS.items()}
"""Key of a plan → option that sets it."""


def in_terms_of_options(error: DatasetExistsError) -> str:
    """Return the message of an error with options instead of keys: ``--max was 20, now 30``."""
    message = str(error)
    for difference in error.differences:
        option = _option(difference.key)
        if option is not None:
            message = message.replace(describe(difference), describe(difference, option))
    return message


def _option(key: str) -> str | None:
    if key in _OPTIONS:
        return _OPTIONS[key]
    for prefix, option in (("config.", "--set "), ("format.parameters.", "--format-option ")):
        if key.startswith(prefix):
            return option + key.removeprefix(prefix)
    return None
