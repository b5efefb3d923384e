"""Faults of a config in terms of the command line."""

from __future__ import annotations

import pytest

from mnistseq.cli.support.config_faults import FaultMessages
from mnistseq.errors import ConfigFault, Origin, Setting

MESSAGES = FaultMessages.of(
    {
        "--min": "spacing.min",
        "--max": "spacing.max",
        "--width": "image.width",
        "--source": "source.name",
    },
    ["image.height", "spacing.parameters.peak", "canvas"],
)
OPTION, DEFAULT = Origin("option"), Origin("default")
FILE, PRESET = Origin("file", "a.toml"), Origin("preset", "camera")


@pytest.mark.parametrize(
    ("key", "origin", "message"),
    [
        ("image.width", OPTION, "--width: is wrong"),
        ("image.width", FILE, "a.toml: image.width: is wrong"),
        ("image.width", None, "--width: is wrong"),
        ("image.height", OPTION, "--set image.height: is wrong"),
        ("spacing.parameters.peak", OPTION, "--set spacing.parameters.peak: is wrong"),
        ("source.parameters.y", OPTION, "--source y: is wrong"),
        ("source.weight", OPTION, "--source weight: is wrong"),
        ("canvas.transform[0].x", OPTION, "--set canvas.transform[0].x: is wrong"),
        ("source.parameters.images", DEFAULT, "--set source.parameters.images: is wrong"),
        ("", FILE, "a.toml: is wrong"),
    ],
)
def test_a_fault_names_the_option_or_the_file(
    key: str, origin: Origin | None, message: str
) -> None:
    assert MESSAGES.describe(ConfigFault(key, "is wrong", origin)) == message


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (OPTION, OPTION, "--min 9 is larger than --max 5"),
        (OPTION, DEFAULT, "--min 9 is larger than --max 5 (--max: default)"),
        (DEFAULT, OPTION, "--min 9 is larger than --max 5 (--min: default)"),
        (FILE, FILE, "a.toml: spacing.min 9 is larger than spacing.max 5"),
        (FILE, OPTION, "a.toml: spacing.min 9 is larger than --max 5"),
        (OPTION, FILE, "--min 9 is larger than spacing.max 5 (spacing.max: file a.toml)"),
        (OPTION, PRESET, "--min 9 is larger than spacing.max 5 (spacing.max: preset camera)"),
        (
            FILE,
            PRESET,
            "a.toml: spacing.min 9 is larger than spacing.max 5 (spacing.max: preset camera)",
        ),
    ],
)
def test_an_empty_range_names_both_ends(low: Origin, high: Origin, message: str) -> None:
    ends = Setting("spacing.min", 9, low), Setting("spacing.max", 5, high)
    fault = ConfigFault("spacing", "min 9 exceeds max 5", low, ends)
    assert MESSAGES.describe(fault) == message
