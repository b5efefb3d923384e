"""Print a data set as Hugging Face's datasets reads it, as JSON; runs with any version of datasets.

python readers.py imagefolder FOLDER [load_dataset's arguments as JSON]
"""

from __future__ import annotations

import json
import sys
import tempfile
from hashlib import sha256
from importlib import import_module
from typing import Any

import numpy as np


def main() -> None:
    """Print every row, with the hash of its pixels instead of its image."""
    datasets: Any = import_module("datasets")  # which has no type annotations
    builder, arguments = sys.argv[1], json.loads(sys.argv[2])

    def plain(row: dict[str, Any]) -> dict[str, Any]:
        row = {"png" if name == "image" else name: value for name, value in row.items()}
        pixels = np.asarray(row.pop("png"))
        return {**row, "shape": pixels.shape, "pixels": sha256(pixels.tobytes()).hexdigest()}

    with tempfile.TemporaryDirectory() as cache:
        loaded = datasets.load_dataset(builder, **arguments, cache_dir=cache)
        described = {
            "version": datasets.__version__,
            "splits": {split: [plain(row) for row in rows] for split, rows in loaded.items()},
            "features": {split: str(rows.features) for split, rows in loaded.items()},
        }
        del loaded
    json.dump(described, sys.stdout)


if __name__ == "__main__":
    main()
