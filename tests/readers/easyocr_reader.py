"""EasyOCR's trainer reads a list beside the images, by the calls of its ``trainer/dataset.py``.

The trainer is not in the package, so its calls of pandas are repeated here, with both of the
separators that its versions use, and with the ``dtype`` that texts of digits need.
"""

from __future__ import annotations

import os
from typing import Any

import pandas as pd
from data_set import data_set, report

SEPARATORS: tuple[dict[str, Any], ...] = ({}, {"sep": "^([^,]+),", "engine": "python"})


def main() -> None:
    """Compare the texts of all samples in the folders that the trainer takes for data sets."""
    with data_set("easyocr") as (folder, stored):
        for separator in SEPARATORS:
            texts: dict[str, str] = {}
            for path, folders, _ in os.walk(folder):
                if not folders:
                    table = pd.read_csv(
                        os.path.join(path, "labels.csv"),  # noqa: PTH118  # as the trainer does
                        usecols=["filename", "words"],
                        keep_default_na=False,
                        dtype=str,
                        **separator,
                    )
                    texts |= dict(zip(table["filename"], table["words"], strict=True))
            assert texts == {f"{sample.key}.png": sample.text for sample in stored}
        report("pandas", len(stored))


if __name__ == "__main__":
    main()
