"""What is fuzzed: functions that get bytes from strangers, and may raise nothing but our errors.

A target returns a function, so that its preparation is not repeated, and some valid inputs to
begin with.
"""

from __future__ import annotations

import gzip
import io
import struct
import sys
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from mnistseq import load_bank
from mnistseq.cli import main
from mnistseq.config.config import Config
from mnistseq.errors import ArgumentError, MnistseqError
from mnistseq.formats.webdataset import WebDataset
from mnistseq.imaging.decode import BrokenImageError, decode_image, quiet_pillow, read_header
from mnistseq.pipeline.dataset.make import make_dataset
from mnistseq.pipeline.dataset.manifest import is_intact, parse_manifest, parse_plan
from mnistseq.pipeline.dataset.sample_checks import check_sample
from mnistseq.pipeline.rows.patterns import pattern_drawer
from mnistseq.pipeline.rows.readers import RowFormat
from mnistseq.pipeline.rows.row_file import RowFile
from mnistseq.sources.array_files.idx import read_idx
from mnistseq.sources.array_files.named_arrays import find_arrays

DIGITS = tuple("0123456789")

Execute = Callable[[bytes], None]


@dataclass(frozen=True)
class Target:
    """A function that gets bytes, and inputs to begin with.

    Attributes
    ----------
    execute : callable
        Returns, or raises MnistseqError, for any bytes.
    seeds : tuple of bytes
    """

    execute: Execute
    seeds: tuple[bytes, ...]


def _idx() -> Target:
    images = b"\0\0\x08\x03" + struct.pack(">3I", 2, 3, 4) + bytes(24)
    seeds = images, gzip.compress(images), b"\0\0\x0d\x01" + struct.pack(">I", 3) + bytes(12)
    return Target(lambda data: _discard(read_idx(data, Path("fuzzed"))), seeds)


def _npz() -> Target:
    """An archive, or one array, in a file."""
    archive, packed, array = io.BytesIO(), io.BytesIO(), io.BytesIO()
    images = np.zeros((2, 3, 3), np.uint8)
    arrays = {"x_train": images, "y_train": np.arange(2)}
    np.savez(archive, **arrays)  # type: ignore[arg-type]  # the stubs take the names for options
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]
    np.save(array, images)

    def read(path: Path) -> None:
        for stored in find_arrays(path, "train", None, None):
            stored.read()

    seeds = archive.getvalue(), packed.getvalue(), array.getvalue()
    return Target(partial(_in_file, read, "fuzzed.npz"), seeds)


def _picture() -> Target:
    picture = Image.fromarray(np.arange(108, dtype=np.uint8).reshape(6, 6, 3))
    seeds = []
    for name in ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP"):
        with io.BytesIO() as file:
            picture.save(file, name)
            seeds.append(file.getvalue())

    def execute(data: bytes) -> None:
        for read in (read_header, decode_image):
            with suppress(BrokenImageError), quiet_pillow():
                read(data)

    return Target(execute, tuple(seeds))


def _config(suffix: str, seeds: tuple[bytes, ...]) -> Target:
    return Target(partial(_in_file, Config.of, f"fuzzed.{suffix}"), seeds)


_JSON = (
    b'{"image": {"width": 200, "height": 32, "transform": ["blur"]}, "spacing": {"min": 0}}',
    b'{"source": {"mix": ["mnist", {"name": "npz", "path": "x", "weight": 2}], "exclude": [1]}}',
    b'{"canvas": {"transform": [{"name": "ink", "strength": 0.5}]}, "preset": "camera"}',
)
_TOML = (
    b'preset = "paper"\n[image]\nwidth = 200\n[spacing]\nmin = -3\nmax = 0x10\n',
    b'[[canvas.transform]]\nname = "ink"\nstrength = 1e-3\n[source]\nsplit = "test"\n',
)


def _rows(row_format: RowFormat, seeds: tuple[bytes, ...]) -> Target:
    def read(path: Path) -> None:
        file = RowFile(path, row_format, "fuzzed")
        file.unused_columns(DIGITS)
        for _ in file.rows(DIGITS):
            pass

    return Target(partial(_in_file, read, f"fuzzed.{row_format}"), seeds)


