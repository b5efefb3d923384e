"""Validate and load data sets by their croissant.json with mlcroissant, and print the records.

python croissant_reader.py FOLDER…
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def main() -> None:
    """Print, for each folder, the records of each record set."""
    croissant: Any = import_module("mlcroissant")
    found = {}
    for folder in sys.argv[1:]:
        dataset = croissant.Dataset(jsonld=Path(folder) / "croissant.json")
        assert not dataset.metadata.ctx.issues.errors
        found[folder] = {
            record_set.uuid: [
                {name.rpartition("/")[2]: plain(value) for name, value in record.items()}
                for record in dataset.records(record_set.uuid)
            ]
            for record_set in dataset.metadata.record_sets
        }
    json.dump(found, sys.stdout)


def plain(value: Any) -> Any:
    """Return bytes as text, and images by their size."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return [plain(item) for item in value]
    return list(value.size) if hasattr(value, "size") else value


if __name__ == "__main__":
    main()
