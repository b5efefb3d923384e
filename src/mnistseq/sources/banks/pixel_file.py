"""Write the pixels of a bank to a file, a block at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from mnistseq.core.array_types import Pixels


def write_pixels(blocks: Iterable[Pixels], shape: tuple[int, ...], folder: Path) -> Pixels:
    """Write ``pixels.npy`` in a folder, and return it mapped into memory.

    Parameters
    ----------
    blocks : iterable of ndarray of uint8
        Contiguous arrays, to be joined along the first axis.
    shape : tuple of int
        Shape of all blocks together.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    path = folder / "pixels.npy"
    # Not written through a map: on a full disk, that would kill the process.
    with open(path, "wb") as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)
        file.writelines(block.data for block in blocks)
        file.flush()
        os.fsync(file.fileno())
    pixels: Pixels = np.load(path, mmap_mode="r")
    return pixels
