"""Print what a data set class of PaddleOCR reads, as JSON.

python paddle_reader.py LMDBDataSet|SimpleDataSet FOLDER [LABEL FILE]
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
    """Print text, image shape and hash of the pixels of every row."""
    name, folder, *files = sys.argv[1:]
    kind: Any = getattr(import_module(f"paddleocr.ppocr.data.{MODULES[name]}"), name)
    decode = {"DecodeImage": {"img_mode": "BGR", "channel_first": False}}
    keep = {"KeepKeys": {"keep_keys": ["image", "label"]}}
    dataset = {"data_dir": folder, "transforms": [decode, keep], "label_file_list": files}
    loader = {"batch_size_per_card": 1, "shuffle": False}
    config = {"Global": {}, "Eval": {"dataset": dataset, "loader": loader}}
    read = kind(config, "Eval", logging.getLogger("reader"))
    rows = [read[index] for index in range(len(read))]
    grey = [(text, image[..., 0]) for image, text in rows]  # all three channels are equal
    json.dump(
        [[text, one.shape, sha256(one.tobytes()).hexdigest()] for text, one in grey], sys.stdout
    )


if __name__ == "__main__":
    main()
