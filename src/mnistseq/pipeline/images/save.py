"""Save samples as image files, with JSON files that describe them."""

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
from mnistseq.errors import OutputExistsError
from mnistseq.pipeline.composers import plugin_packages
from mnistseq.version import __version__

_LONGEST_NAME = 120
"""Bytes."""


def file_name(labels: Sequence[str], suffix: str) -> str:
    """Return the file name for a sequence, such as ``seq_350.png``.

    Characters that a file name cannot contain become ``_``, and long names are truncated. Such
    names end in a hash of the sequence, so that different sequences have different names.
    """
    text = join(labels).replace(",", "-")
    safe = re.sub(r"[^\w.+-]", "_", text)
    if safe != text or len(safe.encode()) > _LONGEST_NAME:
        while len(safe.encode()) > _LONGEST_NAME:
            safe = safe[: min(_LONGEST_NAME, len(safe) - 1)]
        safe += "_" + sha256(join(labels).encode()).hexdigest()[:8]
    return f"seq_{safe}.{suffix}"


def numbered(path: Path) -> Iterator[Path]:
    """Yield ``seq_350.png``, ``seq_350_1.png``, ``seq_350_2.png``, …"""
    yield path
    for number in count(1):
        yield path.with_name(f"{path.stem}_{number}{path.suffix}")


def files_of(image: Path, *, metadata: bool) -> list[Path]:
    """Return the path of an image and, with metadata, that of its JSON file."""
    return [image, image.with_suffix(".json")] if metadata else [image]


def save_sample(
    paths: Iterator[Path], image: bytes, metadata: bytes | None, *, force: bool
) -> Path:
    """Write an image, with its metadata as JSON beside it, to the first free path; return that.

    With `force`, use the first path and overwrite existing files. OutputError if a file cannot be
    written, and no unfinished file is left; OutputExistsError if no path is free.
    """
    for path in paths:
        contents = [image] if metadata is None else [image, metadata]
        files = dict(zip(files_of(path, metadata=metadata is not None), contents, strict=True))
        # This check costs a thousandth of writing and flushing. Publishing still detects a file
        # that appears in between.
        if not force and any(map(os.path.lexists, files)):
            continue
        try:
            publish(files, replace=force)
        except FileExistsError:
            continue
        return path
    raise OutputExistsError(f"{path} already exists")


def describe_sample(sample: Sample, config: Config, bank: GlyphBank) -> dict[str, Any]:
    """Return all metadata of a sample as JSON values."""
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
        "config": config.to_dict(),
        "source_fingerprint": bank.fingerprint,
        "plugins": plugin_packages(config),
        "algorithm": ALGORITHM,
        "mnistseq": __version__,
    }


def to_json(values: Mapping[str, Any]) -> bytes:
    """Return a JSON document in UTF-8 with a final line break."""
    return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode()
