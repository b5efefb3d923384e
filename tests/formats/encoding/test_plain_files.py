"""Reading shards that anyone may have made: only plain files, of a limited size."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
from tests.datasets import make, plan, random_input

from mnistseq.formats.encoding import plain_files
from mnistseq.formats.npy import Npy


def test_an_array_that_lies_about_its_size_is_not_allocated(tmp_path: Path) -> None:
    make(
        plan(tmp_path / "out", random_input(4), format_name="npy", config={"image": {"width": 199}})
    )
    shard = tmp_path / "out" / "train" / "00000"
    header = {"descr": "<i4", "fortran_order": False, "shape": (10**12,)}
    with open(shard / "lengths.npy", "wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
    with pytest.raises(ValueError, match="mmap length is greater than file size"):
        Npy().open_shard(shard)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    os.truncate(tmp_path / "a", plain_files.MAX_SIZE + 1)
    with pytest.raises(ValueError, match="a has 268435457 bytes, more than 268435456"):
        plain_files.read_plain_file(tmp_path, "a")


def test_a_line_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_files, "MAX_SIZE", 10)
    lines = io.BytesIO(b"[1, 2, 3]\n" + b" " * 100 + b"1")
    values = plain_files.json_lines(lines)
    assert next(values) == [1, 2, 3]
    with pytest.raises(ValueError, match="a line has 11 bytes, more than 10"):
        next(values)
