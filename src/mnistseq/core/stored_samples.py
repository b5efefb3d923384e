"""Stored samples, and readers of the shards that contain them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Floats, Ints, Pixels


@dataclass(frozen=True, eq=False)
class StoredSample:
    """A sample read back from a data set.

    Attributes
    ----------
    key : str
        The sample's name in its format.
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    labels : tuple of str
    index : int
        The sample's index in its data set.
    text : str or None
        The text, where the shard contains it apart from the labels.
    record : mapping or None
        All other metadata in the shard, under its names there, or None. Plain
        values, comparable with ``==``.
    boxes, ink_boxes : ndarray of int64, shape (L, 4), or None
        x0, y0, x1, y1 of each glyph's cell and ink, half open; None if not stored.
    glyph_ids : ndarray of int64, shape (L,), or None
        Ids of the glyphs in the source; None if not stored.
    mask : ndarray of uint16, shape (height, width), or None
        0 where no glyph has ink, 1 for the first glyph, and so on; None if not stored.
    quads : ndarray of float64, shape (L, 4, 2), or None
        x, y of the corners of each cell, clockwise from the upper left; None if not stored.
    """

    key: str
    image: Pixels
    labels: tuple[str, ...]
    index: int
    text: str | None = None
    record: Mapping[str, Any] | None = None
    boxes: Ints | None = None
    ink_boxes: Ints | None = None
    glyph_ids: Ints | None = None
    mask: NDArray[np.uint16] | None = None
    quads: Floats | None = None


class ShardReader(ABC):
    """Random access to the samples of one shard: ``reader[2]`` is the third.

    A reader opens only regular files of the shard itself. It follows neither links nor file
    names found in the data.
    """

    @abstractmethod
    def __getitem__(self, number: int) -> StoredSample:
        """Read a sample; raise IndexError past the end of the shard."""

    def close(self) -> None:  # noqa: B027  # most readers keep nothing open
        """Close the files that the reader keeps open."""

    def __iter__(self) -> Iterator[StoredSample]:
        number = 0
        while True:
            try:
                stored = self[number]
            except IndexError:
                return
            yield stored
            number += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class _ReadsShards(Protocol):
    def read_shard(self, path: Path) -> Iterator[StoredSample]: ...


class InOrderReader(ShardReader):
    """Reader for formats that can read a shard only from its start."""

    def __init__(self, dataset_format: _ReadsShards, path: Path) -> None:
        self._read = partial(dataset_format.read_shard, path)
        self._samples = self._read()
        self._next = 0

    def __getitem__(self, number: int) -> StoredSample:
        if number < self._next:
            self._samples, self._next = self._read(), 0
        for stored in islice(self._samples, number - self._next, None):
            self._next = number + 1
            return stored
        raise IndexError(number)
