"""lmdb: LMDB folders, which several trainers of text recognition read directly.

Keys and values are bytes::

    image-000000001 … image-%09d    encoded images, counted from 1
    label-000000001 … label-%09d    their texts
    meta-000000001  … meta-%09d     their records as JSON; trainers ignore them
    num-samples                     the number of samples

Sources: PARSeq (``strhub/data/dataset.py``), which follows the
deep-text-recognition benchmark (``create_lmdb_dataset.py``); PaddleOCR and MMOCR
read the same keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from mmap import PAGESIZE
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from mnistseq.core.samples import SampleBatch
from mnistseq.core.stored_samples import ShardReader, StoredSample
from mnistseq.formats.encoding.encoded import Encoded
from mnistseq.formats.encoding.plain_files import plain_file
from mnistseq.formats.encoding.records import json_records, stored_sample
from mnistseq.imaging.decode import decode_image
from mnistseq.optional_packages import import_optional

Item: TypeAlias = tuple[bytes, bytes]

_NEEDED = "format lmdb", "mnistseq[lmdb]"
"""What needs LMDB, and how to install it."""

_ITEMS = 2_000
"""Items per transaction; constant, because bytes must not depend on batches."""


_LONGEST_READ = 25
"""Maximum length of texts that readers keep by default."""


@dataclass(frozen=True)
class Lmdb(Encoded):
    """LMDB folders with the keys that PARSeq, PaddleOCR and MMOCR read.

    Parameters
    ----------
    metadata : bool
        Whether to write the records: boxes, glyphs, writers, index and seed.
    """

    name: ClassVar[str] = "lmdb"
    suffix: ClassVar[str] = ""
    shard_samples: ClassVar[int] = 10_000

    metadata: bool = field(
        default=True, metadata={"help": "write boxes, glyphs, index and seed, too"}
    )

    def versions(self) -> dict[str, str]:
        """Return the versions of lmdb and of the library that encodes the images.

        The page size of the machine is included, because LMDB files consist of such pages.
        """
        lmdb = import_optional("lmdb", *_NEEDED)
        own = {"lmdb": lmdb.__version__, "page size": str(PAGESIZE)}
        return super().versions() | own

    def remarks(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Warn about what common readers do with long texts."""
        longest = max(map(len, texts), default=0)
        if longest <= _LONGEST_READ:
            return ()
        return (
            (
                f"texts have up to {longest} characters, but PARSeq and the deep-text-recognition "
                f"benchmark leave out those of more than {_LONGEST_READ}, unless max_label_length "
                "or batch_max_length is raised"
            ),
        )

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        """Make a folder with data.mdb.

        Keys are added in their order, so that pages are filled one after the other and never split:
        all images first; the rest is held in memory until then. OutputError if lmdb is not
        installed.
        """
        labels: list[bytes] = []
        records: list[bytes] = []
        lmdb = import_optional("lmdb", *_NEEDED)
        try:
            # No lock file; the caller flushes the shard to disk.
            with lmdb.open(str(path), lock=False, sync=False) as environment:
                _append(environment, _numbered(b"image", self._images(batches, labels, records)))
                rest = [_numbered(b"label", labels), _numbered(b"meta", records)]
                count = (b"num-samples", str(len(labels)).encode())
                _append(environment, chain(*rest, [count]))
        except lmdb.Error as error:
            # LMDB reports a full disk with an error of its own.
            hint = " (the disk may be full)" if "Input/output" in str(error) else ""
            raise OSError(f"LMDB: {error}{hint}") from error

    def open_shard(self, path: Path) -> ShardReader:
        """Open a shard; without metadata, labels come from the text and the index counts from 0."""
        return _LmdbReader(path)

    def read_shard(self, path: Path) -> Iterator[StoredSample]:
        """Read the samples; without metadata, labels come from the text and the index counts from 0."""
        with _opened(path) as (environment, read):
            number = _number(read)
            yield from (_stored(read, index) for index in range(number))
            items = number * (3 if self.metadata else 2) + 1
            if environment.stat()["entries"] > items:
                raise ValueError(f"contains more than the {items} keys of its samples")

    def _images(
        self, batches: Iterable[SampleBatch], labels: list[bytes], records: list[bytes]
    ) -> Iterator[bytes]:
        """Yield the encoded images, and append their texts and records to the lists."""
        for batch in batches:
            labels += (text.encode() for text in batch.texts)
            if self.metadata:
                names = tuple(f"{key}.{self.image_format}" for key in batch.keys)
                records += json_records(batch, names)
            yield from self.encode(batch.images)


class _LmdbReader(ShardReader):
    """Opens the environment for each sample, because LMDB cannot open it twice, even after a fork."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __getitem__(self, number: int) -> StoredSample:
        with _opened(self._path) as (_, read):
            if not 0 <= number < _number(read):
                raise IndexError(number)
            return _stored(read, number)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """Open an environment and a read transaction."""
    lmdb = import_optional("lmdb", *_NEEDED)
    file = plain_file(path, "data.mdb")
    with lmdb.open(str(path), readonly=True, lock=False) as environment:
        _check_length(environment, file)
        with environment.begin() as read:
            yield environment, read


def _number(read: Any) -> int:
    return int(read.get(b"num-samples"))


def _stored(read: Any, index: int) -> StoredSample:
    """Return a sample by its index in the shard; keys start at 1."""
    number = index + 1
    image = decode_image(read.get(b"image-%09d" % number))
    text = read.get(b"label-%09d" % number).decode()
    content = read.get(b"meta-%09d" % number)
    if content is None:
        return StoredSample(f"{number:09d}", image, _labels(text), index, text)
    record = json.loads(content)
    return stored_sample(Path(record["file_name"]).stem, image, record, text=text)


def _check_length(environment: Any, file: Path) -> None:
    """Raise ValueError if the file is truncated, because reading past its end kills the process."""
    expected = (environment.info()["last_pgno"] + 1) * environment.stat()["psize"]
    if (size := file.stat().st_size) < expected:
        raise ValueError(f"{file.name} has only {size} of {expected} bytes")


def _numbered(kind: bytes, values: Iterable[bytes]) -> Iterator[Item]:
    return ((b"%s-%09d" % (kind, number), value) for number, value in enumerate(values, 1))


def _append(environment: Any, items: Iterable[Item]) -> None:
    """Append items with sorted keys, the same number in each transaction."""
    page = environment.stat()["psize"]
    items = iter(items)
    while group := list(islice(items, _ITEMS)):
        # The map must be large enough before a transaction starts. In the worst case, an item needs
        # its own pages, one more for its key, and a few branch pages.
        room = sum(len(value) // page + 2 for _, value in group) + 64
        environment.set_mapsize((environment.info()["last_pgno"] + 1 + room) * page)
        with environment.begin(write=True) as write, write.cursor() as cursor:
            cursor.putmulti(group, append=True)


def _labels(text: str) -> tuple[str, ...]:
    return tuple(text.split(",") if "," in text else text)
