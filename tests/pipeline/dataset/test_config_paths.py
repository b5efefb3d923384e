"""A manifest names no path of the machine, and its files are found where they are now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.datasets import contents, make, plan, random_input

from mnistseq import Config
from mnistseq.errors import (
    ArgumentError,
    ConfigError,
    DatasetExistsError,
    MissingPathError,
    NotAllowedError,
    SourceError,
)
from mnistseq.executors.serial import Serial
from mnistseq.pipeline.dataset.config_paths import locate, paths_in, without_machine
from mnistseq.pipeline.dataset.existing import ExistingDataset
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.run import run_dataset
from mnistseq.pipeline.verify.check import verify

SOURCE, PAPER = "source.path", "canvas.transform[0].folder"


def config_of(paper: Path | str, glyphs: Path | str) -> dict[str, Any]:
    return {
        "source": {"name": "npz", "path": str(glyphs)},
        "canvas": {"transform": [{"name": "paper-picture", "folder": str(paper)}]},
    }


def draw_inputs(folder: Path, shade: int = 9) -> Path:
    """Make glyphs and paper in a folder; return it."""
    (folder / "paper").mkdir(parents=True)
    Image.new("L", (40, 40), 200 + shade).save(folder / "paper" / "sheet.png")
    pixels = np.arange(20 * 64, dtype=np.uint8).reshape(20, 8, 8)
    np.savez(folder / "few.npz", x_train=pixels, y_train=np.arange(20) % 10)
    return folder


def made(root: Path, inputs: Path) -> FinishedDataset:
    config = config_of(inputs / "paper", inputs / "few.npz")
    make(plan(root, random_input(4), config=config))
    return FinishedDataset.open(str(root))


def test_a_data_set_is_moved_together_with_its_inputs(tmp_path: Path) -> None:
    project = tmp_path / "project"
    made(project / "set", draw_inputs(project))
    assert str(tmp_path) not in (project / "set" / "manifest.json").read_text()
    project.rename(tmp_path / "moved")
    root, again = tmp_path / "moved" / "set", tmp_path / "moved" / "again"
    assert verify(str(root), 1.0, fetch=True).passed
    finished = FinishedDataset.open(str(root))
    with finished.plan(str(again), fetch=True) as planned:
        run_dataset(planned, Serial())
    assert contents(again) == contents(root)
    with pytest.raises(NotAllowedError, match=r"would use .*few.npz, .*paper, outside of the"):
        verify(str(root), 1.0)


def test_files_in_the_data_set_itself_move_with_it(tmp_path: Path) -> None:
    inputs = draw_inputs(tmp_path / "inputs")
    root = tmp_path / "sets" / "set"
    made(root, inputs)
    inside = inputs.rename(root / "inputs")
    config = config_of(inside / "paper", inside / "few.npz")
    make(plan(root, random_input(4), config=config), force=True)
    root = root.rename(tmp_path / "moved")
    assert verify(str(root), 1.0, fetch=True).passed


def test_the_paths_of_files_elsewhere_are_asked_for(tmp_path: Path) -> None:
    inputs = draw_inputs(tmp_path / "inputs")
    root = tmp_path / "sets" / "set"
    made(root, inputs)
    assert str(tmp_path) not in (root / "manifest.json").read_text()
    with pytest.raises(MissingPathError) as caught:
        verify(str(root), 1.0, fetch=True)
    assert str(caught.value) == (
        f"{root}: was made with files that are not in it; give their paths here: "
        f"{SOURCE} (was few.npz), {PAPER} (was paper)"
    )
    assert caught.value.keys == (SOURCE, PAPER)
    given = {SOURCE: str(inputs / "few.npz"), PAPER: str(inputs / "paper")}
    assert verify(str(root), 1.0, paths=given).passed
    other = draw_inputs(tmp_path / "others", shade=3)
    with pytest.raises(SourceError, match=r"paper \(canvas.*\) has other contents than when the"):
        verify(str(root), 1.0, paths=given | {PAPER: str(other / "paper")})
    with pytest.raises(ArgumentError, match=r"^spacing.max is not a path in the manifest; it has"):
        verify(str(root), 1.0, paths=given | {"spacing.max": "3"})


def test_a_data_set_is_resumed_with_moved_inputs_unless_they_differ(tmp_path: Path) -> None:
    inputs = draw_inputs(tmp_path / "inputs")
    root = tmp_path / "sets" / "set"
    made(root, inputs)
    existing = ExistingDataset.read(str(root))

    def resume(folder: Path) -> None:
        config = config_of(folder / "paper", folder / "few.npz")
        existing.require(plan(root, random_input(4), config=config), resume=True)

    resume(inputs.rename(tmp_path / "sets" / "beside"))
    with pytest.raises(DatasetExistsError, match=r"the files of canvas.*folder are different"):
        resume(draw_inputs(tmp_path / "others", shade=3))


def test_names_beside_the_files_of_a_source_remain(tmp_path: Path) -> None:
    idx = {"name": "idx", "path": str(tmp_path), "parameters": {"images": "a", "labels": "/b"}}
    config = Config(source=[idx, "mnist"])
    assert list(paths_in(config)) == [
        ("source[0].path", str(tmp_path)),
        ("source[0].parameters.labels", "/b"),
    ]
    with pytest.raises(ConfigError, match=r"parameters.labels: /b cannot be read: No such file"):
        without_machine(config, str(tmp_path / "set"))


def test_the_only_path_of_several_sources_needs_no_number(tmp_path: Path) -> None:
    inputs = draw_inputs(tmp_path / "inputs")
    npz = {"name": "npz", "path": str(inputs / "few.npz")}
    root = str(tmp_path / "sets" / "set")
    make(plan(root, random_input(4), config={"source": ["mnist", npz]}))
    manifest = FinishedDataset.open(root).manifest
    for key in (SOURCE, "source[1].path"):
        located = locate(manifest, root, {key: "here.npz"})
        assert located.values["source"]["mix"][1]["path"] == "here.npz"
        assert located.allowed == {"source[1].path"}
    make(plan(root, random_input(4), config={"source": [npz, npz]}), force=True)
    manifest = FinishedDataset.open(root).manifest
    with pytest.raises(ArgumentError, match=r"2 sources, and 2 of them have a path: give each by"):
        locate(manifest, root, {SOURCE: "here.npz"})
