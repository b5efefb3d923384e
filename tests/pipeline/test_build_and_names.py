"""Config → Composer, and the names of what it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnistseq import Config, GlyphBank, build_composer
from mnistseq.atomic import publish
from mnistseq.errors import (
    ArgumentError,
    ConfigError,
    PluginError,
    SourceError,
    UnknownComponentError,
)
from mnistseq.pipeline.images.destination import Destination
from mnistseq.pipeline.images.generate import draw
from mnistseq.pipeline.images.save import file_name, numbered, save_sample


def test_every_key_reaches_the_composer(blocks: GlyphBank) -> None:
    config = Config(
        image={"width": 300, "height": 18, "crop": "ink", "polarity": "light-on-dark"},
        spacing={"type": "fixed", "subtype": "edge", "min": -3, "max": 9, "fit": "exact",
                 "align": "right"},
    )  # fmt: skip
    composer = build_composer(config, blocks)
    assert composer.bank is blocks
    assert (composer.height, composer.crop, composer.polarity) == (18, "ink", "light-on-dark")
    rule = composer.gaps
    assert type(rule.spacing).__name__ == "Fixed"
    assert (rule.subtype, rule.minimum, rule.maximum) == ("edge", -3, 9)
    assert (rule.width, rule.fit, rule.align) == (300, "exact", "right")
    assert (rule.line_width, rule.stretch_to) == (300, None)


def test_resize_stretches_and_leaves_the_gaps_free(blocks: GlyphBank) -> None:
    composer = build_composer(Config(image={"width": 300}, spacing={"fit": "resize"}), blocks)
    assert (composer.gaps.line_width, composer.gaps.stretch_to) == (None, 300)
    composer = build_composer(Config(spacing={"fit": "resize"}), blocks)
    assert (composer.gaps.line_width, composer.gaps.stretch_to) == (None, None)


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        ({"source": {"name": "mnits"}}, UnknownComponentError, "unknown source 'mnits'"),
        ({"spacing": {"type": "varable"}}, UnknownComponentError, "unknown spacing 'varable'"),
        (
            {"spacing": {"parameters": {"peak": 3}}},
            ConfigError,
            r'^spacing\.parameters\.peak: spacing "variable" has no parameters$',
        ),
        ({"source": {"name": "idx"}}, SourceError, "no images and labels of the split 'train'"),
        (
            {"source": {"name": "idx", "parameters": {"images": "a", "labels": 5}}},
            ConfigError,
            r"source\.parameters\.labels: 5 is not allowed; give a string",
        ),
        ({"source": {"path": "/nowhere"}}, SourceError, "/nowhere: no such file or folder"),
    ],
)
def test_a_config_that_cannot_be_built_is_an_error(
    values: dict[str, Any], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        build_composer(Config(**values))


@dataclass(frozen=True)
class NoBank:
    """A source that returns something other than a bank."""

    def load(self, split: str, path: str | None) -> object:
        if path is None:
            return [split]
        raise FileNotFoundError(2, "No such file or directory", path)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (None, "^source mnist gave a list, not a mnistseq.GlyphBank$"),
        ("lost.npy", r"^source mnist failed: FileNotFoundError: .*: 'lost.npy' \(test_build"),
    ],
)
def test_a_source_that_fails_is_named(
    monkeypatch: pytest.MonkeyPatch, path: str | None, message: str
) -> None:
    monkeypatch.setattr("mnistseq.sources.mnist.Mnist", NoBank)
    with pytest.raises(PluginError, match=message):
        build_composer(Config(source={"path": path}))


def test_more_samples_than_one_batch_are_drawn_the_same(blocks: GlyphBank) -> None:
    composer = build_composer(bank=blocks)
    samples = [*draw(composer, "abcd", 3, 300)]
    assert [sample.index for sample in samples] == [*range(300)]
    whole = composer.compose(["abcd"] * 300, 3)
    for sample, expected in zip(samples, whole, strict=True):
        np.testing.assert_array_equal(sample.image, expected.image)
    with pytest.raises(ArgumentError, match="count 0 is too small: draw at least 1 image"):
        next(draw(composer, "abcd", 3, 0))


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (["3", "5", "0"], "seq_350.png"),
        (["cat", "dog"], "seq_cat-dog.png"),
        (["é", "ß"], "seq_éß.png"),
    ],
)
def test_a_file_name_has_the_labels(labels: list[str], name: str) -> None:
    assert file_name(labels, "png") == name


NASTY = [
    ["/", "a"],
    ["..", "/etc/passwd"],
    ["a b", "c"],
    ["\n", "\0"],
    ["x" * 200, "y"],
    ["é" * 100, "y"],
    ["😀" * 60, "y"],
    ["*", "?"],
    ["cat,dog", "x"],
]


@pytest.mark.parametrize("labels", NASTY)
def test_file_names_are_valid_on_any_disk(tmp_path: Path, labels: list[str]) -> None:
    name = file_name(labels, "jpeg")
    assert len(name.encode()) <= 200
    assert Path(name).name == name
    (tmp_path / name).write_bytes(b"")
    assert name.startswith("seq_")
    assert name.endswith(".jpeg")


def test_different_labels_have_different_file_names() -> None:
    names = [file_name(labels, "png") for labels in [*NASTY, ["_", "a"], ["x" * 200, "z"]]]
    assert len(set(names)) == len(names)


def test_numbers_come_before_the_ending() -> None:
    names = [path.name for path in islice(numbered(Path("a/seq_1.5.png")), 3)]
    assert names == ["seq_1.5.png", "seq_1.5_1.png", "seq_1.5_2.png"]


def test_names_that_are_taken_are_skipped_without_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = ["seq_35.png", "seq_35_1.json", "seq_35_2.png"]
    for name in taken:
        (tmp_path / name).touch()
    (tmp_path / "seq_35_3.png").symlink_to("nowhere")
    asked: list[Path] = []

    def publish_noted(files: Mapping[Path, bytes], *, replace: bool) -> None:
        asked.extend(files)
        publish(files, replace=replace)

    monkeypatch.setattr("mnistseq.pipeline.images.save.publish", publish_noted)
    places = numbered(tmp_path / "seq_35.png")
    path = save_sample(places, b"image", b"labels", force=False)
    assert path.name == "seq_35_4.png"
    assert asked == [path, path.with_suffix(".json")]


def test_a_destination_is_the_current_folder_a_folder_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Destination.of(None, "jpg", 5) == Destination(Path(), None, "jpg")
    assert Destination.of(str(tmp_path), "png", 5) == Destination(tmp_path, None, "png")
    assert Destination.of("a.JPEG", "png", 1) == Destination(Path(), "a.JPEG", "jpeg")
    assert Destination.of("a.jpeg", "jpg", 1, strict=True) == Destination(Path(), "a.jpeg", "jpeg")
    assert Destination.of("new/", "png", 1) == Destination(Path("new"), None, "png")
    with pytest.raises(ArgumentError, match=r"a\.png: ends in \.png, but .* asked for is jpg"):
        Destination.of("a.png", "jpg", 1, strict=True)
    with pytest.raises(ArgumentError, match=r"a\.png: is one file, but there are 2 images"):
        Destination.of("a.png", "png", 2)
    with pytest.raises(ArgumentError, match="a name without an ending is not a known image format"):
        Destination.of("gone", "png", 1)
