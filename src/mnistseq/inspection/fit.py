"""Fit a config to unlabelled crops of handwriting, so that it draws similar images."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnistseq.config.config import Config
from mnistseq.core.amounts import Amounts
from mnistseq.core.array_types import Pixels
from mnistseq.core.samples import SampleBatch
from mnistseq.errors import ArgumentError
from mnistseq.inspection.contact_sheet.sheet import CaptionedImage, ContactSheet, Strip
from mnistseq.inspection.fitted_config import fitted_toml
from mnistseq.inspection.measure_crops import CropMeasures
from mnistseq.inspection.real_pictures import pictures_in, read_picture
from mnistseq.messages import plural
from mnistseq.pipeline.composers import build_composer

FEWEST = 10
"""Minimum number of crops; fewer say too little about their distribution."""

_MOST = 1000
"""Maximum number of crops that are measured: the first by name."""

_DRAWN = 200
_SHOWN = 24

_LARGEST = 10_000_000
"""Maximum number of pixels of a crop."""

_SEED = 1


@dataclass(frozen=True)
class FitResult:
    """A config fitted to crops, and how well it fits.

    Attributes
    ----------
    toml : str
        The config, as the content of a file.
    theirs, ours : CropMeasures
        Measures of the crops, and of images that the config draws.
    sheet : ContactSheet
        Some of the crops above some of those images.
    """

    toml: str
    theirs: CropMeasures
    ours: CropMeasures
    sheet: ContactSheet


def fit(folder: Path) -> FitResult:
    """Fit a config to the crops in a folder. Equal crops give an equal config.

    A first config follows from the measures of the crops. Blur, print and the slant of the
    glyphs themselves affect the measures, so its images are measured as well, and the
    difference is corrected once.

    Parameters
    ----------
    folder : Path
        Image files at any depth, each with one line of handwriting, dark on light.

    Raises
    ------
    ArgumentError
        If there are fewer than `FEWEST` crops, or if they have no dark ink.
    SourceError
        If the folder or a crop cannot be read.
    """
    shown: list[Pixels] = []
    try:
        theirs = CropMeasures.of(_read(folder, shown))
    except ValueError as error:
        raise ArgumentError(f"{folder}: {error}") from None
    drawn = _draw(fitted_toml(theirs, theirs))
    toml = fitted_toml(_corrected(theirs, CropMeasures.of(_greys(drawn))), theirs)
    drawn = _draw(toml)
    sheet = ContactSheet(
        [
            Strip("crops", tuple(CaptionedImage(crop) for crop in shown)),
            Strip("drawn", tuple(CaptionedImage(s.image, s.text) for s in drawn[:_SHOWN])),
        ]
    )
    return FitResult(toml, theirs, CropMeasures.of(_greys(drawn)), sheet)


def _read(folder: Path, shown: list[Pixels]) -> Iterator[Pixels]:
    """Yield the crops in a folder, sorted by path; append the first ones to `shown`."""
    paths = pictures_in(folder)
    if len(paths) < FEWEST:
        raise ArgumentError(
            f"{folder}: contains {plural(len(paths), 'image')}, too few to fit a config to; give "
            f"at least {FEWEST}, better 50"
        )
    for path in paths[:_MOST]:
        crop = read_picture(path, "L")
        if crop.size > _LARGEST:
            raise ArgumentError(
                f"{path}: has {crop.size:,} px, too many for one line of handwriting; give crops"
            )
        if len(shown) < _SHOWN:
            shown.append(crop)
        yield crop


def _draw(toml: str) -> SampleBatch:
    law = Amounts(10, tuple(range(10)), 2, 6)
    composer = build_composer(Config.of(tomllib.loads(toml)))
    return composer.compose(law.draw(_SEED, 0, _DRAWN), _SEED)


def _greys(batch: SampleBatch) -> list[Pixels]:
    return [np.ascontiguousarray(image) for image in batch.images]


def _corrected(wanted: CropMeasures, found: CropMeasures) -> CropMeasures:
    """Return measures that deviate from `wanted` as `found` does, in the opposite direction."""
    drawn = found.quantiles
    corrected = {
        name: tuple(2 * a - b for a, b in zip(target, drawn[name], strict=True))
        for name, target in wanted.quantiles.items()
    }
    return CropMeasures(wanted.crops, **corrected)
