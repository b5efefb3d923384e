"""SequenceDataset: samples as a map-style data set for PyTorch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NotRequired, SupportsIndex, TypedDict, Unpack, overload

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from mnistseq.config.config import ConfigLike
from mnistseq.core.array_types import Pixels
from mnistseq.core.samples import SampleBatch
from mnistseq.integrations.arrays import sample_arrays
from mnistseq.integrations.samples import IndexedSamples, sample_indices
from mnistseq.integrations.texts import SampleOptions


class TensorSample(TypedDict):
    """A sample as tensors.

    Attributes
    ----------
    image : Tensor of uint8, shape (channels, height, width)
        0 is black, 255 white.
    text : str
    labels : Tensor of int64, shape (L,)
        Codes of the labels: indices in the alphabet.
    boxes, ink_boxes : Tensor of int64, shape (L, 4)
        x0, y0, x1, y1 of each glyph's cell and ink, half open.
    mask : Tensor of int32, shape (height, width)
        1 where the first glyph has ink, 2 for the second one, and so on; 0 elsewhere. Present
        only if masks are requested, like `quads`.
    quads : Tensor of float32, shape (L, 4, 2)
        x, y of the corners of each cell, clockwise from the upper left.
    """

    image: Tensor
    text: str
    labels: Tensor
    boxes: Tensor
    ink_boxes: Tensor
    mask: NotRequired[Tensor]
    quads: NotRequired[Tensor]


class DrawnBatch:
    """Samples drawn in one call, as a sequence of `TensorSample`.

    Any collate function accepts it like a list of samples; those of this package convert the whole
    batch at once.

    Parameters
    ----------
    samples : SampleBatch
    """

    def __init__(self, samples: SampleBatch) -> None:
        self.samples = samples

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> TensorSample:
        arrays = sample_arrays(self.samples, index)
        sample: TensorSample = {
            "image": image_tensor(arrays["image"]),
            "text": self.samples.texts[index],
            "labels": torch.from_numpy(arrays["labels"]),
            "boxes": torch.from_numpy(arrays["boxes"]),
            "ink_boxes": torch.from_numpy(arrays["ink_boxes"]),
        }
        if "mask" in arrays:
            # PyTorch hardly supports uint16.
            sample["mask"] = torch.from_numpy(arrays["mask"].astype(np.int32))
            sample["quads"] = torch.from_numpy(arrays["quads"]).float()
        return sample

    def __iter__(self) -> Iterator[TensorSample]:
        return map(self.__getitem__, range(len(self)))


class SequenceDataset(Dataset[TensorSample]):
    """Samples that are drawn on access.

    The sample of an index is the same in every process and epoch. Samples are independent, so loaders
    need not shuffle them; consecutive indices are drawn fastest.

    Parameters
    ----------
    config : Config, mapping, str or path
        A config, a mapping of its keys, the name of a preset, or the path of a file.
    count : int
        Number of samples.
    seed : int
    **options
        See `SampleOptions`: ``length``, ``texts``, ``pattern``, ``balance``, ``split``,
        ``masks``.

    Raises
    ------
    RequestError
        If samples cannot be drawn as requested.
    SourceError
        If the source cannot be read.
    """

    def __init__(
        self, config: ConfigLike, count: int, seed: int = 0, **options: Unpack[SampleOptions]
    ) -> None:
        self._samples = IndexedSamples.of(config, seed, options)
        self._count = count

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The label of each code."""
        return self._samples.composer.bank.alphabet

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: SupportsIndex) -> TensorSample: ...

    @overload
    def __getitem__(self, index: Sequence[SupportsIndex]) -> DrawnBatch: ...

    def __getitem__(
        self, index: SupportsIndex | Sequence[SupportsIndex]
    ) -> TensorSample | DrawnBatch:
        if isinstance(index, Sequence):
            return self.__getitems__(index)
        return self.__getitems__([index])[0]

    def __getitems__(self, indices: Sequence[SupportsIndex]) -> DrawnBatch:
        """Draw samples in one call; `DataLoader` calls this for each batch."""
        return DrawnBatch(self._samples.draw(sample_indices(indices, self._count)))


def image_tensor(pixels: Pixels) -> Tensor:
    """Convert images to tensors with channels first."""
    return torch.from_numpy(pixels).movedim(-1, -3)
