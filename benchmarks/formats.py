"""Measure how many labelled images a second each format writes: 10 digits, 390 px wide, fit pad, one core.

Each format is timed from texts to a finished shard that is flushed to disk, and compared
with composing alone, with encoding by Pillow's defaults, with writing the same number of
bytes, and with code that does without this package's formats: compose, Pillow, json and
tarfile. Each round draws glyphs that no other round has drawn. Files are kept until the
end, because removing them takes time, too: about 60 MB a round. Ratios are comparable
between machines; images a second are not.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from interleaved import interleaved, ratio
from PIL import Image

from mnistseq import Config, build_composer
from mnistseq.core.samples import Sample, SampleBatch
from mnistseq.formats.webdataset import WebDataset
from mnistseq.plugins.registry import create

DIGITS, WIDTH, BATCH = 10, 390, 128

FORMATS = ("files", "webdataset", "parquet", "lmdb", "npy")

Call = Callable[[int], object]


class Shards:
    """One shard of each format, written again in each round."""

    def __init__(self, folder: Path, size: int, compression: Any) -> None:
        self.folder = folder
        self.size = size
        self.encoder = WebDataset(compression=compression).resolved()
        self.composer = build_composer(Config(image={"width": WIDTH}))
        random = np.random.default_rng(1)
        self.texts = ["".join(map(str, row)) for row in random.integers(0, 10, (size, DIGITS))]
        self.drawn: list[SampleBatch] = []
        self.bytes: dict[str, int] = {}

    def contestants(self) -> dict[str, Call]:
        """Return all contestants; composing is the first, because others encode what it drew."""
        calls: dict[str, Call] = {
            "compose": self.compose,
            "encode": lambda _: [self.encoder.encode(batch.images) for batch in self.drawn],
            "Pillow": lambda _: [
                pillow_png(image) for batch in self.drawn for image in batch.images
            ],
            "Pillow and tarfile": self.write_plainly,
        }
        for name in FORMATS:
            calls[name] = self.writing(name)
            calls[f"{name}: its bytes"] = self.writing_bytes(name)
        return calls

    def compose(self, number: int) -> None:
        """Draw the samples of a round."""
        self.drawn = list(self.samples(number))

    def samples(self, number: int) -> Iterator[SampleBatch]:
        """Yield the samples of a round, a batch at a time."""
        for start in range(0, self.size, BATCH):
            texts = self.texts[start : start + BATCH]
            yield self.composer.compose(texts, 1, number * self.size + start)

    def writing(self, name: str) -> Call:
        """Return a call that goes from texts to a shard on disk."""
        parameters = {} if name == "npy" else {"compression": self.encoder.compression}
        dataset_format = create("format", name, parameters, "")

        def call(number: int) -> None:
            path = self.folder / f"{name}-{number}{dataset_format.suffix}"
            dataset_format.write_shard(self.samples(number), path)
            self.bytes[name] = flush(path)

        return call

    def writing_bytes(self, name: str) -> Call:
        """Return a call that writes as many bytes as that shard has to one file."""

        def call(number: int) -> None:
            path = self.folder / f"{name}-{number}.bytes"
            block = bytes(self.bytes[name] * BATCH // self.size)
            with open(path, "xb", buffering=0) as file:
                file.writelines(block for _ in range(self.size // BATCH))
            flush(path)

        return call

    def write_plainly(self, number: int) -> None:
        """Write the same shard with Pillow, json and tarfile."""
        path = self.folder / f"plain-{number}.tar"
        with tarfile.open(path, "w") as archive:
            for batch in self.samples(number):
                for sample in batch:
                    add(archive, f"{sample.index:09d}.png", pillow_png(sample.image))
                    add(archive, f"{sample.index:09d}.txt", sample.text.encode())
                    add(archive, f"{sample.index:09d}.json", record_of(sample))
        flush(path)


def pillow_png(image: Any) -> bytes:
    """Encode a PNG with Pillow's defaults."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def record_of(sample: Sample) -> bytes:
    """Return what is recorded about a sample, as JSON."""
    record = {
        "text": sample.text,
        "labels": sample.labels,
        "boxes": sample.boxes.tolist(),
        "ink_boxes": sample.ink_boxes.tolist(),
        "glyph_ids": sample.glyph_ids.tolist(),
        "index": sample.index,
        "seed": sample.seed,
    }
    return json.dumps(record).encode()


def add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Add a file to an archive."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def flush(path: Path) -> int:
    """Flush a shard to disk, and return its size in bytes."""
    files = [file for file in path.iterdir() if file.is_file()] if path.is_dir() else [path]
    size = 0
    for file in files:
        with open(file, "rb") as opened:
            os.fsync(opened.fileno())
            size += file.stat().st_size
    return size


def report(seconds: Mapping[str, list[float]], shards: Shards) -> None:
    """Print the time of each format, and ratios to the other contestants."""
    each = 1e6 / shards.size
    encoding = shards.encoder.compression
    print(f"{DIGITS} digits, {WIDTH} px, fit pad, {shards.size} images a shard; PNG by {encoding}")
    for name in ("compose", "encode", "Pillow", "Pillow and tarfile"):
        print(f"{name:<20}{shards.size / median(seconds[name]):>10,.0f} images a second")
    print(
        "ratios: time / time of composing, time / time of writing the bytes; time of the others / time"
    )
    head = (
        "images/s",
        "compose",
        "encode",
        "write us",
        "/compose",
        "/bytes",
        "Pillow/",
        "tarfile/",
    )
    print(f"{'':<12}" + "".join(f"{word:>10}" for word in head))
    for name in FORMATS:
        compose = median(seconds["compose"]) * each
        encode = 0.0 if name == "npy" else median(seconds["encode"]) * each
        write = median(seconds[name]) * each - compose - encode
        numbers = (
            f"{shards.size / median(seconds[name]):,.0f}",
            *(f"{number:.1f}" for number in (compose, encode, write)),
            f"{ratio(seconds, name, 'compose'):.2f}",
            f"{ratio(seconds, name, f'{name}: its bytes'):.2f}",
            f"{ratio(seconds, 'Pillow', name):.2f}",
            f"{ratio(seconds, 'Pillow and tarfile', name):.2f}",
        )
        print(f"{name:<12}" + "".join(f"{number:>10}" for number in numbers))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", type=int, default=10 * BATCH, help="images in a shard")
    parser.add_argument("--rounds", type=int, default=10, help="shards of each contestant")
    parser.add_argument("--compression", default="auto", help="auto, isal or zlib")
    parser.add_argument("--folder", type=Path, help="where to write; by default a temporary one")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        shards = Shards(Path(folder), arguments.size, arguments.compression)
        report(interleaved(shards.contestants(), arguments.rounds), shards)


if __name__ == "__main__":
    main()
