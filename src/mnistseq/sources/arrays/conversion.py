"""Arrays as people save them → pixels and labels of a glyph bank."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.errors import SourceError
from mnistseq.sources.banks.labels import check_labels, normal

_BLOCK = 1024
"""Images converted at a time: floats take eight bytes a pixel on the way."""


def to_pixels(array: NDArray[Any], where: str) -> Pixels:
    """Convert images to uint8.

    Parameters
    ----------
    array : ndarray, shape (N, height, width) or (N, height, width, 1 or 3)
        uint8, or floats from 0 to 1.
    where : str
        What contains the images, for messages: ``set.npz: array x_train``.

    Returns
    -------
    ndarray of uint8, shape (N, height, width) or (N, height, width, 3)

    Raises
    ------
    SourceError
        For any other shape, type or range.
    """
    shape = array.shape
    if array.ndim == 4 and shape[3] == 1:
        array = array[..., 0]
    if array.ndim not in (3, 4) or (array.ndim == 4 and shape[3] != 3):
        raise SourceError(
            f"{where} has shape {shape}, but images are (N, height, width) or (N, height, width, "
            "1 or 3); are images and labels swapped?"
        )
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if not np.issubdtype(array.dtype, np.floating):
        raise SourceError(
            f"{where} has type {array.dtype}, but images are uint8, or floats from 0 to 1"
        )
    low, high = (float(f(array)) if array.size else 0.0 for f in (np.min, np.max))
    if not (low >= 0 and high <= 1):
        raise SourceError(
            f"{where} has floats from {low:g} to {high:g}, but floats in images are from 0 to 1; "
            "divide them, or save them as uint8"
        )
    pixels = np.empty(array.shape, dtype=np.uint8)
    for first in range(0, len(array), _BLOCK):
        block = slice(first, first + _BLOCK)
        pixels[block] = np.rint(array[block].astype(np.float64) * 255)
    return pixels


def to_codes(values: NDArray[Any], where: str) -> tuple[Ints, tuple[str, ...]]:
    """Convert labels to codes and an alphabet.

    Parameters
    ----------
    values : ndarray, shape (N,) or (N, 1)
        Whole numbers, strings, or bytes in UTF-8.
    where : str
        What contains the labels, for messages.

    Returns
    -------
    codes : ndarray of int64, shape (N,)
        Index of each label in the alphabet.
    alphabet : tuple of str
        In the order of numbers, or of strings.

    Raises
    ------
    SourceError
        For any other shape or type, and for labels that cannot be part of a sequence.
    """
    shape = values.shape
    if values.ndim == 2 and shape[1] == 1:  # as in Keras's CIFAR
        values = values[:, 0]
    if values.ndim != 1:
        raise SourceError(
            f"{where} has shape {shape}, but labels are (N,), one for each image; convert one-hot "
            "labels with argmax(axis=1)"
        )
    alphabet: list[str]
    if np.issubdtype(values.dtype, np.integer):
        numbers, codes = np.unique(values, return_inverse=True)
        alphabet = [str(number) for number in numbers.tolist()]
    elif values.dtype.kind in "SU":
        alphabet, codes = _string_codes(values, where)
    else:
        raise SourceError(
            f"{where} has type {values.dtype}, but labels are whole numbers or strings"
        )
    check_labels(alphabet, where, "give the images other labels")
    return codes.astype(np.int64), tuple(alphabet)


def _string_codes(values: NDArray[Any], where: str) -> tuple[list[str], Ints]:
    raw, index = np.unique(values, return_inverse=True)
    try:
        labels = [
            normal(label if isinstance(label, str) else label.decode()) for label in raw.tolist()
        ]
    except UnicodeDecodeError as error:
        raise SourceError(f"{where} has labels that are not UTF-8: {error}") from None
    # Two spellings of one label may have become equal.
    alphabet = sorted(set(labels))
    code = {label: number for number, label in enumerate(alphabet)}
    return alphabet, np.array([code[label] for label in labels], dtype=np.int64)[index]
