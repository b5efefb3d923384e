"""What PaddleOCR's own data sets read, as one JSON document.

python paddle_reader.py LMDBDataSet|SimpleDataSet FOLDER [FILE OF LABELS]
"""

from __future__ import annotations

import json
import logging
import sys
from hashlib import sha256
from importlib import import_module
from typing import Any

MODULES = {"LMDBDataSet": "lmdb_dataset", "SimpleDataSet": "simple_dataset"}


def main() -> None:
    """Print the text of every row, and its image's shape and the hash of its pixels."""
    name, folder, *files = sys.argv[1:]
    kind: Any = getattr(import_module(f"paddleocr.ppocr.data.{MODULES[name]}"), name)
    decode = {"DecodeImage": {"img_mode": "BGR", "channel_first": False}}
    keep = {"KeepKeys": {"keep_keys": ["image", "label"]}}
    dataset = {"data_dir": folder, "transforms": [decode, keep], "label_file_list": files}
    loader = {"batch_size_per_card": 1, "shuffle": False}
    config = {"Global": {}, "Eval": {"dataset": dataset, "loader": loader}}
    read = kind(config, "Eval", logging.getLogger("reader"))
    rows = [read[place] for place in range(len(read))]
    grey = [(text, image[..., 0]) for image, text in rows]  # all three are the same
    json.dump(
        [[text, one.shape, sha256(one.tobytes()).hexdigest()] for text, one in grey], sys.stdout
    )


if __name__ == "__main__":
    main()
