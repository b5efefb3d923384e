"""npy: NumPy arrays that can be memory-mapped, without any encoding."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, TypeAlias

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from mnistseq.core.array_types import Pixels
from mnistseq.core.protocols import Format
from mnistseq.core.samples import SampleBatch
from mnistseq.core.stored_samples import ShardReader, StoredSample
from mnistseq.errors import OutputError
from mnistseq.formats.encoding.plain_files import plain_file, read_plain_file
from mnistseq.formats.encoding.unexpected_files import refuse_unexpected_files

_Column: TypeAlias = NDArray[np.signedinteger[Any]]

_COLUMNS = ("codes", "lengths", "boxes", "ink_boxes", "glyph_ids", "writers")


@dataclass(frozen=True)
class Npy(Format):
    """A memory-mappable array of images of one size, and arrays of labels, boxes and glyphs."""

    name: ClassVar[str] = "npy"
    suffix: ClassVar[str] = ""
    shard_samples: ClassVar[int] = 50_000
    one_size: ClassVar[bool] = True

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        """Make a folder with images.npy, other arrays and labels.json.

        OutputError if the images differ in size.
        """
        path.mkdir()
        columns: dict[str, list[_Column]] = {name: [] for name in _COLUMNS}
        description: dict[str, object] = {}
        texts: list[str] = []
        keys: list[str] = []
        kept: dict[str, list[str]] = {}
        with open(path / "images.npy", "xb") as file:
            images = _Growing(file)
            for batch in batches:
                images.append(batch.images)
                for name, values in _columns(batch).items():
                    columns[name].append(values)
                texts += batch.texts
                keys += batch.names or ()
                for column, strings in batch.columns.items():
                    kept.setdefault(column, []).extend(strings)
                description = description or {
                    "alphabet": batch.alphabet,
                    "seed": batch.seed,
                    "first": batch.start,
                }
            images.end()
        for name, parts in columns.items():
            if parts:
                np.save(path / f"{name}.npy", np.concatenate(parts))
        description |= {"texts": texts} | ({"names": keys} if keys else {})
        description |= {"columns": kept} if kept else {}
        (path / "labels.json").write_text(json.dumps(description), encoding="ascii")

    def open_shard(self, path: Path) -> ShardReader:
        """Open a shard; images are mapped, everything else is read."""
        return _NpyReader(path)

    def read_shard(self, path: Path) -> Iterator[StoredSample]:
        """Read the samples; images are views of the mapped file."""
        reader = _NpyReader(path)
        refuse_unexpected_files(
            path, {f"{name}.npy" for name in ("images", *_COLUMNS)} | {"labels.json"}
        )
        yield from reader


class _NpyReader(ShardReader):
    """Reads samples from arrays."""

    def __init__(self, path: Path) -> None:
        description = json.loads(read_plain_file(path, "labels.json"))
        self._images = _mapped(path, "images")
        lengths = _mapped(path, "lengths")
        self._columns = {
            name: _mapped(path, name)
            for name in _COLUMNS
            if name != "lengths" and (path / f"{name}.npy").exists()
        }
        # Without `first`, so that records do not depend on the shard.
        self._shared = {key: description[key] for key in ("seed", "alphabet")}
        types = {name: values.dtype.str for name, values in self._columns.items()}
        self._shared["types"] = {"images": self._images.dtype.str, **types}
        self._first = description["first"]
        self._kept_columns = description.get("columns", {})
        self._texts = description["texts"]
        self._names = description.get("names", [None] * len(self._texts))
        self._check_numbers(lengths)
        self._ends = np.cumsum(lengths)

    def _check_numbers(self, lengths: NDArray[Any]) -> None:
        """Raise ValueError if arrays have different numbers of samples or glyphs."""
        numbers = {len(self._images), len(self._texts), len(self._names), len(lengths)}
        if len(numbers) > 1:
            raise ValueError(f"its arrays have different numbers of samples: {sorted(numbers)}")
        glyphs = {int(lengths.sum()), *map(len, self._columns.values())}
        if len(glyphs) > 1 or lengths.min(initial=0) < 0:
            raise ValueError(f"its arrays have different numbers of glyphs: {sorted(glyphs)}")

    def __getitem__(self, number: int) -> StoredSample:
        if not 0 <= number < len(self._ends):
            raise IndexError(number)
        name = self._names[number]
        own = slice(int(self._ends[number - 1]) if number else 0, int(self._ends[number]))
        record = {column: values[own].tolist() for column, values in self._columns.items()}
        kept = {column: values[number] for column, values in self._kept_columns.items()}
        if kept:
            record["columns"] = kept
        index = self._first + number
        arrays: dict[str, Any] = {
            column: self._columns[column][own].astype(np.int64)
            for column in ("boxes", "ink_boxes", "glyph_ids")
        }
        return StoredSample(
            key=f"{index:09d}" if name is None else name,
            image=self._images[number],
            labels=tuple(self._shared["alphabet"][code] for code in record["codes"]),
            index=index,
            text=self._texts[number],
            record={"name": name, **record, **self._shared},
            **arrays,
        )


def _mapped(shard: Path, name: str) -> NDArray[Any]:
    """Map an array; one that claims to be larger than its file is refused, not allocated."""
    mapped = np.load(plain_file(shard, f"{name}.npy"), mmap_mode="r")
    # Slicing a plain array is many times faster than slicing a memmap.
    return np.asarray(mapped)


class _Growing:
    """An array in a file that grows along its first axis.

    NumPy reserves space in the header for a longer first axis, so the final header fits in place
    of the first one.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.count = 0
        self.shape: tuple[int, ...] | None = None

    def append(self, images: Pixels | list[Pixels]) -> None:
        """Append images; OutputError if their size differs from that of the first image."""
        if isinstance(images, list):
            shapes = sorted({image.shape for image in images})
            if len(shapes) > 1:
                raise _sizes_differ(shapes[0], shapes[-1])
            images = np.stack(images)
        if self.shape is None:
            self.shape = images.shape[1:]
            self._write_header()
        if images.shape[1:] != self.shape:
            raise _sizes_differ(self.shape, images.shape[1:])
        self.file.write(np.ascontiguousarray(images).data)
        self.count += len(images)

    def end(self) -> None:
        """Write the final header."""
        self.file.seek(0)
        self._write_header()

    def _write_header(self) -> None:
        header = {
            "descr": "|u1",
            "fortran_order": False,
            "shape": (self.count, *(self.shape or (0, 0))),
        }
        npy_format.write_array_header_1_0(self.file, header)


def _columns(batch: SampleBatch) -> dict[str, _Column]:
    columns = {
        "codes": batch.sequences.codes.astype("<i4"),
        "lengths": batch.sequences.lengths.astype("<i4"),
        "boxes": batch.flat_boxes.astype("<i4"),
        "ink_boxes": batch.flat_ink_boxes.astype("<i4"),
        "glyph_ids": batch.flat_glyph_ids.astype("<i8"),
    }
    if batch.flat_writers is not None:
        columns["writers"] = batch.flat_writers.astype("<i8")
    return columns


def _sizes_differ(one: tuple[int, ...], other: tuple[int, ...]) -> OutputError:
    sizes = " and ".join(f"{shape[1]} x {shape[0]} px" for shape in (one, other))
    return OutputError(
        f"format npy needs images of one size, not of {sizes}: set image.width and leave out "
        "the widths of single rows, or use another format"
    )
