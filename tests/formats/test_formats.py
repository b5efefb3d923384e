"""What is true of every format."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.needed import PACKAGES, package_or_skip

from mnistseq import Composer, GlyphBank
from mnistseq.core.gap_rule import GapRule
from mnistseq.errors import MissingPackageError, OutputError
from mnistseq.formats.npy import Npy
from mnistseq.formats.webdataset import WebDataset
from mnistseq.plugins.built_in import BUILT_IN
from mnistseq.plugins.registry import create
from mnistseq.spacings.variable import Variable
from mnistseq.testing import check_format

FORMATS = sorted(BUILT_IN["format"])
INSTALLED = [name for name in FORMATS if name not in PACKAGES or find_spec(PACKAGES[name])]
LOSSY = {"image_format": "jpg", "quality": 90}


def format_of(name: str, **parameters: Any) -> Any:
    package_or_skip(name)
    return create("format", name, parameters, "")


def test_formats_keep_their_contract() -> None:
    """All at once, for each waits two seconds until every clock has advanced."""
    checks = [(format_of(name), True) for name in INSTALLED]
    checks += [(format_of(name, **LOSSY), False) for name in INSTALLED if name != "npy"]
    with ThreadPoolExecutor(len(checks)) as pool:
        running = {
            repr(made): pool.submit(check_format, made, lossless=lossless)
            for made, lossless in checks
        }
    assert {made: error for made, found in running.items() if (error := found.exception())} == {}


RECORDS = {
    "files": ("file_name", "text", "objects", "glyph_ids", "writers", "seed", "classes.txt"),
    "webdataset": ("members", "text", "objects", "glyph_ids", "writers", "index", "seed"),
    "parquet": ("image", "objects", "glyph_ids", "writers", "index", "seed", "huggingface"),
    "lmdb": ("file_name", "objects", "glyph_ids", "writers", "index", "seed"),
    "npy": ("name", "boxes", "ink_boxes", "codes", "glyph_ids", "writers", "alphabet", "seed"),
}


@pytest.mark.parametrize("name", FORMATS)
def test_reading_returns_the_whole_record(name: str, make: Callable[..., Any]) -> None:
    dataset_format = format_of(name, **({"labels": ("gttxt", "yolo")} if name == "files" else {}))
    made = make(dataset_format)
    stored = [sample for path in made.paths for sample in dataset_format.read_shard(path)]
    for one, sample in zip(stored, made.samples, strict=True):
        assert one.record is not None
        assert {*RECORDS[name]} <= {*one.record}
        assert one.record["glyph_ids"] == sample.glyph_ids.tolist()
        assert int(one.record["seed"]) == 2**64 - 1
        if name == "files":
            assert one.record["gttxt"] == f"{sample.text}\n"
            assert one.record["yolo"].count("\n") == len(sample.labels)


def test_lmdb_without_metadata_has_no_record(make: Callable[..., Any]) -> None:
    dataset_format = format_of("lmdb", metadata=False)
    made = make(dataset_format, texts=("01", "7"))
    assert [one.record for one in dataset_format.read_shard(made.paths[0])] == [None, None]


@pytest.mark.parametrize("name", FORMATS)
def test_reading_returns_what_was_written(name: str, make: Callable[..., Any]) -> None:
    dataset_format = format_of(name)
    made = make(dataset_format)
    stored = [sample for path in made.paths for sample in dataset_format.read_shard(path)]
    assert [one.index for one in stored] == list(range(6))
    assert [one.labels for one in stored] == [sample.labels for sample in made.samples]
    assert [one.key for one in stored] == [f"{index:09d}" for index in range(6)]
    for one, sample in zip(stored, made.samples, strict=True):
        np.testing.assert_array_equal(one.image, sample.image)


@pytest.mark.parametrize("name", sorted({*FORMATS} - {"npy"}))
def test_images_may_differ_in_width(name: str, make: Callable[..., Any]) -> None:
    dataset_format = format_of(name)
    made = make(dataset_format, width=None)
    stored = [sample for path in made.paths for sample in dataset_format.read_shard(path)]
    assert len({one.image.shape for one in stored}) > 1
    for one, sample in zip(stored, made.samples, strict=True):
        np.testing.assert_array_equal(one.image, sample.image)


@pytest.mark.parametrize("name", FORMATS)
def test_named_samples_keep_their_names(name: str, tricky: GlyphBank, tmp_path: Path) -> None:
    names = ("eins", "zwölf", "x" * 100)
    batch = Composer(tricky, GapRule(Variable(), "edge", width=60)).compose(["0", "1", "7"], 1)
    dataset_format = format_of(name)
    dataset_format.write_shard(
        [replace(batch, names=names)], tmp_path / f"shard{dataset_format.suffix}"
    )
    stored = list(dataset_format.read_shard(tmp_path / f"shard{dataset_format.suffix}"))
    assert tuple(one.key for one in stored) == names
    assert [one.labels for one in stored] == [("0",), ("1",), ("7",)]


@pytest.mark.parametrize("name", FORMATS)
def test_colour_images_are_read_back(name: str, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    pixels = random.integers(0, 255, (4, 8, 9, 3)).astype(np.uint8)
    batch = Composer(
        GlyphBank(pixels, np.arange(4) % 2, ("0", "1")), GapRule(Variable(), width=30)
    ).compose(["01", "10"], 1)
    dataset_format = format_of(name)
    dataset_format.write_shard([batch], tmp_path / f"shard{dataset_format.suffix}")
    for one, image in zip(
        dataset_format.read_shard(tmp_path / f"shard{dataset_format.suffix}"),
        batch.images,
        strict=True,
    ):
        np.testing.assert_array_equal(one.image, image)


_WRITE = """
import hashlib, pathlib, sys
import mnistseq
from mnistseq.plugins.registry import create
folder, *names = sys.argv[1:]
composer = mnistseq.build_composer(mnistseq.Config(image={"width": 200}))
for name in names:
    dataset_format = create("format", name, {}, "")
    path = pathlib.Path(folder) / f"{name}{dataset_format.suffix}"
    batches = (composer.compose(["12345"] * 600, 1, start) for start in range(0, 2400, 600))
    dataset_format.write_shard(batches, path)
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    print(name, hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest())
"""


def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    # Gaps in a file may show what memory contained before, which differs between processes.
    outputs = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        command = [sys.executable, "-c", _WRITE, str(folder), *INSTALLED]
        changes = {"MALLOC_PERTURB_": str(90 * number), "PYTHONHASHSEED": str(number)}
        run = subprocess.run(
            command, capture_output=True, text=True, check=True, env={**os.environ, **changes}
        )
        outputs.append(run.stdout.splitlines())
    assert [line.split()[0] for line in outputs[0]] == INSTALLED
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize(("name", "extra"), [("parquet", "parquet"), ("lmdb", "lmdb")])
def test_a_missing_package_is_named_with_its_extra(
    name: str, extra: str, make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, PACKAGES[name], None)
    with pytest.raises(MissingPackageError, match=rf"pip install 'mnistseq\[{extra}\]'"):
        make(create("format", name, {}, ""))


def test_npy_refuses_images_of_several_sizes(make: Callable[..., Any]) -> None:
    with pytest.raises(OutputError, match=r"set image\.width"):
        make(Npy(), width=None)


def test_npy_refuses_another_size_in_a_later_batch(tricky: GlyphBank, tmp_path: Path) -> None:
    batches = [
        Composer(tricky, GapRule(Variable(), width=width)).compose([list("01")], 1, width)
        for width in (60, 61)
    ]
    with pytest.raises(OutputError, match=r"60 x 8 px and 61 x 8 px"):
        Npy().write_shard(batches, tmp_path / "shard")


def test_webdataset_refuses_a_dot_in_a_name(tricky: GlyphBank, tmp_path: Path) -> None:
    batch = Composer(tricky, GapRule(Variable(), "edge", width=60)).compose(["0"], 1)
    with pytest.raises(OutputError, match=r"'a\.b' contains a dot"):
        WebDataset().write_shard([replace(batch, names=("a.b",))], tmp_path / "x.tar")


def test_versions_are_those_of_the_libraries_that_encode() -> None:
    assert format_of("npy").versions() == {}
    assert format_of("files", compression="zlib").versions() == {"zlib": zlib.ZLIB_RUNTIME_VERSION}
    assert list(format_of("webdataset", image_format="jpg").versions()) == ["libjpeg"]


@pytest.mark.parametrize(
    ("name", "libraries"),
    [("parquet", ["zlib", "pyarrow"]), ("lmdb", ["zlib", "lmdb", "page size"])],
)
def test_versions_include_those_of_the_container(name: str, libraries: list[str]) -> None:
    versions = format_of(name, compression="zlib").versions()
    assert list(versions) == libraries
    assert all(versions.values())


def test_versions_name_isal_where_it_compresses() -> None:
    package_or_skip("isal")
    assert list(format_of("files", compression="isal").versions()) == ["isal"]
