"""A finished data set describes itself: to people, to Hugging Face and to Croissant's readers."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.needed import package_or_skip

from mnistseq import make_dataset, open_dataset
from mnistseq.formats.encoding.records import coco_boxes
from mnistseq.formats.label_formats.table import LABEL_FORMATS
from mnistseq.pipeline.verify.check import verify

FORMATS = ["files", "webdataset", "parquet", "lmdb", "npy"]


def make(folder: Path, name: str = "files", **options: Any) -> Path:
    package_or_skip(name)
    given: dict[str, Any] = {"count": 9, "shard_size": 4, "split": "train=0.7,val=0.3"}
    given |= {"length": "1-5", "seed": 7, "jobs": 1, "format": name} | options
    if "sequences" in options:
        del given["count"], given["length"]
    make_dataset({"image": {"width": 150}}, folder, **given)
    return folder


def read(script: str, folders: Sequence[Path], tmp_path: Path) -> dict[str, Any]:
    """Return what a script reads, in a process of its own because readers issue warnings."""
    command = [sys.executable, str(Path(__file__).with_name(script)), *map(str, folders)]
    environment = {
        **os.environ,
        "CROISSANT_CACHE": str(tmp_path / "cache"),
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    }
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def front_matter(folder: Path) -> dict[str, Any]:
    """Return the YAML of a card."""
    yaml: Any = importlib.import_module("yaml")
    _, text, _ = (folder / "README.md").read_text("utf-8").split("---\n", 2)
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@pytest.mark.slow
def test_hugging_face_loads_every_format_and_all_label_files(tmp_path: Path) -> None:
    pytest.importorskip("datasets", exc_type=ImportError)
    labels = {name: [name] for name in LABEL_FORMATS} | {"all": list(LABEL_FORMATS)}
    folders = [
        make(tmp_path / f"files-{name}", format_options={"labels": chosen})
        for name, chosen in labels.items()
    ]
    folders += [make(tmp_path / name, name) for name in ("files", "webdataset", "parquet")]
    folders.append(make(tmp_path / "jpg", format_options={"image_format": "jpg"}))
    found = read("hub_reader.py", folders, tmp_path)
    for folder in folders:
        dataset = open_dataset(folder)
        assert list(found[str(folder)]) == ["train", "val"]
        rows = [row for split in ("train", "val") for row in found[str(folder)][split]]
        assert [row["text"] for row in rows] == [stored.text for stored in dataset], folder
        for row, stored in zip(rows, dataset, strict=True):
            assert stored.boxes is not None
            assert row["objects"]["categories"] == list(stored.labels)
            assert row["objects"]["bbox"] == coco_boxes(stored.boxes).tolist()
            assert row["size"] == [150, 28]
            assert int(row["seed"]) == 7


def test_hugging_face_loads_columns_that_are_kept(tmp_path: Path) -> None:
    pytest.importorskip("datasets", exc_type=ImportError)
    (tmp_path / "rows.csv").write_text("sequence,id\n350,a\n12,b\n7,010\n", "utf-8")
    options = {"keep": ["id"], "sequences": tmp_path / "rows.csv", "split": "set_a=0.5,set_b=0.5"}
    folders = [
        make(tmp_path / name, name, **options) for name in ("files", "webdataset", "parquet")
    ]
    found = read("hub_reader.py", folders, tmp_path)
    for rows in found.values():
        assert list(rows) == ["set_a", "set_b"]
        kept = sorted(row["columns"]["id"] for split in rows.values() for row in split)
        assert kept == ["010", "a", "b"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_card_states_licence_splits_and_how_to_make_it_again(name: str, tmp_path: Path) -> None:
    out = make(tmp_path / "out", name)
    found = front_matter(out)
    assert found["license"] == ["cc-by-sa-3.0"]
    assert found["attribution"] == [
        "Yann LeCun and Corinna Cortes, The MNIST database of handwritten digits"
    ]
    assert found["pretty_name"] == "9 images of sequences from mnist"
    assert found["size_categories"] == ["n<1K"]
    assert "mnist" in found["tags"]
    if name in ("lmdb", "npy"):
        assert found["viewer"] is False
        assert "configs" not in found
    else:
        sizes = [item["num_examples"] for item in found["dataset_info"]["splits"]]
        assert sizes == [6, 3]
    text = (out / "README.md").read_text("utf-8")
    assert 'open_dataset("path/to/this/folder")' in text
    assert "mnistseq remake path/to/this/folder -o again" in text
    assert ("load_dataset" in text) is (name not in ("lmdb", "npy"))
    assert "https://spdx.org/licenses/CC-BY-SA-3.0.html" in text


def test_a_licence_that_the_hub_does_not_know_is_named(tmp_path: Path) -> None:
    from PIL import Image

    for label in "ab":
        (tmp_path / "shapes" / label).mkdir(parents=True)
        Image.new("L", (8, 8), 255 * (label == "a")).save(tmp_path / "shapes" / label / "1.png")
    parameters = {"licence": "My-Licence-1.0", "attribution": 'Zoë "J" Doe 😀: shapes'}
    source = {"name": "image-folder", "path": str(tmp_path / "shapes"), "parameters": parameters}
    make_dataset({"source": source}, tmp_path / "out", count=2, jobs=1, seed=1)
    found = front_matter(tmp_path / "out")
    assert (found["license"], found["license_name"]) == (["other"], "My-Licence-1.0")
    assert found["attribution"] == ['Zoë "J" Doe 😀: shapes']


@pytest.mark.slow
def test_mlcroissant_validates_and_loads(tmp_path: Path) -> None:
    pytest.importorskip("mlcroissant", exc_type=ImportError)
    folders = [make(tmp_path / name, name) for name in FORMATS]
    labels = {"labels": list(LABEL_FORMATS)}
    folders.append(make(tmp_path / "labels", format_options=labels))
    found = read("croissant_reader.py", folders, tmp_path)
    for folder in folders:
        dataset, sets = open_dataset(folder), found[str(folder)]
        assert [item["name"] for item in sets["splits"]] == ["train", "val"]
        if folder.name in ("lmdb", "npy"):
            assert list(sets) == ["splits"]
            continue
        records = [record for split in ("train", "val") for record in sets[split]]
        assert [record["image"] for record in records] == [[150, 28]] * 9
        if folder.name == "webdataset":
            texts = [*sets["train_records"], *sets["val_records"]]
            # It sorts archives by a hash of their names.
            assert sorted(json.loads(item["record"])["text"] for item in texts) == sorted(
                str(stored.text) for stored in dataset
            )
            continue
        for record, stored in zip(records, dataset, strict=True):
            assert stored.boxes is not None
            assert record["labels"] == list(stored.labels)
            assert record["boxes"] == coco_boxes(stored.boxes).tolist()
            assert record["index"] == stored.index


@pytest.mark.parametrize("name", FORMATS)
def test_croissant_has_hashes_provenance_and_responsible_ai(name: str, tmp_path: Path) -> None:
    out = make(tmp_path / "out", name)
    found = json.loads((out / "croissant.json").read_text("utf-8"))
    assert "http://mlcommons.org/croissant/1.1" in found["conformsTo"]
    assert found["license"] == ["https://spdx.org/licenses/CC-BY-SA-3.0.html"]
    assert "seed 7" in found["prov:wasGeneratedBy"]["prov:label"]
    assert found["prov:wasDerivedFrom"] == [{"@id": "https://yann.lecun.org/exdb/mnist/"}]
    assert found["rai:hasSyntheticData"] is True
    hashes = {
        item["contentUrl"]: item["sha256"] for item in found["distribution"] if "sha256" in item
    }
    for file, digest in hashes.items():
        assert sha256((out / file).read_bytes()).hexdigest() == digest
    if name in ("webdataset", "parquet"):
        assert len(hashes) == 3


def test_an_edited_card_is_a_note_and_is_kept(tmp_path: Path) -> None:
    out = make(tmp_path / "out")
    assert verify(str(out)).passed
    (out / "README.md").write_text("# Mine\n", "utf-8")
    (out / "croissant.json").unlink()
    result = verify(str(out), 1.0)
    assert result.passed
    assert {note.name for note in result.notes} == {"README.md", "croissant.json"}
    make(out, resume=True)
    assert (out / "README.md").read_text("utf-8") == "# Mine\n"
    assert (out / "croissant.json").exists()
    make(out, force=True)
    assert "sequences from mnist" in (out / "README.md").read_text("utf-8")


def test_cards_do_not_depend_on_the_folder(tmp_path: Path) -> None:
    one, other = make(tmp_path / "one"), make(tmp_path / "two" / "other")
    for name in ("README.md", "croissant.json"):
        assert (one / name).read_bytes() == (other / name).read_bytes()
