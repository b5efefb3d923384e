"""Collate samples to tensors for training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.integrations.arrays import image_widths, padded_images, padded_rows
from mnistseq.integrations.torch_dataset import DrawnBatch, TensorSample, image_tensor

Samples: TypeAlias = DrawnBatch | Sequence[TensorSample]
"""What a loader passes: samples drawn in one call, or a list of single samples."""


class CtcBatch(NamedTuple):
    """A batch for training a recogniser with CTC.

    Attributes
    ----------
    images : Tensor of float32, shape (B, channels, height, width)
        0 is black, 1 white. Narrower images are padded on the right.
    widths : Tensor of int64, shape (B,)
        Width of each image before padding.
    targets : Tensor of int64, shape (B, L)
        Codes of the labels plus 1; 0, the blank, past the end of a shorter sequence.
    target_lengths : Tensor of int64, shape (B,)
    """

    images: Tensor
    widths: Tensor
    targets: Tensor
    target_lengths: Tensor


def collate_ctc(samples: Samples, fill: float = 1.0) -> CtcBatch:
    """Collate samples for `torch.nn.CTCLoss`.

    Parameters
    ----------
    samples : DrawnBatch or sequence of TensorSample
    fill : float
        Padding value, from 0 (black) to 1 (white).
    """
    flat = _flat(samples)
    images = image_tensor(padded_images(flat.images, round(255 * fill)))
    widths = torch.from_numpy(image_widths(flat.images))
    targets = torch.from_numpy(padded_rows(flat.codes + 1, flat.lengths, 0))
    return CtcBatch(_floats(images), widths, targets, torch.from_numpy(flat.lengths))


def collate_boxes(samples: Samples) -> tuple[list[Tensor], list[dict[str, Tensor]]]:
    """Collate samples for the detection models of torchvision.

    Images are float32 from 0 to 1. Targets have ``boxes``, the ink boxes as float32 (x0, y0, x1,
    y1), and ``labels``, the codes plus 1, because 0 is the background. If samples have masks, there
    are also ``masks``: uint8, shape (N, height, width), 1 where the glyph has ink. Glyphs without
    ink are omitted.
    """
    flat = _flat(samples)
    inked = (flat.ink_boxes[:, 2:] > flat.ink_boxes[:, :2]).all(axis=1)
    ends = np.cumsum(flat.lengths)[:-1]
    boxes, codes, kept = (np.split(each, ends) for each in (flat.ink_boxes, flat.codes + 1, inked))
    targets = [
        {"boxes": torch.from_numpy(box[own]).float(), "labels": torch.from_numpy(code[own])}
        for box, code, own in zip(boxes, codes, kept, strict=True)
    ]
    for target, mask, own in zip(targets, flat.masks or (), kept, strict=bool(flat.masks)):
        numbers = torch.from_numpy(np.flatnonzero(own) + 1)
        glyph_masks = torch.from_numpy(mask.astype(np.int64)) == numbers[:, None, None]
        target["masks"] = glyph_masks.to(torch.uint8)
    return [_floats(image_tensor(np.atleast_3d(image))) for image in flat.images], targets


class _Flat(NamedTuple):
    """Samples one after the other, as in `SampleBatch`."""

    images: Pixels | list[Pixels]
    codes: Ints
    lengths: Ints
    ink_boxes: Ints
    masks: Sequence[NDArray[np.integer]] | None


def _flat(samples: Samples) -> _Flat:
    if isinstance(samples, DrawnBatch):
        batch = samples.samples
        return _Flat(
            batch.images,
            batch.sequences.codes,
            batch.sequences.lengths,
            batch.flat_ink_boxes,
            batch.masks,
        )
    return _Flat(
        [sample["image"].movedim(0, -1).numpy() for sample in samples],
        torch.cat([sample["labels"] for sample in samples]).numpy(),
        np.array([len(sample["labels"]) for sample in samples], dtype=np.int64),
        torch.cat([sample["ink_boxes"] for sample in samples]).numpy(),
        [sample["mask"].numpy() for sample in samples if "mask" in sample] or None,
    )


def _floats(images: Tensor) -> Tensor:
    # NumPy converts and divides a few thousand pixels at a time, PyTorch all of them twice.
    floats = np.empty(images.shape, dtype=np.float32)
    np.divide(images.numpy(), np.float32(255), out=floats, dtype=np.float32)
    return torch.from_numpy(floats)
