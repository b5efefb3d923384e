"""How well a recogniser that saw only generated images reads real ones.

Draws images by a preset or a config, trains a small convolutional and recurrent network
with CTC (A. Graves et al., 2006) on them, and reads folders of real images, each with a
labels.csv of file_name,text. Prints, for each folder, the share of images read exactly with
its 95 % interval (E. B. Wilson, 1927), and the character error.

With the defaults it takes about half an hour on one quiet core; `--fast` is for comparing
variants with each other. Rates jump by several points until the learning rate has come down,
so compare final figures only, and three seeds where it decides. Needs PyTorch.
"""

from __future__ import annotations

import argparse
import csv
import json
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from mnistseq import Config, build_composer
from mnistseq.core.amounts import Amounts
from mnistseq.core.random_sequences import RandomSequences, SequenceLaw

HEIGHT = 32
WIDEST = 192
BATCH = 64
FULL, FAST = (30_000, 3_000), (12_000, 1_000)
"""Images and steps."""

Images: TypeAlias = list[NDArray[np.uint8]]


class Recogniser(nn.Module):
    """Five convolutions, a recurrent layer in both directions, and eleven classes: 0 is the blank of CTC."""

    def __init__(self, *, half: bool = False) -> None:
        super().__init__()
        self.half_precision = half
        flat = (2, 1)
        sizes = [(1, 24, (2, 2)), (24, 48, (2, 2)), (48, 96, flat), (96, 128, flat)]
        layers = (_convolution(*size) for size in [*sizes, (128, 128, flat)])
        self.convolutions = nn.Sequential(*layers)
        self.recurrent = nn.LSTM(128, 96, bidirectional=True, batch_first=True)
        self.dropout = nn.Dropout(0.2)
        self.classes = nn.Linear(192, 11)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return the logarithms of the probabilities of each class in each column."""
        images = images.to(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half_precision):
            convolved = self.convolutions(images)
        columns = convolved.float().mean(2).transpose(1, 2)
        scores: torch.Tensor = self.classes(self.dropout(self.recurrent(columns)[0]))
        return scores.log_softmax(-1)


def _convolution(before: int, after: int, pool: tuple[int, int]) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
        nn.MaxPool2d(pool),
    )


@dataclass(frozen=True)
class Labelled:
    """Images, prepared for the recogniser, and their texts."""

    images: Images
    texts: list[str]

    @classmethod
    def of_folder(cls, folder: Path) -> Labelled:
        """Read a folder of real images."""
        with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if row and (folder / row[0]).is_file()]
        return cls([prepared(Image.open(folder / row[0])) for row in rows], [r[1] for r in rows])

    @classmethod
    def drawn(cls, config: str, law: SequenceLaw, number: int, seed: int) -> Labelled:
        """Draw images."""
        composer = build_composer(Config.of(config))
        images, texts = Images(), list[str]()
        for start in range(0, number, 1000):
            count = min(1000, number - start)
            batch = composer.compose(law.draw(seed, start, count), seed, start)
            images += [prepared(Image.fromarray(image)) for image in batch.images]
            texts += batch.texts
        return cls(images, texts)


def prepared(image: Image.Image) -> NDArray[np.uint8]:
    """Return an image of the recogniser's height: ink 255, paper 0."""
    grey = image.convert("L")
    width = max(16, min(WIDEST, round(grey.width * HEIGHT / grey.height)))
    pixels = np.asarray(grey.resize((width, HEIGHT), Image.Resampling.BILINEAR), np.float32)
    low, high = float(np.percentile(pixels, 1)), float(np.percentile(pixels, 90))
    ink = np.clip((high - pixels) / max(high - low, 1), 0, 1)
    whole: NDArray[np.uint8] = np.rint(255 * ink).astype(np.uint8)
    return whole


