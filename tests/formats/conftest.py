"""Data sets to read back, with labels that readers could mistake for something else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnistseq import Composer, GlyphBank
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.samples import Sample
from mnistseq.pipeline.shards.layout import ShardLayout, splits_of
from mnistseq.spacings.variable import Variable

TRICKY = ("010", "0" * 30, "NA", "null", "1,NA,0", "007")
"""Texts that readers could take for numbers, for missing values, or for a number too large."""

SHARD = 4

TERMS = [LicenceTerms("CC-BY-4.0", "Someone, Blocks")]


@dataclass(frozen=True)
class Made:
    """A data set of two shards.

    Attributes
    ----------
    folder : Path
    shards : list of str
    samples : list of Sample
    """

    folder: Path
    shards: list[str]
    samples: list[Sample]

    @property
    def texts(self) -> list[str]:
        return [sample.text for sample in self.samples]

    @property
    def paths(self) -> list[Path]:
        return [self.folder / shard for shard in self.shards]


@pytest.fixture(scope="session")
def tricky() -> GlyphBank:
    """Return solid blocks labelled 0, 1, 7, NA and null, by two writers."""
    pixels = np.zeros((10, 8, 9), dtype=np.uint8)
    for glyph in range(10):
        pixels[glyph, glyph % 3 : 8 - glyph % 2, 1 : 8 - glyph % 4] = 60 + 20 * glyph
    writers = np.arange(10) // 5
    return GlyphBank(
        pixels, np.arange(10) % 5, ("0", "1", "7", "NA", "null"), "tricky", writers=writers
    )


@pytest.fixture
def make(tricky: GlyphBank, tmp_path: Path) -> Callable[..., Made]:
    """Return a function that writes a data set in shards of four samples, as a run would."""

    def made(
        dataset_format: Any,
        texts: tuple[str, ...] = TRICKY,
        width: int | None = 300,
        name: str = "set",
    ) -> Made:
        composer = Composer(tricky, GapRule(Variable(), "edge", minimum=0, maximum=3, width=width))
        requests = [
            text.split(",") if text[0] in "Nn" or "," in text else list(text) for text in texts
        ]
        folder, shards, samples = tmp_path / name, [], []
        layout = ShardLayout(
            splits_of(("train",), (len(texts),)),
            SHARD,
            dataset_format.suffix,
            dataset_format.folder,
        )
        for number, start in enumerate(range(0, len(texts), SHARD)):
            batch = composer.compose(
                requests[start : start + SHARD],
                2**64 - 1,
                start,
                masks=dataset_format.needs_masks,
            )
            shards.append(layout[number].name)
            (folder / shards[-1]).parent.mkdir(parents=True, exist_ok=True)
            dataset_format.write_shard([batch], folder / shards[-1])
            samples += list(batch)
        finished = folder / "finished"
        finished.mkdir()
        dataset_format.finish(shards, lambda file: (folder / file).open("rb"), finished, TERMS)
        for file in sorted(finished.rglob("*")):
            if file.is_file():
                file.rename(folder / file.relative_to(finished))
        shutil.rmtree(finished)
        return Made(folder, shards, samples)

    return made


@pytest.fixture(scope="session")
def python_with(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Path]:
    """Return a function that makes environments for readers with conflicting dependencies.

    They are kept between runs. Skips the test if the packages cannot be installed.
    """

    def python_with(*packages: str) -> Path:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        name = f"{'-'.join(packages).replace('==', '-')}-{version}"
        cache = getattr(pytestconfig, "cache", None)
        folder = cache.mkdir(name) if cache else tmp_path_factory.mktemp(name)
        python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        ready = folder / "ready"
        if not ready.exists():
            venv.create(folder, with_pip=True, clear=True)
            install = [python, "-m", "pip", "install", "-q", *packages]
            run = subprocess.run(install, capture_output=True, text=True, check=False)
            if run.returncode:
                pytest.skip(f"{' and '.join(packages)} cannot be installed: {run.stderr[-500:]}")
            ready.touch()
        return Path(python)

    return python_with
