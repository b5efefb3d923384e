"""Train a classifier that counts the digits of an image, however they touch and overlap.

The training set is a `SequenceDataset`: eight thousand images, the same in every epoch, without
any file. The test set has digits and writers that were never seen in training.
"""

from __future__ import annotations

import argparse
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader

from mnistseq.integrations import SequenceDataset, collate_ctc
from mnistseq.integrations.torch_collate import CtcBatch

MOST = 6
CONFIG = {
    "image": {"width": 176, "crop": "ink"},
    "spacing": {"min": -6, "max": 12, "align": "random"},
    "canvas": {"height": 40, "align": "random", "transform": ["paper-grain"]},
}


def loader(split: str, samples: int, seed: int) -> DataLoader[Any]:
    """Load images of 2 to 6 digits of one split."""
    dataset = SequenceDataset(CONFIG, samples, seed, length=f"2-{MOST}", split=split)
    # Every sample is random, so there is nothing to shuffle.
    return DataLoader(dataset, batch_size=50, collate_fn=collate_ctc)


def classifier() -> nn.Sequential:
    """Return a small network: images (B, 1, 40, 176) → a score for each number of digits."""

    def block(before: int, after: int) -> list[nn.Module]:
        return [
            nn.Conv2d(before, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.MaxPool2d(2),
        ]

    # Pooled over the height only: counting digits needs the whole width.
    head = [nn.AdaptiveAvgPool2d((1, 11)), nn.Flatten(), nn.Linear(64 * 11, MOST + 1)]
    return nn.Sequential(*block(1, 16), *block(16, 32), *block(32, 64), *block(64, 64), *head)


def ink(batch: CtcBatch) -> Tensor:
    """Return grey images with ink 1 on a background of 0."""
    return 1 - batch.images.mean(1, keepdim=True)


def main(arguments: list[str] | None = None) -> float:
    """Train, and return the share of test images whose digits are counted correctly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--quick", action="store_true", help="only check that it runs")
    asked = parser.parse_args(arguments)
    samples, epochs = (100, 1) if asked.quick else (8_000, asked.epochs)
    torch.manual_seed(1)
    model, training = classifier(), loader("train", samples, seed=1)
    optimiser = torch.optim.AdamW(model.parameters())
    steps = epochs * len(training)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    for epoch in range(epochs):
        model.train()
        for batch in training:
            loss = cross_entropy(model(ink(batch)), batch.target_lengths)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
        print(f"epoch {epoch + 1} of {epochs}: loss {loss.item():.3f}", flush=True)
    model.eval()
    with torch.no_grad():
        right = [
            model(ink(batch)).argmax(1) == batch.target_lengths
            for batch in loader("test", samples // 5, seed=2)
        ]
    rate = float(torch.cat(right).float().mean())
    print(f"counted right: {rate:.1%} of images with 2 to {MOST} digits")
    return rate


if __name__ == "__main__":
    main()
