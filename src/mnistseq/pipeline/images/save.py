"""Samples → image files with names of their own."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from mnistseq.atomic import publish
from mnistseq.config.config import Config
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.randomness import ALGORITHM
from mnistseq.core.samples import Sample
from mnistseq.core.sequences import join
from mnistseq.pipeline.composers import plugin_packages
from mnistseq.version import __version__

_LONGEST_NAME = 120


def file_name(labels: Sequence[str], suffix: str) -> str:
    """``seq_350.png``; what a file name cannot hold becomes ``_``, what is too long a hash."""
    text = join(labels).replace(",", "-")
    safe = re.sub(r"[^\w.+-]", "_", text)
    if safe != text or len(safe.encode()) > _LONGEST_NAME:
        while len(safe.encode()) > _LONGEST_NAME:
            safe = safe[: min(_LONGEST_NAME, len(safe) - 1)]
        safe += "_" + sha256(join(labels).encode()).hexdigest()[:8]
    return f"seq_{safe}.{suffix}"


def numbered(path: Path) -> Iterator[Path]:
    """``seq_350.png``, ``seq_350_1.png``, ``seq_350_2.png``, …"""
    yield path
    for number in count(1):
        yield path.with_name(f"{path.stem}_{number}{path.suffix}")


def save_sample(places: Iterator[Path], image: bytes, labels: bytes | None, *, force: bool) -> Path:
    """Write an image, and its labels beside it, at the first of `places` that is free.

    Parameters
    ----------
    places : iterator of Path
        Where the image may go; taken from until one is free.
    image : bytes
    labels : bytes or None
        Content of a JSON file of the image's name.
    force : bool
        Take the first place, and overwrite what is there.

    Raises
    ------
    OutputError
        If it cannot be written; nothing is left behind.
    """
    for path in places:
        files = {path: image}
        if labels is not None:
            files[path.with_suffix(".json")] = labels
        # Asked first, for to write and flush what is then refused costs a thousand times as much
        # for each name that is taken. Whether it is free still, publishing finds out.
        if not force and any(map(os.path.lexists, files)):
            continue
        try:
            publish(files, replace=force)
        except FileExistsError:
            continue
        return path
    raise AssertionError("there is always another number")


def describe_sample(sample: Sample, config: Config, bank: GlyphBank) -> dict[str, Any]:
    """All that is known of a sample, ready for JSON."""
    return {
        "label": sample.text,
        "labels": list(sample.labels),
        "width": int(sample.image.shape[1]),
        "height": int(sample.image.shape[0]),
        "boxes": sample.boxes.tolist(),
        "ink_boxes": sample.ink_boxes.tolist(),
        "glyph_ids": sample.glyph_ids.tolist(),
        "writer": sample.writer,
        "seed": sample.seed,
        "index": sample.index,
        **provenance(config, bank),
    }


def provenance(config: Config, bank: GlyphBank) -> Mapping[str, Any]:
    """What it takes to draw the same again."""
    return {
        "config": config.to_dict(),
        "source_fingerprint": bank.fingerprint,
        "plugins": plugin_packages(config),
        "algorithm": ALGORITHM,
        "mnistseq": __version__,
    }


def to_json(values: Mapping[str, Any]) -> bytes:
    """One JSON document, UTF-8, ending in a new line."""
    return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode()
