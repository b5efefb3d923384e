"""Tar archives of one file or more for each sample, as WebDataset reads them sequentially.

Python's tarfile takes about 25 µs for a member, because it builds each header from
scratch. Headers here differ only in name, size and checksum, and are filled into a
template.

Sources: https://github.com/webdataset/webdataset (the key of a sample is the name up
to the first dot); POSIX.1-2001 pax, "ustar Interchange Format", for the header.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from mnistseq.core.protocols import Stored
from mnistseq.core.samples import SampleBatch
from mnistseq.errors import FormatLimitError
from mnistseq.formats.encoding.images import Encoded
from mnistseq.formats.encoding.records import json_records
from mnistseq.imaging.decode import decode_image

_NAME, _BLOCK, _RECORD = 100, 512, 10_240

# Name; mode, user and group, all in octal; size; time 0; checksum; type, link and the magic of
# ustar. It names no user and no time, so that equal samples make equal bytes.
_HEADER = (
    b"%b" + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" + b"00000000000\0" + b"%06o\0 "
    + b"0" + bytes(100) + b"ustar\x0000" + bytes(247)
)  # fmt: skip


@dataclass(frozen=True)
class WebDataset(Encoded):
    """Tar archives of key.png, key.txt and key.json, as the package webdataset reads them."""

    name: ClassVar[str] = "webdataset"
    suffix: ClassVar[str] = ".tar"
    shard_samples: ClassVar[int] = 10_000

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        """Make one archive."""
        size = 0
        # Buffered, because writing to a raw file on a full disk may write less without an error.
        with open(path, "xb") as file:
            for batch in batches:
                block = b"".join(self._members(batch))
                file.write(block)
                size += len(block)
            # Two empty blocks end the archive, which is then padded to a whole record.
            file.write(bytes(2 * _BLOCK + -(size + 2 * _BLOCK) % _RECORD))

    def read_shard(self, path: Path) -> Iterator[Stored]:
        """Read the samples, whose members are next to each other."""
        parts: dict[str, bytes] = {}
        names: list[str] = []
        with tarfile.open(path, "r|") as archive:
            for member in archive:
                key, _, ending = member.name.partition(".")
                content = archive.extractfile(member)
                parts[ending] = b"" if content is None else content.read()
                names.append(member.name)
                if ending == "json":
                    record = json.loads(parts["json"])
                    labels = tuple(record["objects"]["categories"])
                    image = decode_image(parts[self.image_format])
                    index, text = record["index"], parts["txt"].decode()
                    # With the names, by which webdataset groups members into samples.
                    yield Stored(key, image, labels, index, text, {**record, "members": names})
                    parts, names = {}, []
        if names:
            raise ValueError(f"unexpected in the shard: {', '.join(names)}, without a .json member")

    def _members(self, batch: SampleBatch) -> Iterator[bytes]:
        """Yield headers, contents and padding of a batch's members, in order."""
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


def _header(name: bytes, size: int) -> bytes:
    if len(name) > _NAME or not name.isascii() or size >= 8**11:
        # It needs an extended header, which tarfile can make; this is rare.
        member = tarfile.TarInfo(name.decode())
        member.size = size
        return member.tobuf(tarfile.PAX_FORMAT)
    return _HEADER % (name.ljust(_NAME, b"\0"), size, sum(name) + _sum_of_rest(size))


@lru_cache(maxsize=4096)
def _sum_of_rest(size: int) -> int:
    """Return what everything but the name adds to the checksum, which itself counts as blanks."""
    return sum(_HEADER % (b"", size, 0)) - sum(b"000000\0 ") + sum(b" " * 8)
