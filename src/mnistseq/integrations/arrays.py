"""Endless batches of NumPy arrays, for JAX, Keras and everything else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NotRequired, TypedDict, TypeVar, Unpack

import numpy as np
from numpy.typing import NDArray

from mnistseq.config.config import ConfigLike
from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.samples import SampleBatch
from mnistseq.errors import ArgumentError
from mnistseq.integrations.partition import batch_numbers, process_rank
from mnistseq.integrations.samples import IndexedSamples
from mnistseq.integrations.texts import SampleOptions

_Number = TypeVar("_Number", bound=np.number[Any])


class ArrayBatch(TypedDict):
    """A batch of NumPy arrays.

    Attributes
    ----------
    image : ndarray of uint8, shape (B, height, width, channels)
        Narrower images are padded with white on the right.
    labels : ndarray of int64, shape (B, L)
        Codes of the labels; -1 past the end of a shorter sequence.
    boxes, ink_boxes : ndarray of int64, shape (B, L, 4)
        x0, y0, x1, y1 of each glyph's cell and ink; 0 past the end of a shorter sequence.
    length, width : ndarray of int64, shape (B,)
        Number of labels, and width of the image before padding.
    mask : ndarray of uint16, shape (B, height, width)
        1 where the first glyph has ink, 2 for the second one, and so on; 0 elsewhere. Present
        only if masks are requested, like `quads`.
    quads : ndarray of float64, shape (B, L, 4, 2)
        x, y of the corners of each cell, clockwise from the upper left.
    """

    image: Pixels
    labels: Ints
    boxes: Ints
    ink_boxes: Ints
    length: Ints
    width: Ints
    mask: NotRequired[NDArray[np.uint16]]
    quads: NotRequired[Floats]


def array_batches(
    config: ConfigLike,
    batch_size: int,
    seed: int = 0,
    *,
    first: int = 0,
    rank: int = 0,
    world_size: int = 1,
    **options: Unpack[SampleOptions],
) -> Iterator[ArrayBatch]:
    """Draw an endless stream of batches.

    Parameters
    ----------
    config : Config, mapping, str or path
    batch_size, seed : int
    first : int
        Number of the first batch, to resume after this many batches of all processes together.
    rank, world_size : int
        Rank of this process, and number of processes: batch *n* belongs to rank *n* modulo
        `world_size`.
    **options
        See `SampleOptions`.
    """
    process_rank(rank, world_size)
    check_batch_size(batch_size)
    samples = IndexedSamples.of(config, seed, options)
    # An inner generator, so that the checks above run when the function is called.
    return (
        _padded(samples.draw(range(number * batch_size, (number + 1) * batch_size)))
        for number in batch_numbers(first, rank, world_size)
    )


def check_batch_size(batch_size: int) -> None:
    """Raise ArgumentError for a batch size below 1."""
    if batch_size < 1:
        raise ArgumentError(f"batch_size {batch_size}: a batch has at least one sample")


def sample_arrays(batch: SampleBatch, index: int) -> dict[str, NDArray[Any]]:
    """Return one sample of a batch as arrays without padding."""
    sample = batch[index]
    arrays: dict[str, NDArray[Any]] = {
        "image": np.atleast_3d(sample.image),
        "labels": batch.codes[index],
        "boxes": sample.boxes,
        "ink_boxes": sample.ink_boxes,
    }
    if sample.mask is not None and sample.quads is not None:
        arrays |= {"mask": sample.mask, "quads": sample.quads}
    return arrays


def padded_images(images: Pixels | list[Pixels], fill: int = 255) -> Pixels:
    """Pad images to one array of shape (B, height, width, channels)."""
    if isinstance(images, list):
        images = _padded_widths(images, fill)
    return images[..., None] if images.ndim == 3 else images


def image_widths(images: Pixels | list[Pixels]) -> Ints:
    """Return the width of each image: int64, shape (B,)."""
    return np.array([image.shape[1] for image in images], dtype=np.int64)


def padded_rows(flat: NDArray[_Number], lengths: Ints, fill: int) -> NDArray[_Number]:
    """Pad values to one row for each sequence: shape (B, L), or (B, L, 4) for boxes."""
    rows = np.full((len(lengths), int(lengths.max()), *flat.shape[1:]), fill, dtype=flat.dtype)
    rows[np.arange(rows.shape[1]) < lengths[:, None]] = flat
    return rows


def _padded(batch: SampleBatch) -> ArrayBatch:
    lengths = batch.sequences.lengths
    arrays: ArrayBatch = {
        "image": padded_images(batch.images),
        "labels": padded_rows(batch.sequences.codes, lengths, -1),
        "boxes": padded_rows(batch.flat_boxes, lengths, 0),
        "ink_boxes": padded_rows(batch.flat_ink_boxes, lengths, 0),
        "length": lengths,
        "width": image_widths(batch.images),
    }
    if batch.masks is not None and batch.flat_quads is not None:
        arrays["mask"] = _padded_widths(batch.masks, 0)
        arrays["quads"] = padded_rows(batch.flat_quads, lengths, 0)
    return arrays


def _padded_widths(images: list[NDArray[_Number]], fill: int) -> NDArray[_Number]:
    height, _, *channels = images[0].shape
    width = max(image.shape[1] for image in images)
    padded = np.full((len(images), height, width, *channels), fill, dtype=images[0].dtype)
    for row, image in zip(padded, images, strict=True):
        row[:, : image.shape[1]] = image
    return padded
