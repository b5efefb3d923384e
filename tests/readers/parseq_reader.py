"""PARSeq and the deep-text-recognition benchmark read LMDB, by the calls of ``strhub/data/dataset.py``.

The repository is not a package, so its calls of lmdb are repeated here.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import lmdb
from data_set import data_set, report
from PIL import Image


def main() -> None:
    """Compare the texts and sizes of all samples below the folder of each split."""
    with data_set(name="lmdb") as (folder, stored):
        texts = []
        for split in ("train", "val"):
            for found in sorted((folder / split).glob("**/data.mdb")):
                texts += read(found.parent)
        assert texts == [sample.text for sample in stored]
        report("lmdb", len(texts))


def read(path: Path) -> list[str]:
    """Return the texts of a folder."""
    options: dict[str, Any] = {
        "readonly": True,
        "create": False,
        "readahead": False,
        "lock": False,
        "max_readers": 1,
        "meminit": False,
    }
    texts = []
    with (
        lmdb.open(str(path), **options) as environment,
        environment.begin() as transaction,
    ):
        get: Any = transaction.get
        for index in range(1, int(get(b"num-samples")) + 1):
            texts.append(get(f"label-{index:09d}".encode()).decode())
            content = get(f"image-{index:09d}".encode())
            assert Image.open(io.BytesIO(content)).width == 160
    return texts


if __name__ == "__main__":
    main()
