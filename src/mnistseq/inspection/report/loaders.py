"""Code examples that load a data set with libraries that support its format."""

from __future__ import annotations

import json

from mnistseq.pipeline.dataset.manifest import Manifest

_OURS = """\
from mnistseq import open_dataset

for sample in open_dataset("DIR"):
    sample.image, sample.text, sample.boxes"""

_LOADERS: dict[str, dict[str, str]] = {
    "files": {
        "Hugging Face datasets": """\
from datasets import load_dataset

dataset = load_dataset("DIR")""",
    },
    "webdataset": {
        "WebDataset": """\
import webdataset

dataset = webdataset.WebDataset({first}).decode("l").to_tuple("png", "json")""",
    },
    "parquet": {
        "pandas": """\
import pandas

table = pandas.read_parquet({first})""",
    },
    "npy": {
        "NumPy": """\
import numpy

images = numpy.load({images}, mmap_mode="r")""",
    },
}


def loaders_of(manifest: Manifest) -> dict[str, str]:
    """Return library → code, using the names of the data set's files."""
    first = f"DIR/{manifest.shards[0].name}" if manifest.shards else "DIR"
    # As literals: names may contain quotes, and users must not copy a stranger's code.
    literals = {"{first}": json.dumps(first), "{images}": json.dumps(f"{first}/images.npy")}
    found = {"mnistseq": _OURS, **_LOADERS.get(manifest.format.name, {})}
    for name, literal in literals.items():
        found = {library: code.replace(name, literal) for library, code in found.items()}
    return found
