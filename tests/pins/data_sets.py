"""Small data sets that together show every format, input, split and label file.

Each is a command line, run as it stands in a folder with the inputs that
`inputs.py` writes.
"""

from __future__ import annotations

import json
import mmap
import shlex
import zlib
from contextlib import chdir
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from PIL import features
from tests.pins.contents import content_digest
from tests.pins.inputs import write_inputs

from mnistseq.cli import main

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class DataSet:
    """The options of a command, and the libraries whose versions its files' bytes hang on."""

    options: str
    packed_by: tuple[str, ...] = ("zlib",)


@dataclass(frozen=True)
class Made:
    """Hashes of a data set.

    Attributes
    ----------
    files : dict of str to str
        Path → hash of the bytes, of every file but the manifest.
    contents : dict of str to str
        Path → hash of what is in it, of those files that are packed.
    manifest : str
        Hash of what the manifest says.
    """

    files: dict[str, str]
    contents: dict[str, str]
    manifest: str


_ZLIB = "--seed 350 --jobs 1 --format-option compression=zlib"
_JPEG = "--seed 350 --jobs 1 --image-format jpg"
_PLAIN = "--seed 350 --jobs 1"
_SPLIT = "--split train=0.7,val=0.3"
_PICTURES = "--source image-folder --data-dir pictures"
_WORDS = f"words.csv {_PICTURES} --max 5"
_NOTES = '[{"name": "margins"}, {"name": "marks"}, {"name": "paper-picture", "folder": "paper"}]'
_PARQUET = ("zlib", "pyarrow")
_LMDB = ("zlib", "lmdb", "page size")

SETS: dict[str, DataSet] = {
    "files": DataSet(f"--count 8 --length 2-5 {_ZLIB}"),
    "files, three shards": DataSet(f"--count 8 --length 2-5 --shard-size 3 {_ZLIB}"),
    "files by isal": DataSet(
        "--count 5 --seed 350 --jobs 1 --format-option compression=isal", ("isal",)
    ),
    "files as jpg": DataSet(f"--count 5 --quality 40 {_JPEG}", ("libjpeg",)),
    "webdataset": DataSet(f"--count 13 --length 2-5 --shard-size 5 --format webdataset {_ZLIB}"),
    "webdataset, two processes": DataSet(
        "--count 13 --length 2-5 --shard-size 5 --format webdataset --seed 350 --jobs 2 "
        "--format-option compression=zlib"
    ),
    "webdataset as jpg": DataSet(f"--count 5 --format webdataset {_JPEG}", ("libjpeg",)),
    "parquet": DataSet(
        f"--count 13 --length 2-5 --shard-size 8 --format parquet {_ZLIB}", _PARQUET
    ),
    "parquet as jpg": DataSet(f"--count 5 --format parquet {_JPEG}", ("libjpeg", "pyarrow")),
    "lmdb": DataSet(f"--count 13 --length 2-5 --shard-size 8 --format lmdb {_ZLIB}", _LMDB),
    "lmdb without metadata": DataSet(
        f"--count 5 --format lmdb --format-option metadata=false {_ZLIB}", _LMDB
    ),
    "npy": DataSet(f"--count 13 --length 2-5 --width 180 --shard-size 8 --format npy {_PLAIN}", ()),
    "npy, two processes": DataSet(
        "--count 13 --length 2-5 --width 180 --shard-size 8 --format npy --seed 350 --jobs 2", ()
    ),
    "rows of csv": DataSet(f"rows.csv {_ZLIB}"),
    "rows of csv as webdataset": DataSet(f"rows.csv --format webdataset {_ZLIB}"),
    "rows of csv as parquet": DataSet(f"rows.csv --format parquet {_ZLIB}", _PARQUET),
    "rows of csv as lmdb": DataSet(f"rows.csv --format lmdb {_ZLIB}", _LMDB),
    "rows of csv as npy": DataSet(f"rows-of-one-width.csv --width 200 --format npy {_PLAIN}", ()),
    "rows of tsv": DataSet(f"rows.tsv --format webdataset {_ZLIB}"),
    "rows of jsonl": DataSet(f"rows.jsonl --repeat 2 --format webdataset {_ZLIB}"),
    "rows of txt": DataSet(f"rows.dat --input-format txt --format webdataset {_ZLIB}"),
    "bad rows left out": DataSet(f"bad.csv --skip-bad --format webdataset {_ZLIB}"),
    "balanced": DataSet(f"--count 20 --length 3 --balance --format webdataset {_ZLIB}"),
    "pattern": DataSet(rf"--count 8 --pattern '(19|20)\d\d' --format webdataset {_ZLIB}"),
    "repeated": DataSet(f"--count 4 --repeat 3 --format webdataset {_ZLIB}"),
    "splits": DataSet(f"--count 10 {_SPLIT} --disjoint glyph --shard-size 4 {_ZLIB}"),
    "splits of rows": DataSet(f"rows.csv --repeat 3 {_SPLIT} --format webdataset {_ZLIB}"),
    "labels paddle": DataSet(f"--count 6 {_SPLIT} --labels paddle {_ZLIB}"),
    "labels doctr": DataSet(f"--count 6 {_SPLIT} --labels doctr {_ZLIB}"),
    "labels gttxt": DataSet(f"--count 6 --labels gttxt {_ZLIB}"),
    "labels coco": DataSet(f"--count 6 {_SPLIT} --labels coco {_ZLIB}"),
    "labels yolo": DataSet(f"--count 6 {_SPLIT} --labels yolo {_ZLIB}"),
    "all labels, boxes of cells": DataSet(
        f"--count 6 {_SPLIT} --shard-size 3 --labels csv,jsonl,paddle,doctr,easyocr,gttxt,coco,yolo "
        f"--boxes cell {_ZLIB}"
    ),
    "colour": DataSet(f"{_WORDS} --labels paddle,doctr,gttxt,coco,yolo {_ZLIB}"),
    "colour as jpg": DataSet(f"{_WORDS} {_JPEG}", ("libjpeg",)),
    "colour as webdataset": DataSet(f"{_WORDS} --format webdataset {_ZLIB}"),
    "colour as parquet": DataSet(f"{_WORDS} --format parquet {_ZLIB}", _PARQUET),
    "colour as npy": DataSet(f"{_WORDS} --width 90 --format npy {_PLAIN}", ()),
    "npz": DataSet(f"--count 6 --source npz --data-dir shapes.npz {_ZLIB}"),
    "idx": DataSet(
        "--count 6 --source idx --data-dir . --set source.parameters.images=images.idx "
        f"--set source.parameters.labels=labels.idx {_ZLIB}"
    ),
    "test digits": DataSet(f"--count 6 --source-split test {_ZLIB}"),
    "options": DataSet(
        "--count 6 --length 4 --min 1 --max 16 --width 110 --height 32 --type variable "
        f"--subtype edge --fit exact --crop ink --polarity light-on-dark {_ZLIB}"
    ),
    "fixed gaps": DataSet(f"--count 6 --length 4 --type fixed --width 157 {_ZLIB}"),
    "resized": DataSet(f"--count 6 --length 2-6 --fit resize --width 100 --height 20 {_ZLIB}"),
    "aligned": DataSet(f"--count 6 --length 2-6 --width 300 --align random {_ZLIB}"),
    "config file": DataSet(f"--config config.toml --align right --count 6 --length 3 {_ZLIB}"),
    "transforms": DataSet(
        '--count 6 --set \'image.transform=["slant", "noise"]\' '
        f"--set 'canvas.transform={_NOTES}' {_ZLIB}"
    ),
    "preset bank-cheque": DataSet(f"--preset bank-cheque --source pendigits --count 3 {_ZLIB}"),
    "preset camera": DataSet(f"--preset camera --count 3 --width 200 {_ZLIB}"),
    "preset clean": DataSet(f"--preset clean --count 3 {_ZLIB}"),
    "preset handwritten-form": DataSet(f"--preset handwritten-form --count 3 {_ZLIB}"),
    "preset original": DataSet(f"--preset original --count 3 {_ZLIB}"),
    # The only set whose options name writers, and whose files name them.
    "writers": DataSet(
        "--count 20 --length 3 --source qmnist --data-dir writers "
        f"--set source.parameters.pictures=qmnist --writer one --disjoint writer {_SPLIT} {_ZLIB}"
    ),
}