def together(images: Images) -> tuple[torch.Tensor, torch.Tensor]:
    """Return images side by side in one array, and the number of columns of each."""
    width = max(image.shape[1] for image in images)
    array = np.zeros((len(images), 1, HEIGHT, width + -width % 4), np.float32)
    for row, image in zip(array, images, strict=True):
        row[0, :, : image.shape[1]] = image / np.float32(255)
    columns = torch.tensor([max(1, image.shape[1] // 4) for image in images])
    return torch.from_numpy(array), columns


def read(recogniser: Recogniser, images: Images) -> list[str]:
    """Return what the recogniser reads: the best class of each column, without repeats."""
    texts = []
    recogniser.eval()
    for start in range(0, len(images), 128):
        array, columns = together(images[start : start + 128])
        with torch.no_grad():
            best = recogniser(array).argmax(-1)
        for row, width in zip(best.tolist(), columns.tolist(), strict=True):
            runs = zip([0, *row[: width - 1]], row[:width], strict=True)
            texts.append("".join(str(new - 1) for old, new in runs if new not in (old, 0)))
    return texts


def train(data: Labelled, steps: int, seed: int, *, half: bool = False) -> Recogniser:
    """Train a recogniser on generated images."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    recogniser = Recogniser(half=half)
    optimiser = torch.optim.AdamW(recogniser.parameters(), 2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    loss_of = nn.CTCLoss(zero_infinity=True)
    recogniser.train()
    for step in range(1, steps + 1):
        chosen = random.integers(0, len(data.images), BATCH).tolist()
        array, columns = together([data.images[index] for index in chosen])
        texts = [data.texts[index] for index in chosen]
        classes = torch.tensor([int(digit) + 1 for text in texts for digit in text])
        lengths = torch.tensor([len(text) for text in texts])
        loss = loss_of(recogniser(array).transpose(0, 1), classes, columns, lengths)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(recogniser.parameters(), 5)
        optimiser.step()
        schedule.step()
        if step % 250 == 0:
            print(f"step {step}, loss {loss.item():.3f}", flush=True)
    return recogniser


def distance(a: str, b: str) -> int:
    """Return the number of changes between two texts (V. Levenshtein, 1966)."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1]


def interval(share: float, number: int) -> tuple[float, float]:
    """Return Wilson's interval of a share, at 95 %."""
    z = 1.96
    middle = share + z * z / (2 * number)
    half = z * (share * (1 - share) / number + z * z / (4 * number * number)) ** 0.5
    scale = 1 + z * z / number
    return (middle - half) / scale, (middle + half) / scale


def report(recogniser: Recogniser, data: Labelled) -> dict[str, object]:
    """Return how well a recogniser reads labelled images."""
    pairs = list(zip(read(recogniser, data.images), data.texts, strict=True))
    exact = sum(found == text for found, text in pairs) / len(pairs)
    errors = sum(distance(found, text) for found, text in pairs)
    return {
        "images": len(pairs),
        "exact": round(exact, 4),
        "interval": [round(end, 4) for end in interval(exact, len(pairs))],
        "character error": round(errors / sum(len(text) for text in data.texts), 4),
    }


def law_of(name: str, length: str) -> SequenceLaw:
    """Return the law of the texts."""
    shortest, _, longest = length.partition("-")
    ends = int(shortest), int(longest or shortest)
    return Amounts(10, tuple(range(10)), *ends) if name == "amounts" else RandomSequences(10, *ends)


def main() -> None:
    """Draw, train, read, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", help="a preset, or the path of a config")
    parser.add_argument("real", nargs="*", type=Path, help="folders of real images")
    parser.add_argument("--texts", choices=["amounts", "uniform"], default="amounts")
    parser.add_argument("--length", default="3-6")
    parser.add_argument("--fast", action="store_true", help="12,000 images and 1,000 steps")
    parser.add_argument("--images", type=int)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--half",
        action="store_true",
        help="convolve in bfloat16: nearly three times as fast where the processor has AMX",
    )
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    images, steps = FAST if arguments.fast else FULL
    images, steps = arguments.images or images, arguments.steps or steps
    began = perf_counter()
    law = law_of(arguments.texts, arguments.length)
    data = Labelled.drawn(arguments.config, law, images, arguments.seed)
    print(f"{images} images in {perf_counter() - began:.0f} s", flush=True)
    kept = images - min(2000, images // 10)
    used = Labelled(data.images[:kept], data.texts[:kept])
    recogniser = train(used, steps, arguments.seed, half=arguments.half)
    results: dict[str, object] = {"config": arguments.config, "steps": steps}
    results["held back"] = report(recogniser, Labelled(data.images[kept:], data.texts[kept:]))
    for folder in arguments.real:
        results[folder.name] = report(recogniser, Labelled.of_folder(folder))
    results["seconds"] = round(perf_counter() - began)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
