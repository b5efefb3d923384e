"""Several sources in one config, and glyphs that are never drawn: from the config to the data set."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tests.datasets import contents, make, manifest, plan, random_input, row_input

from mnistseq import Composer, Config, GlyphBank, build_composer, load_bank
from mnistseq.core.random_sequences import RandomSequences
from mnistseq.errors import ArgumentError, ConfigError, DatasetExistsError, SourceError
from mnistseq.executors.processes import Processes
from mnistseq.pipeline.composers import plugin_packages
from mnistseq.pipeline.dataset.existing import ExistingDataset
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.dataset.run import run_dataset

Source = list[Any]


@pytest.fixture
def slash(tmp_path: Path) -> Path:
    """A folder with one picture, of a slash."""
    folder = tmp_path / "symbols"
    (folder / "slash").mkdir(parents=True)
    picture = Image.new("L", (40, 60), 255)
    ImageDraw.Draw(picture).line((5, 55, 35, 5), fill=0, width=5)
    picture.save(folder / "slash" / "1.png")
    (folder / "names.csv").write_text("slash,/\n")
    return folder


@pytest.fixture
def digits_and_slash(slash: Path) -> Source:
    return [
        {"name": "mnist", "split": "test"},
        {"name": "image-folder", "path": str(slash), "parameters": {"classes": "names.csv"}},
    ]


def test_a_date_needs_one_picture_of_a_slash(digits_and_slash: Source) -> None:
    composer = build_composer({"source": digits_and_slash, "spacing": {"max": 3}})
    assert composer.bank.alphabet == (*"0123456789", "/")
    assert (len(composer.bank), composer.bank.height) == (10_001, 28)
    (sample,) = composer.compose(["06/12/1987"], seed=1)
    assert sample.text == "06/12/1987"
    assert (sample.glyph_ids[[2, 5]] == 10_000).all()
    # The slash leans to the right: its upper half has ink further to the right than its lower.
    x0, _, x1, _ = sample.boxes[2]
    columns = [np.flatnonzero((half[:, x0:x1] < 128).any(axis=0)) for half in
               (sample.image[:14], sample.image[14:])]  # fmt: skip
    assert columns[0].mean() > columns[1].mean() + 4
    # The digits are drawn as by their source alone.
    digit = load_bank({"source": {"split": "test"}}).pixels[sample.glyph_ids[0]]
    x0, _, x1, _ = sample.boxes[0]
    assert np.array_equal(255 - sample.image[:, x0:x1], digit)


def test_the_union_is_mapped_from_the_cache(digits_and_slash: Source) -> None:
    first = load_bank({"source": digits_and_slash})
    again = load_bank({"source": digits_and_slash})
    for bank in (first, again):
        assert isinstance(bank.pixels, np.memmap)
    assert first.fingerprint == again.fingerprint != ""
    reverse = load_bank({"source": digits_and_slash[::-1]})
    assert reverse.fingerprint != first.fingerprint
    assert reverse.height == 60


def test_without_a_cache_the_union_is_the_same(
    digits_and_slash: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = load_bank({"source": digits_and_slash})
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MNISTSEQ_CACHE", str(tmp_path / "file"))
    bank = load_bank({"source": digits_and_slash})
    assert not isinstance(bank.pixels, np.memmap)
    assert bank.fingerprint == cached.fingerprint
    assert np.array_equal(bank.pixels, cached.pixels)
    assert np.array_equal(bank.widths, cached.widths)


def test_weights_are_part_of_the_fingerprint() -> None:
    def fingerprint(*weights: float | None) -> str:
        source = [{"name": "mnist", "split": "test", "weight": weight} for weight in weights]
        return load_bank({"source": source}).fingerprint

    prints = [fingerprint(None, None), fingerprint(1, 1), fingerprint(2, 1), fingerprint(2, None)]
    assert prints[2] == prints[3]
    assert len(set(prints)) == 3


def test_a_source_without_the_split_that_another_has_gives_all_its_glyphs(
    tmp_path: Path, slash: Path
) -> None:
    arrays = tmp_path / "arrays.npz"
    ones = np.full((3, 28, 28), 200, np.uint8)
    np.savez(arrays, x_train=ones, y_train=np.arange(3), x_val=ones[:2], y_val=np.arange(2))
    entry = {"name": "image-folder", "path": str(slash), "split": "test",
             "parameters": {"classes": "names.csv"}}  # fmt: skip
    source = [
        {"name": "mnist", "split": "test"},
        entry,
        {"name": "npz", "path": str(arrays), "split": "test"},
    ]
    bank = load_bank({"source": source})
    assert bank.alphabet == (*"0123456789", "/")
    assert len(bank) == 10_000 + 1 + 5


def test_a_split_that_no_source_has_is_an_error() -> None:
    source = [{"name": "mnist", "split": "tset"}, "mnist"]
    with pytest.raises(ArgumentError, match="source mnist has no split 'tset'"):
        load_bank({"source": source})


def test_sources_that_are_at_fault_are_named_by_their_position() -> None:
    source = ["mnist", {"name": "emnist", "parameters": {"varant": 3}}]
    with pytest.raises(ConfigError, match=r"^source\[1\]\.parameters\.varant: .* mean 'variant'"):
        load_bank({"source": source})


def test_every_source_counts_for_the_plugins(digits_and_slash: Source) -> None:
    assert plugin_packages(Config(source=digits_and_slash)) == {}


def test_a_pickled_composer_of_several_sources_names_them(digits_and_slash: Source) -> None:
    digits_and_slash[0]["weight"] = 3
    composer = build_composer({"source": digits_and_slash})
    pickled = pickle.dumps(composer)
    assert len(pickled) < 10_000
    again: Composer = pickle.loads(pickled)  # noqa: S301
    one, other = (each.compose(["1/2"] * 9, seed=4) for each in (composer, again))
    assert one.flat_glyph_ids.tolist() == other.flat_glyph_ids.tolist()
    for pair in zip(one.images, other.images, strict=True):
        assert np.array_equal(*pair)


def config_of(source: object, **keys: Any) -> dict[str, Any]:
    return {"source": source, "image": {"width": 300}, **keys}


def dates(samples: int = 30) -> RandomInput:
    return RandomInput(RandomSequences(11, 3, 6), samples)


def test_a_data_set_of_several_sources_is_made_by_several_processes_and_again(
    tmp_path: Path, digits_and_slash: Source
) -> None:
    config = config_of(digits_and_slash)
    planned = plan(tmp_path / "one", dates(), config=config)
    run_dataset(planned, Processes(jobs=2))
    assert manifest(tmp_path / "one")["source"]["name"] == "mnist + image-folder symbols"
    finished = FinishedDataset.open(str(tmp_path / "one"))
    with finished.plan(str(tmp_path / "two"), fetch=True) as again:
        run_dataset(again, Processes(jobs=1))
        finished.compare(again)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_data_set_of_several_sources_is_resumed_unless_they_differ(
    tmp_path: Path, digits_and_slash: Source
) -> None:
    root = tmp_path / "set"
    make(plan(root, dates(), config=config_of(digits_and_slash)))
    existing = ExistingDataset.read(str(root))
    existing.require(plan(root, dates(), config=config_of(digits_and_slash)), resume=True)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(digits_and_slash[1]["path"], elsewhere)
    moved = [digits_and_slash[0], {**digits_and_slash[1], "path": str(elsewhere)}]
    existing.require(plan(root, dates(), config=config_of(moved)), resume=True)
    weighted = [{**digits_and_slash[0], "weight": 2}, digits_and_slash[1]]
    with pytest.raises(DatasetExistsError, match=r"resumed: the list of sources is different\n"):
        existing.require(plan(root, dates(), config=config_of(weighted)), resume=True)


@pytest.mark.parametrize("disjoint", ["glyph", "writer"])
def test_splits_have_no_glyph_and_no_writer_in_common(
    tmp_path: Path, slash: Path, shared_data: Path, disjoint: str
) -> None:
    qmnist = {"name": "qmnist", "path": str(shared_data / "qmnist")}
    symbols: dict[str, Any] = {
        "name": "image-folder", "path": str(slash), "parameters": {"classes": "names.csv"},
    }  # fmt: skip
    if disjoint == "glyph":
        for number in range(2, 7):
            shutil.copy(slash / "slash" / "1.png", slash / "slash" / f"{number}.png")
    config = config_of({"mix": [qmnist, symbols], "writer": "one"})
    root = tmp_path / "set"
    given = row_input(tmp_path / "rows.csv", "06/12\n" * 120)
    shares = "train=0.5,val=0.5"
    make(plan(root, given, config=config, format_name="npy", split=shares, disjoint=disjoint))
    writers: dict[str, set[int]] = {}
    glyphs: dict[str, set[int]] = {}
    for split in ("train", "val"):
        for name, found in (("writers", writers), ("glyph_ids", glyphs)):
            columns = [np.load(path).ravel() for path in (root / split).glob(f"*/{name}.npy")]
            found[split] = set(np.concatenate(columns).tolist())
    assert all(-1 in each for each in writers.values())
    if disjoint == "writer":
        assert writers["train"] & writers["val"] == {-1}
    else:
        assert not glyphs["train"] & glyphs["val"]


def test_excluded_glyphs_are_never_drawn(mnist: GlyphBank) -> None:
    kept = 20
    sevens = np.flatnonzero(mnist.codes == 7)
    config = {"source": {"exclude": sevens[kept:].tolist()}}
    bank = load_bank(config)
    assert bank.fingerprint == mnist.fingerprint
    batch = build_composer(config).compose(["77777"] * 50, seed=2)
    assert set(batch.flat_glyph_ids.tolist()) == set(sevens[:kept].tolist())
    assert len(pickle.dumps(build_composer(config))) < 60_000
    again: GlyphBank = pickle.loads(pickle.dumps(bank))  # noqa: S301
    assert again.by_label.number[7] == kept


def test_ids_of_several_sources_are_those_of_the_union(digits_and_slash: Source) -> None:
    twice = [*digits_and_slash, digits_and_slash[1]]
    config = {"source": {"mix": twice, "exclude": [10_000]}}
    batch = build_composer(config).compose(["1/2"] * 20, seed=2)
    assert set(batch.flat_glyph_ids[1::3].tolist()) == {10_001}


def test_ids_that_do_not_exist_and_labels_that_keep_no_glyph_are_errors(
    digits_and_slash: Source, mnist: GlyphBank
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_bank({"source": {"exclude": [5, 60_000]}})
    assert str(caught.value) == (
        "source.exclude: glyph 60000 does not exist; source mnist has glyphs 0 to 59999"
    )
    with pytest.raises(ConfigError, match="leaves no glyph of label '/'; exclude fewer glyphs"):
        load_bank({"source": {"mix": digits_and_slash, "exclude": [10_000]}})
    threes = np.flatnonzero(mnist.codes == 3).tolist()
    with pytest.raises(ConfigError, match="leaves no glyph of label '3'"):
        load_bank({"source": {"exclude": threes}})


def test_a_data_set_records_excluded_ids_and_does_not_need_their_file(tmp_path: Path) -> None:
    ids = tmp_path / "ids.txt"
    ids.write_text("7\n3  # a seven\n")
    make(plan(tmp_path / "one", random_input(20), config=config_of({"exclude": str(ids)})))
    assert manifest(tmp_path / "one")["config"]["source"]["exclude"] == [3, 7]
    ids.unlink()
    finished = FinishedDataset.open(str(tmp_path / "one"))
    with finished.plan(str(tmp_path / "two")) as again:
        run_dataset(again, Processes(jobs=1))
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    make(plan(tmp_path / "three", random_input(20), config=config_of({})))
    existing = ExistingDataset.read(str(tmp_path / "one"))
    planned = plan(tmp_path / "one", random_input(20), config=config_of({}))
    with pytest.raises(DatasetExistsError, match=r"source\.exclude was 3, 7, now not set\n"):
        existing.require(planned, resume=True)


def test_a_manifest_cannot_name_a_file_of_ids(tmp_path: Path) -> None:
    make(plan(tmp_path / "set", random_input(20), config=config_of({"exclude": [3]})))
    path = tmp_path / "set" / "manifest.json"
    values = json.loads(path.read_text())
    values["config"]["source"]["exclude"] = "/dev/stdin"
    path.write_text(json.dumps(values))
    finished = FinishedDataset.open(str(tmp_path / "set"))
    with (
        pytest.raises(ConfigError, match=r"source\.exclude: is not a list of glyph ids"),
        finished.plan(str(tmp_path / "two")),
    ):
        pass


def test_the_manifest_of_a_single_source_has_no_new_keys(tmp_path: Path) -> None:
    make(plan(tmp_path / "set", random_input(20), config=config_of({})))
    text = json.dumps(manifest(tmp_path / "set")["config"]["source"])
    assert text == (
        '{"name": "mnist", "split": "train", "path": null, "writer": "any", "parameters": {}}'
    )


def test_a_missing_folder_of_one_source_is_named(digits_and_slash: Source) -> None:
    digits_and_slash[1]["path"] = "nope"
    with pytest.raises(SourceError, match="nope"):
        load_bank({"source": digits_and_slash})
