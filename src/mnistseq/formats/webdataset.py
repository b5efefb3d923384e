"""webdataset: tar archives with several members for each sample, for sequential reading.

Python's tarfile takes about 25 µs per member, because it builds each header from scratch.
Here headers differ only in name, size and checksum, which are filled into a template.

Sources: https://github.com/webdataset/webdataset (the key of a sample is the name up
to the first dot); POSIX.1-2001 pax, "ustar Interchange Format", for the header.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from mnistseq.core.record_schema import FileSet, RecordField, RecordSchema
from mnistseq.core.samples import SampleBatch
from mnistseq.core.stored_samples import ShardReader, StoredSample
from mnistseq.errors import FormatLimitError
from mnistseq.formats.encoding.encoded import Encoded
from mnistseq.formats.encoding.features import record_features
from mnistseq.formats.encoding.plain_files import plain_file
from mnistseq.formats.encoding.records import json_records, stored_sample
from mnistseq.formats.encoding.tar import Member, members_of
from mnistseq.imaging.decode import decode_image

_NAME, _BLOCK, _RECORD = 100, 512, 10_240

# Name; mode, user and group, all in octal; size; time 0; checksum; type, link and the magic of
# ustar. User and time are empty, so that equal samples give equal bytes.
_HEADER = (
    b"%b" + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" + b"00000000000\0" + b"%06o\0 "
    + b"0" + bytes(100) + b"ustar\x0000" + bytes(247)
)  # fmt: skip


@dataclass(frozen=True)
class WebDataset(Encoded):
    """Tar archives of key.png, key.txt and key.json, for the package webdataset."""

    name: ClassVar[str] = "webdataset"
    suffix: ClassVar[str] = ".tar"
    shard_samples: ClassVar[int] = 10_000

    def record_schema(self, kept: Sequence[str], *, writers: bool) -> RecordSchema:
        """Return the archives, and the members of a sample.

        For Croissant, the record is a string, and records are separate from images, because
        mlcroissant neither parses JSON in archives nor joins members of an archive.
        """
        image = self.image_format
        features = (
            {"name": "__key__", "dtype": "string"},
            {"name": "__url__", "dtype": "string"},
            {"name": image, "dtype": "image"},
            {"name": "txt", "dtype": "string"},
            {
                "name": "json",
                "struct": list(record_features(kept, writers=writers, masks=self.masks)),
            },
        )
        key = "name of the sample, which its image and its record have in common"
        filename, content = {"fileProperty": "filename"}, {"fileProperty": "content"}
        return RecordSchema(
            data_files=("{split}-[0-9]*.tar",),
            features=features,
            file_sets=(
                FileSet("images", f"*.{image}", self.media_type, archived=True),
                FileSet("records", "*.json", "application/json", archived=True),
            ),
            fields=(
                RecordField(
                    "key", key, "sc:Text", "images", filename, {"regex": f"^(.+)[.]{image}$"}
                ),
                RecordField("image", "the image", "sc:ImageObject", "images", content),
                RecordField("key", key, "sc:Text", "records", filename, {"regex": "^(.+)[.]json$"}),
                RecordField(
                    "record",
                    "text, labels, boxes and glyphs of the sample, as JSON",
                    "sc:Text",
                    "records",
                    content,
                ),
            ),
        )

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        """Make one archive."""
        size = 0
        # Buffered, because a raw write on a full disk may be partial without an error.
        with open(path, "xb") as file:
            for batch in batches:
                block = b"".join(self._members(batch))
                file.write(block)
                size += len(block)
            # Two empty blocks end the archive, which is padded to a whole record.
            file.write(bytes(2 * _BLOCK + -(size + 2 * _BLOCK) % _RECORD))

    def open_shard(self, path: Path) -> ShardReader:
        """Open an archive and read the headers of all members."""
        return _TarReader(path, self.image_format)

    def read_shard(self, path: Path) -> Iterator[StoredSample]:
        """Read the samples, whose members are adjacent."""
        reader = _TarReader(path, self.image_format)
        yield from reader
        if reader.rest:
            raise ValueError(
                f"unexpected in the shard: {', '.join(reader.rest)}, without a .json member"
            )

    def _members(self, batch: SampleBatch) -> Iterator[bytes]:
        """Yield headers, contents and padding of the members of a batch, in order."""
        endings = f".{self.image_format}".encode(), b".txt", b".json"
        texts = (text.encode() for text in batch.texts)
        contents = zip(self.encode(batch.images), texts, json_records(batch), strict=True)
        for key, parts in zip(batch.keys, contents, strict=True):
            if "." in key:
                raise FormatLimitError(
                    f"{key!r} contains a dot, which WebDataset takes for the end of a sample's name: "
                    "use _ instead"
                )
            for ending, content in zip(endings, parts, strict=True):
                yield _header(key.encode() + ending, len(content))
                yield content
                yield bytes(-len(content) % _BLOCK)


class _TarReader(ShardReader):
    """Reads the members of a tar archive, where a .json member ends each sample.

    Attributes
    ----------
    rest : list of str
        Names of members after the last sample.
    """

    def __init__(self, path: Path, image_format: str) -> None:
        self._image_format = image_format
        self._path = plain_file(path)
        self._samples: list[list[Member]] = []
        members: list[Member] = []
        for member in members_of(self._path):
            members.append(member)
            if member.name.partition(".")[2] == "json":
                self._samples.append(members)
                members = []
        self.rest = [member.name for member in members]

    def __getitem__(self, number: int) -> StoredSample:
        members = self._samples[number]
        with self._path.open("rb") as file:
            parts = {member.name.partition(".")[2]: member.read(file) for member in members}
        key = members[-1].name.partition(".")[0]
        record = json.loads(parts["json"])
        # Including names, by which webdataset groups members into samples.
        whole = {**record, "members": [member.name for member in members]}
        image = decode_image(parts[self._image_format])
        return stored_sample(key, image, whole, text=parts["txt"].decode())


def _header(name: bytes, size: int) -> bytes:
    if len(name) > _NAME or not name.isascii() or size >= 8**11:
        # Rare: it needs an extended header, which tarfile can make.
        member = tarfile.TarInfo(name.decode())
        member.size = size
        return member.tobuf(tarfile.PAX_FORMAT)
    return _HEADER % (name.ljust(_NAME, b"\0"), size, sum(name) + _sum_of_rest(size))


@lru_cache(maxsize=4096)
def _sum_of_rest(size: int) -> int:
    """Return the checksum of everything except the name; the checksum field counts as blanks."""
    return sum(_HEADER % (b"", size, 0)) - sum(b"000000\0 ") + sum(b" " * 8)
