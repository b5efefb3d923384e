"""Image files with a line of JSON for each, as Hugging Face's imagefolder reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from mnistseq.core.protocols import Stored
from mnistseq.core.samples import SampleBatch
from mnistseq.writers.encode import Encoded, decode_image
from mnistseq.writers.records import json_records

METADATA = "metadata.jsonl"


@dataclass(frozen=True)
class Files(Encoded):
    """Image files in folders, with metadata.jsonl for Hugging Face's imagefolder."""

    name: ClassVar[str] = "files"
    suffix: ClassVar[str] = ""
    shard_samples: ClassVar[int] = 2_000

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        """Make a folder of images and their metadata.jsonl."""
        path.mkdir()
        with open(path / METADATA, "xb") as lines:
            for batch in batches:
                names = tuple(f"{key}.{self.image_format}" for key in batch.keys)
                for name, encoded in zip(names, self.encode(batch.images), strict=True):
                    with open(path / name, "xb", buffering=0) as file:
                        file.write(encoded)
                records = json_records(batch, names)
                lines.write("".join(f"{record}\n" for record in records).encode())

    def read_shard(self, path: Path) -> Iterator[Stored]:
        """Read the images that metadata.jsonl names."""
        with open(path / METADATA, encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                file = path / record["file_name"]
                yield Stored(
                    key=file.stem,
                    image=decode_image(file.read_bytes()),
                    labels=tuple(record["objects"]["categories"]),
                    index=record["index"],
                )