def _manifest() -> Target:
    with tempfile.TemporaryDirectory() as folder:
        make_dataset({}, f"{folder}/set", count=4, length=2, seed=1, jobs=1, shard_size=2)
        content = Path(folder, "set", "manifest.json").read_bytes()

    def execute(data: bytes) -> None:
        for parse in (parse_manifest, parse_plan, is_intact):
            # Callers add the name of the file to the message.
            with suppress(ValueError):
                parse(data)

    return Target(execute, (content,))


def _tar() -> Target:
    """The archive of a shard, and what its samples are."""
    seeds = []
    with tempfile.TemporaryDirectory() as folder:
        options: dict[str, Any] = {"format": "webdataset", "format_options": {"masks": True}}
        make_dataset({}, f"{folder}/set", count=2, length=2, seed=1, jobs=1, **options)
        seeds.append(Path(folder, "set", "train-00000.tar").read_bytes())
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        with io.BytesIO() as file:
            with tarfile.open(fileobj=file, mode="w", format=form) as archive:
                archive.addfile(tarfile.TarInfo("\xe9" * 200))
            seeds.append(file.getvalue())

    def read(path: Path) -> None:
        with suppress(ValueError, KeyError, LookupError, TypeError, AttributeError, RecursionError):
            for stored in WebDataset().open_shard(path):
                check_sample(stored)

    return Target(partial(_in_file, read, "fuzzed.tar"), tuple(seeds))


def _pattern() -> Target:
    def execute(data: bytes) -> None:
        draw = pattern_drawer(data.decode("utf-8", "replace"), DIGITS)
        for number in range(3):
            draw(number)

    return Target(execute, (rb"\d{2}/(19|20)\d{2}", rb"[1-9]\d*(,\d)?", rb"^(a|b)\1+?[^x-z]$"))


def _arguments() -> Target:
    """Lines are arguments of commands that write nothing."""
    load_bank({})

    def execute(data: bytes) -> None:
        arguments = data.decode("utf-8", "replace").split("\n")[:30]
        for command in (["inspect-config"], ["batch", "--dry-run", "--output", "none"]):
            if not _WRITING.isdisjoint(part.split("=")[0][:5] for part in arguments):
                raise ArgumentError("this could write outside")
            sys.stdin = io.TextIOWrapper(io.BytesIO(b"12\n"))
            with suppress(SystemExit):
                main([*command, *arguments], "mnistseq", standalone_mode=True)

    seeds = (
        b"--set\nimage.width=200\n--seed\n1",
        b"--count\n5\n--length\n1-3\n--split\ntrain=0.9,val=0.1",
        b"--pattern\n\\d{3}\n--count\n2\n--min\n-5\n--max\n5",
        b"--width\n64\n--height\n32\n--preset\ncamera\n--sequence\n12",
    )
    return Target(execute, seeds)


_WRITING = frozenset(
    {"-o", "--out", "--ou", "--o", "--for", "--res", "--fo", "--re", "-j", "--job"}
)
"""Beginnings of options that could make an execution write or start processes."""

TARGETS: Mapping[str, Callable[[], Target]] = {
    "idx": _idx,
    "npz": _npz,
    "picture": _picture,
    "json": partial(_config, "json", _JSON),
    "toml": partial(_config, "toml", _TOML),
    "csv": partial(_rows, "csv", (b'sequence,width,name\n"1,2",60,a\n45,,b\n', b"123\n45\n")),
    "jsonl": partial(_rows, "jsonl", (b'{"sequence": "12", "width": 60}\n["1", "2"]\n"35"\n',)),
    "manifest": _manifest,
    "tar": _tar,
    "pattern": _pattern,
    "arguments": _arguments,
}


def execute(target: Target, data: bytes) -> None:
    """Run a target; anything but one of our own errors is raised."""
    with suppress(MnistseqError):
        target.execute(data)


def _in_file(read: Callable[[Path], object], name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="mnistseq-fuzz-") as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        read(path)


def _discard(_: object) -> None:
    """Take a result that does not matter."""
