"""Draw a few labelled images from Python: ``python examples/draw.py FOLDER``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PIL import Image

from mnistseq import Config, build_composer

CONFIG = Path(__file__).with_name("config.json")


def draw(folder: Path) -> list[dict[str, object]]:
    """Write an image for each sequence, and return its labels."""
    composer = build_composer(Config.load(CONFIG))
    batch = composer.compose(["350", "0123456789", "42"], seed=7)
    found: list[dict[str, object]] = []
    for sample in batch:
        path = folder / f"{sample.index:06}.png"
        Image.fromarray(sample.image).save(path)
        found.append({"file": path.name, "text": sample.text, "boxes": sample.ink_boxes.tolist()})
    return found


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    for line in draw(target):
        print(json.dumps(line))
