"""IDX files: what is read, and what is refused before memory is allocated for it."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnistseq.errors import SourceError
from mnistseq.sources.array_files.idx import read_idx

MakeIdx = Callable[..., bytes]
HERE = Path("file")


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "i4", "f4", "f8"])
def test_every_type_is_read(make_idx: MakeIdx, kind: str, zipped: bool) -> None:
    values = np.array([[-3, 0, 100], [7, 5, 1]]).astype(kind)
    found = read_idx(make_idx(values, kind, zipped=zipped), HERE)
    assert found.dtype == np.dtype(kind)
    assert found.dtype.isnative
    np.testing.assert_array_equal(found, values)


@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 3, 4), (2, 3, 2, 3), (0,), (0, 28, 28)])
def test_every_number_of_dimensions_is_read(make_idx: MakeIdx, shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).integers(0, 256, shape)
    np.testing.assert_array_equal(read_idx(make_idx(values), HERE), values)


@pytest.mark.parametrize(
    ("content", "begins"),
    [
        (b"", "nothing"),
        (b"\0\0\x08", "00 00 08"),
        (b"\x89PNG\r\n", "89 50 4e 47"),
        (b"\0\0\x0a\1\0\0\0\1\0", "00 00 0a 01"),
        (b"\0\0\x08\0\0", "00 00 08 00"),
        (b"\0\0\x08\x05" + bytes(99), "00 00 08 05"),
        (b"\1\0\x08\1\0\0\0\1\0", "01 00 08 01"),
        (gzip.compress(b"hello", mtime=0), "68 65 6c 6c"),
    ],
)
def test_a_wrong_beginning_is_refused(content: bytes, begins: str) -> None:
    with pytest.raises(SourceError, match=f"^file: not an IDX file: it begins with {begins}, not"):
        read_idx(content, HERE)


def test_a_truncated_header_is_refused(make_idx: MakeIdx) -> None:
    with pytest.raises(SourceError, match=r"^file: ends within its header; get the file again$"):
        read_idx(make_idx(np.zeros((2, 3, 4)))[:15], HERE)


def test_truncated_data_is_refused(make_idx: MakeIdx) -> None:
    content = make_idx(np.zeros((100, 3, 4)))[:-1]
    with pytest.raises(
        SourceError, match=r"1200 bytes of data \(100 x 3 x 4\), but there are 1199"
    ):
        read_idx(content, HERE)


def test_data_after_the_end_is_refused(make_idx: MakeIdx) -> None:
    with pytest.raises(SourceError, match=r"24 bytes of data \(2 x 3 x 4\), but there are more"):
        read_idx(make_idx(np.zeros((2, 3, 4))) + b"\0", HERE)
    with pytest.raises(SourceError, match=r"23 bytes of data \(23\), but there are more"):
        read_idx(make_idx(np.zeros(24), claim=(23,), zipped=True), HERE)


@pytest.mark.parametrize("position", [30, -6, -1])
def test_damaged_gzip_data_is_refused(make_idx: MakeIdx, position: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, 1000)
    content = bytearray(make_idx(noise, zipped=True))
    content[position] ^= 0xFF
    with pytest.raises(SourceError, match=r"^file: damaged gzip data: .*; get the file again$"):
        read_idx(bytes(content), HERE)


def test_truncated_gzip_data_is_refused(make_idx: MakeIdx) -> None:
    noise = np.random.default_rng(0).integers(0, 256, 1000)
    for length in (5, 200, -9, -1):
        with pytest.raises(SourceError, match=r"^file: damaged gzip data: "):
            read_idx(make_idx(noise, zipped=True)[:length], HERE)


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
def test_a_size_that_the_file_cannot_hold_is_refused(make_idx: MakeIdx, zipped: bool) -> None:
    content = make_idx(np.zeros(16), claim=(2**32 - 1, 28, 28), zipped=zipped)
    with pytest.raises(SourceError, match=r"4294967295 x 28 x 28.* cannot hold more than \d+$"):
        read_idx(content, HERE)


PEAK = """
import resource, sys
from pathlib import Path
from mnistseq.errors import SourceError
from mnistseq.sources.array_files.idx import read_idx
path = Path(sys.argv[1])
packed = path.read_bytes()
limit = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
# Limits address space, too: memory that is reserved and never used counts.
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
try:
    read_idx(packed, path)
except SourceError as error:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - limit, error)
"""


@pytest.mark.parametrize(
    ("claim", "unpacked", "message"),
    [
        # 2**32 images in a small file: more than gzip can pack.
        ((2**32 - 1, 28, 28), 1000, "cannot hold more than"),
        # Unpacks to 300 MB, a thousand times what its header claims.
        ((400, 28, 28), 300_000_000, "but there are more"),
        # Claims 2 GB in a file of 3 MB, which gzip could pack, and holds 3 MB of noise.
        ((2_700_000, 28, 28), -3_000_000, "but there are 3000000"),
    ],
    ids=["header", "data", "claim"],
)
def test_a_gzip_bomb_takes_little_memory(
    tmp_path: Path, make_idx: MakeIdx, claim: tuple[int, ...], unpacked: int, message: str
) -> None:
    path = tmp_path / "bomb.gz"
    values: Any = np.zeros(max(unpacked, 0))
    if unpacked < 0:
        values = np.random.default_rng(0).integers(0, 256, -unpacked)
    header = make_idx(values[:0], claim=claim)
    with gzip.GzipFile(path, "wb", compresslevel=1, mtime=0) as file:
        file.write(header)
        for first in range(0, len(values), 2**20):
            file.write(values[first : first + 2**20].astype(np.uint8).tobytes())
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(path)],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    grown, _, message_printed = done.stdout.partition(" ")
    assert message in message_printed
    assert int(grown) < 40_000, "kilobytes"
