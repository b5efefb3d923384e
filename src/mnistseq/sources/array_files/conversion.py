"""Convert arrays of images and labels, as people save them, for a glyph bank."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Ints, Pixels
from mnistseq.errors import SourceError
from mnistseq.sources.banks.labels import check_labels, normal

_BLOCK = 1024
"""Images converted at a time, because intermediate floats take eight bytes per pixel."""

_FULL = 255
_CHANNELS = (1, 3)
_FEWEST_PIXELS = 4
"""Minimum number of pixels of flat images; arrays with fewer columns are something else."""


def to_pixels(
    array: NDArray[Any], where: str, height: int | None = None, width: int | None = None
) -> Pixels:
    """Convert images to uint8.

    Parameters
    ----------
    array : ndarray
        Images (N, height, width), optionally with one or three channels, last or first; or flat
        images (N, pixels). Values are 0 to 255 or, if none is above 1, 0 to 1.
    where : str
        Location of the images, for messages: ``set.npz: array x_train``.
    height, width : int, optional
        Size of flat images; by default they are square.

    Returns
    -------
    ndarray of uint8, shape (N, height, width) or (N, height, width, 3)

    Raises
    ------
    SourceError
        For any other shape, type or range.
    """
    array = _with_shape_of_images(array, where, height, width)
    if array.dtype.kind not in "buif":
        raise SourceError(f"{where} has type {array.dtype}, but images are numbers")
    low, high = (float(f(array)) if array.size else 0.0 for f in (np.min, np.max))
    if not (low >= 0 and high <= _FULL):
        raise SourceError(
            f"{where} has numbers from {low:g} to {high:g}, but images have numbers from 0 to 255, "
            "or from 0 to 1; scale them"
        )
    scale = _FULL if high <= 1 else 1
    if array.dtype == np.uint8 and scale == 1:
        return np.ascontiguousarray(array)
    pixels = np.empty(array.shape, dtype=np.uint8)
    for first in range(0, len(array), _BLOCK):
        block = slice(first, first + _BLOCK)
        pixels[block] = np.rint(array[block].astype(np.float64) * scale)
    return pixels


def image_size(count: int, where: str, height: int | None, width: int | None) -> tuple[int, int]:
    """Return height and width of an image with `count` pixels; by default it is square.

    SourceError if no such size exists.
    """
    if height is None and width is None:
        size, fault = (math.isqrt(count),) * 2, "is not a square number"
    else:
        size = height or count // (width or 1), width or count // (height or 1)
        given = [f"{height} px high"] * bool(height) + [f"{width} px wide"] * bool(width)
        fault = f"does not fit images {' and '.join(given)}"
    if size[0] * size[1] != count or count < _FEWEST_PIXELS:
        raise SourceError(
            f"{where} has {count} pixels an image, which {fault}; give the size of the images in "
            "source.parameters.height and source.parameters.width"
        )
    return size


def _with_shape_of_images(
    array: NDArray[Any], where: str, height: int | None, width: int | None
) -> NDArray[Any]:
    """Return images (N, height, width) or (N, height, width, 3)."""
    shape = array.shape
    if array.ndim == 2:
        return array.reshape(len(array), *image_size(shape[1], where, height, width))
    if array.ndim == 4 and shape[3] not in _CHANNELS and shape[1] in _CHANNELS:  # as in PyTorch
        array = np.moveaxis(array, 1, 3)
    if array.ndim == 4 and array.shape[3] == 1:
        array = array[..., 0]
    if array.ndim not in (3, 4) or (array.ndim == 4 and array.shape[3] != 3):
        raise SourceError(
            f"{where} has shape {shape}, but images are (N, height, width), (N, pixels), or four "
            "dimensions with 1 or 3 channels; are images and labels swapped?"
        )
    return array


def to_codes(values: NDArray[Any], where: str) -> tuple[Ints, tuple[str, ...]]:
    """Convert labels to codes and an alphabet.

    Parameters
    ----------
    values : ndarray, shape (N,), (N, 1) or (N, classes)
        Whole numbers, possibly stored as floats; strings, or bytes in UTF-8; or one-hot rows.
    where : str
        Location of the labels, for messages.

    Returns
    -------
    codes : ndarray of int64, shape (N,)
        Index of each label in the alphabet.
    alphabet : tuple of str
        Sorted, as numbers or strings.

    Raises
    ------
    SourceError
        For any other shape or type, and for labels that cannot be part of a sequence.
    """
    values = _one_for_each_image(values, where)
    alphabet: list[str]
    if values.dtype.kind == "f" and np.all(np.isfinite(values)) and np.all(values % 1 == 0):
        values = values.astype(np.int64)
    if np.issubdtype(values.dtype, np.integer):
        numbers, codes = np.unique(values, return_inverse=True)
        alphabet = [str(number) for number in numbers.tolist()]
    elif values.dtype.kind in "SU":
        alphabet, codes = _string_codes(values, where)
    else:
        fractions = ", not all of them whole" if values.dtype.kind == "f" else ""
        raise SourceError(
            f"{where} has type {values.dtype}{fractions}, but labels are whole numbers or strings"
        )
    check_labels(alphabet, where, "give the images other labels")
    return codes.astype(np.int64), tuple(alphabet)


def _one_for_each_image(values: NDArray[Any], where: str) -> NDArray[Any]:
    """Return labels (N,)."""
    shape = values.shape
    if values.ndim == 2 and shape[1] == 1:  # as in Keras's CIFAR
        return values[:, 0]
    if values.ndim == 2 and values.dtype.kind in "buif":
        hot = values == 1
        if np.array_equal(hot, values != 0) and np.all(hot.sum(axis=1) == 1):
            return np.asarray(hot.argmax(axis=1))
        raise SourceError(
            f"{where} has shape {shape}, but its rows are not one-hot, a single 1 in each; give "
            "one label for each image. Are images and labels swapped?"
        )
    if values.ndim != 1:
        raise SourceError(
            f"{where} has shape {shape}, but labels are (N,), one for each image, or one-hot rows; "
            "are images and labels swapped?"
        )
    return values


def _string_codes(values: NDArray[Any], where: str) -> tuple[list[str], Ints]:
    raw, index = np.unique(values, return_inverse=True)
    try:
        labels = [
            normal(label if isinstance(label, str) else label.decode()) for label in raw.tolist()
        ]
    except UnicodeDecodeError as error:
        raise SourceError(f"{where} has labels that are not UTF-8: {error}") from None
    # Different encodings of the same label may have become equal.
    alphabet = sorted(set(labels))
    code = {label: number for number, label in enumerate(alphabet)}
    return alphabet, np.array([code[label] for label in labels], dtype=np.int64)[index]