def installed_versions() -> dict[str, str]:
    """What packs files here, each with its version; not what is not installed."""
    packages = [name for name in ("isal", "pyarrow", "lmdb") if find_spec(name)]
    return {
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "libjpeg": str(features.version("libjpeg_turbo") or features.version("jpg")),
        "page size": str(mmap.PAGESIZE),
        **{name: version(name) for name in packages},
    }


def make_set(data_set: DataSet, folder: Path) -> Made:
    """Make it in a folder, and hash all of it."""
    write_inputs(folder)
    with chdir(folder):
        command = ["batch", *shlex.split(data_set.options), "--output", "out", "--quiet"]
        result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    out = folder / "out"
    paths = sorted(path for path in out.rglob("*") if path.is_file())
    files = {path.relative_to(out).as_posix(): path.read_bytes() for path in paths}
    said = json.loads(files.pop(MANIFEST))
    # They contain the version of mnistseq and hashes of packed files; the manifest lists them.
    for name in ("README.md", "croissant.json"):
        del files[name]
    return Made(
        files={name: sha256(content).hexdigest() for name, content in files.items()},
        contents={
            name: digest
            for name, content in files.items()
            if (digest := content_digest(name, content)) is not None
        },
        manifest=sha256(json.dumps(_lasting(said), sort_keys=True).encode()).hexdigest(),
    )


_CHANGING = "mnistseq", "bytes", "content_sha256"


def _lasting(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what a manifest records independently of folders and of the versions of libraries."""
    kept = {key: value for key, value in manifest.items() if key not in _CHANGING}
    kept["config"]["source"].pop("path")
    kept["format"].pop("versions")
    for key in ("files", "shards"):
        kept[key] = [
            {name: value for name, value in item.items() if name not in ("bytes", "sha256")}
            for item in kept.get(key, [])
        ]
    return kept
