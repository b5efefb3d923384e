"""Rows, a config and small sources, for data sets to be made of."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tests.pins.drawings import save_pictures

ROWS = """sequence,count,name,min,max,width
350,2,a,,,
12,1,b,3,3,
7777,3,c,-4,2,140
08,1,d,,,90
"""

TEXTS = {
    "rows.csv": ROWS,
    "rows-of-one-width.csv": "sequence,count,name,max\n350,2,a,\n12,1,b,3\n7777,3,c,9\n",
    "rows.tsv": "1\t2\n3\t5\t0\n7\t7\n",
    "rows.jsonl": '{"sequence": "350", "count": 2}\n{"sequence": ["1", "2"], "max": 4}\n"77"\n',
    "rows.dat": "350\n1,2\n7777\n",
    "bad.csv": "350\nx\n12\n1y\n",
    "words.csv": 'sequence,count\n"cat,dog",3\n"dog,x",1\n"cat,cat,x,dog",2\n',
    "config.toml": '[spacing]\nmin = 3\nalign = "left"\n[image]\nwidth = 150\nheight = 30\n',
}


def write_inputs(folder: Path) -> None:
    """Write all of them into a folder."""
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8", newline="")
    (folder / "paper").mkdir()
    save_pictures(folder / "paper")
    _save_coloured_pictures(folder / "pictures")
    images, labels = _shapes()
    np.savez(folder / "shapes.npz", x_train=images, y_train=labels)
    (folder / "images.idx").write_bytes(_idx(images))
    (folder / "labels.idx").write_bytes(_idx(labels))
    _save_pictures_of_writers(folder / "writers")


def _shapes() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Light blocks of unequal height on black, shape (30, 12, 10), and their labels 0 to 4."""
    images = np.zeros((30, 12, 10), dtype=np.uint8)
    for number, image in enumerate(images):
        image[number % 5 : 12 - number % 3, 1 : 9 - number % 4] = 100 + 5 * number
    return images, (np.arange(30) % 5).astype(np.uint8)


def _save_coloured_pictures(folder: Path) -> None:
    """Four pictures for each of three labels, of unequal width, coloured on white."""
    for code, label in enumerate(("cat", "dog", "x")):
        (folder / label).mkdir(parents=True)
        for number in range(4):
            pixels = np.full((16, 10 + 3 * number - code, 3), 255, dtype=np.uint8)
            block = pixels[1 + number : 14 - code, 2:-1]
            rows, columns = np.indices(block.shape[:2])
            block[..., code] = 9 * rows + 11 * number
            block[..., (code + 1) % 3] = 20 + 8 * columns
            Image.fromarray(pixels).save(folder / label / f"{number}.png")


def _save_pictures_of_writers(folder: Path) -> None:
    """Files as QMNIST has them: ten writers of whom each wrote every digit three times."""
    folder.mkdir()
    number = np.arange(300)
    images = np.zeros((300, 28, 28), dtype=np.uint8)
    for glyph, image in enumerate(images):
        image[4 + glyph % 7 : 24 - glyph % 5, 5 : 20 - glyph % 6] = 90 + glyph // 2
    rows = np.zeros((300, 8), dtype=np.int32)
    rows[:, 0] = number % 10
    rows[:, 2] = 2000 + number // 30
    (folder / "qmnist-train-images-idx3-ubyte").write_bytes(_idx(images))
    (folder / "qmnist-train-labels-idx2-int").write_bytes(_idx(rows))


def _idx(values: NDArray[np.uint8] | NDArray[np.int32]) -> bytes:
    """An IDX file."""
    kind, order = (0x08, ">u1") if values.dtype == np.uint8 else (0x0C, ">i4")
    shape = struct.pack(f">{values.ndim}I", *values.shape)
    return bytes([0, 0, kind, values.ndim]) + shape + values.astype(order).tobytes()
