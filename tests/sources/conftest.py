"""IDX files made to measure."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}

MakeIdx = Callable[..., bytes]


@pytest.fixture
def make_idx() -> MakeIdx:
    """An array as an IDX file; `claim` is another shape for its header."""

    def make(
        values: Any,
        kind: str = "u1",
        claim: tuple[int, ...] | None = None,
        *,
        zipped: bool = False,
    ) -> bytes:
        array = np.asarray(values, dtype=f">{kind}")
        shape = array.shape if claim is None else claim
        header = bytes([0, 0, CODES[kind], len(shape)]) + struct.pack(f">{len(shape)}I", *shape)
        content = header + array.tobytes()
        return gzip.compress(content, mtime=0) if zipped else content

    return make


@pytest.fixture
def pair(tmp_path: Path, make_idx: MakeIdx) -> Callable[..., tuple[Path, Path]]:
    """Files of images and labels, by default six images of 5 x 4 with labels 0 to 2."""

    def make(images: bytes | None = None, labels: bytes | None = None) -> tuple[Path, Path]:
        pixels = np.arange(6 * 5 * 4).reshape(6, 5, 4)
        paths = tmp_path / "images", tmp_path / "labels"
        paths[0].write_bytes(make_idx(pixels) if images is None else images)
        paths[1].write_bytes(make_idx(np.arange(6) % 3) if labels is None else labels)
        return paths

    return make
