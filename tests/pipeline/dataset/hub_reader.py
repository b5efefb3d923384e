"""Print texts and labels of data sets as Hugging Face's datasets reads them, without naming a builder.

python hub_reader.py FOLDER…
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib import import_module
from typing import Any


def main() -> None:
    """Print, for each folder, the rows of each split, and the columns."""
    datasets: Any = import_module("datasets")  # which has no type annotations
    found = {}
    for folder in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as cache:
            loaded = datasets.load_dataset(folder, cache_dir=cache)
            found[folder] = {
                split: sorted((plain(row) for row in rows), key=lambda row: row["index"])
                for split, rows in loaded.items()
            }
            del loaded
    json.dump(found, sys.stdout)


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with the size of its image, and with the columns of WebDataset's record."""
    image = row.pop("image") if "image" in row else row.pop("png")
    return {**row, **row.get("json", {}), "size": image.size}


if __name__ == "__main__":
    main()
