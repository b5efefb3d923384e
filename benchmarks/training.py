"""How many samples a second a training loop gets: from a config to float tensors.

Beside drawing them: the same images as PNG files through a `DataLoader`, and as shards of WebDataset,
both written before the clock starts; and a hand-written data set that concatenates the digits of MNIST,
which is in memory, with random gaps. All end in the same kind of batch. Ratios hold on any machine;
samples a second hold only on the one they were taken on.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from interleaved import interleaved, ratio
from PIL import Image
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

from mnistseq import load_bank, make_dataset
from mnistseq.integrations import SequenceDataset, SequenceStream, collate_ctc

DIGITS = 5
Labelled = tuple[Tensor, Tensor]


def collate(samples: list[Labelled]) -> tuple[Tensor, Tensor, Tensor]:
    """Pad images with white at the right, as a training script would."""
    widest = max(image.shape[2] for image, _ in samples)
    images = torch.stack(
        [
            torch.nn.functional.pad(image, (0, widest - image.shape[2]), value=1.0)
            for image, _ in samples
        ]
    )
    widths = torch.tensor([image.shape[2] for image, _ in samples])
    return images, widths, pad_sequence([labels for _, labels in samples], batch_first=True)


def to_tensor(image: Image.Image) -> Tensor:
    """Convert an image to float32 in [0, 1], channels first; as torchvision does."""
    pixels = torch.from_numpy(np.array(image))
    pixels = pixels[None] if pixels.ndim == 2 else pixels.permute(2, 0, 1)
    return pixels.contiguous().float().div_(255)


def to_codes(text: str) -> Tensor:
    """Convert digits to targets of CTC."""
    return torch.tensor([int(digit) + 1 for digit in text])


class PngFiles(Dataset[Labelled]):
    """Images of a folder with a table of labels."""

    def __init__(self, folder: Path) -> None:
        import json

        self.rows = [
            (str(path.with_name(record["file_name"])), record["text"])
            for path in sorted(folder.rglob("metadata.jsonl"))
            for record in map(json.loads, path.read_text("utf-8").splitlines())
        ]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Labelled:
        path, text = self.rows[index]
        with Image.open(path) as image:
            return to_tensor(image), to_codes(text)


class Concatenated(Dataset[Labelled]):
    """Random digits of MNIST side by side with random gaps, as scripts do it."""

    def __init__(self, samples: int) -> None:
        bank = load_bank("clean")
        self.digits = torch.from_numpy(np.array(bank.pixels))
        self.labels = torch.from_numpy(np.array(bank.codes, dtype=np.int64))
        self.samples = samples

    def __len__(self) -> int:
        return self.samples

    def __getitem__(self, index: int) -> Labelled:
        random = torch.Generator().manual_seed(index)
        chosen = torch.randint(len(self.labels), (DIGITS,), generator=random)
        parts = [self.digits[chosen[0]]]
        for number in chosen[1:]:
            gap = int(torch.randint(21, (1,), generator=random))
            parts += [torch.zeros(28, gap, dtype=torch.uint8), self.digits[number]]
        return 1 - torch.cat(parts, 1)[None].float() / 255, self.labels[chosen] + 1


def web_dataset(folder: Path) -> Any:
    """Read the shards of a folder with the package webdataset."""
    import webdataset

    shards = [str(path) for path in sorted(folder.rglob("*.tar"))]
    read = webdataset.WebDataset(shards, shardshuffle=False).decode("pil").to_tuple("png", "txt")
    return read.map_tuple(to_tensor, to_codes)


def passes(loader: DataLoader[Any], samples: int) -> Callable[[int], object]:
    """Return a function that takes a number of samples from a loader."""

    def one_pass(_number: int) -> None:
        seen = 0
        for batch in loader:
            seen += len(batch[0])
            if seen >= samples:
                return
        raise SystemExit(f"a loader delivered {seen} samples of {samples}")

    return one_pass


def loaders(
    config: str, samples: int, folder: Path, workers: int, batch: int
) -> Iterator[tuple[str, Any]]:
    """Yield the name and the loader of each contestant."""
    kept: dict[str, Any] = {"num_workers": workers, "persistent_workers": workers > 0}
    batched = {"batch_size": batch, **kept}
    drawn = SequenceDataset(config, samples, length=DIGITS)
    yield "drawn", DataLoader(drawn, collate_fn=collate_ctc, **batched)
    yield "drawn, shuffled", DataLoader(drawn, collate_fn=collate_ctc, shuffle=True, **batched)
    stream: Any = SequenceStream(config, batch, length=DIGITS)
    yield "drawn, stream", DataLoader(stream, batch_size=None, collate_fn=collate_ctc, **kept)
    yield "PNG files", DataLoader(PngFiles(folder / "files"), collate_fn=collate, **batched)
    shards = web_dataset(folder / "webdataset")
    yield "WebDataset", DataLoader(shards, collate_fn=collate, **batched)
    yield "concatenated", DataLoader(Concatenated(samples), collate_fn=collate, **batched)


def main() -> None:
    """Print samples a second, and how many times as many as the others are drawn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--config", default="clean", help="preset, or file of a config")
    parser.add_argument("--samples", type=int, default=2048, help="samples in a round")
    parser.add_argument("--batch", type=int, default=64, help="samples in a batch")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--workers", type=int, nargs="*", default=[0, 2])
    asked = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        for form in ("files", "webdataset"):
            make_dataset(
                asked.config, Path(folder, form), count=asked.samples, length=DIGITS, seed=1,
                format=form, shards=4, jobs=1,
            )  # fmt: skip
        for workers in asked.workers:
            contestants = dict(
                loaders(asked.config, asked.samples, Path(folder), workers, asked.batch)
            )
            seconds = interleaved(
                {name: passes(loader, asked.samples) for name, loader in contestants.items()},
                asked.rounds,
            )
            print(f"{asked.config}, {DIGITS} digits, batches of {asked.batch}, {workers} workers")
            for name, times in seconds.items():
                rate = asked.samples / median(times)
                times_as_many = ratio(seconds, name, "drawn")
                print(f"{name:<18}{rate:>10,.0f} samples a second{times_as_many:>8.2f}")


if __name__ == "__main__":
    main()
