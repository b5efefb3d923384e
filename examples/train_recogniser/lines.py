"""Batches of lines for a preset, drawn as they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from mnistseq import Composer, Config, build_composer
from mnistseq.core.random_sequences import RandomSequences


@dataclass(frozen=True)
class Lines:
    """A batch, ready for CTC.

    Attributes
    ----------
    images : Tensor of float32, shape (B, 1, 28, width)
        Ground is 0, narrower lines have some of it at the right.
    codes : list of list of int
        Labels of each line.
    """

    images: Tensor
    codes: list[list[int]]


def composer_of(preset: str, split: str) -> Composer:
    """Glyphs of one split of MNIST, drawn as a preset says.

    No writer is in both splits of MNIST: the people who wrote the test digits were
    never seen in training.
    """
    return build_composer(Config(preset=preset, source={"split": split}))


def draw(composer: Composer, seed: int, batches: int, size: int) -> Iterator[Lines]:
    """Draw lines of 3 to 7 random labels; batch k is a function of seed and k."""
    sequences = RandomSequences(len(composer.bank.alphabet), 3, 7)
    for start in range(0, batches * size, size):
        batch = composer.compose(sequences.draw(seed, start, size), seed, start)
        width = max(image.shape[1] for image in batch.images)
        images = np.zeros((size, 1, 28, width + width % 2), np.float32)
        for place, image in enumerate(batch.images):
            grey = image if image.ndim == 2 else image.mean(axis=2)
            images[place, 0, :, : grey.shape[1]] = 1 - grey / 255
        flat = iter(batch.sequences.codes.tolist())
        codes = [[next(flat) for _ in range(n)] for n in batch.sequences.lengths.tolist()]
        yield Lines(torch.from_numpy(images), codes)
