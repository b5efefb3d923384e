"""Draw a contact sheet of what a config draws, before making a data set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from mnistseq.config.config import Config
from mnistseq.config.nested_values import with_value
from mnistseq.core.array_types import Pixels
from mnistseq.core.overlays import draw_boxes, draw_mask, enlarge
from mnistseq.core.resample import resample
from mnistseq.core.samples import Sample
from mnistseq.errors import ConfigError, ConfigFault
from mnistseq.inspection.contact_sheet.sheet import CaptionedImage, ContactSheet, Strip
from mnistseq.inspection.measures import contrast, ink_share
from mnistseq.inspection.real_pictures import pictures_in, read_picture
from mnistseq.messages import beginning
from mnistseq.pipeline.dataset.input_request import InputRequest
from mnistseq.pipeline.dataset.open_plan import make_format, open_request
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.shards.draw import draw_shard

Worst: TypeAlias = Literal["faint", "narrow", "dense"]

_READABLE_HEIGHT = 40
"""Smaller images are enlarged to at least this height in pixels."""

_LARGEST_SCALE = 4


@dataclass(frozen=True)
class Look:
    """How samples are displayed.

    Attributes
    ----------
    count : int
        Number of samples per strip.
    boxes : {'ink', 'cell'}, optional
        Boxes to draw over the images.
    masks : bool
        Whether to tint the ink of each glyph.
    worst : {'faint', 'narrow', 'dense'}, optional
        Show the faintest, narrowest or most densely inked of all drawn samples.
    among : int
        Number of samples to draw when searching for the worst ones.
    """

    count: int = 24
    boxes: Literal["ink", "cell"] | None = None
    masks: bool = False
    worst: Worst | None = None
    among: int = 1000


def preview(
    configs: Mapping[str, Config], request: InputRequest, seed: int, look: Look
) -> ContactSheet:
    """Draw the first samples that a data set of each config would have, all by the same seed.

    `configs` has each one by the title of its strip.
    """
    number = look.count if look.worst is None else look.among
    strips = []
    for title, config in configs.items():
        samples: Iterable[Sample] = first_samples(config, request, seed, number, masks=look.masks)
        if look.worst is not None:
            samples = nsmallest(look.count, samples, key=_BADNESS[look.worst])
        strips.append(Strip(title, tuple(_picture(sample, look) for sample in samples)))
    return ContactSheet(strips)


def first_samples(
    config: Config, request: InputRequest, seed: int, count: int, *, masks: bool = False
) -> Iterator[Sample]:
    """Draw the first samples of a data set without making it.

    Raises
    ------
    RequestError
        Under the same conditions as making the data set.
    """
    files = make_format("files", {"masks": masks}, config)
    with open_request(config, request, "", seed=seed, dataset_format=files) as dataset:
        plan = DatasetPlan.of(dataset)
        for task in plan.tasks({}):
            part = task.part(0, min(count, task.shard.samples))
            for batch in draw_shard(plan.spec, part):
                yield from batch
            count -= part.shard.samples
            if count <= 0:
                return


def variants(config: Config, key: str, values: Sequence[Any]) -> dict[str, Config]:
    """Return the config with each of the values for one key, by titles.

    In the path of the key numbers count the steps of a list, as in ``canvas.transform.0.strength``.
    ConfigError if the config has no such key, or a value is not allowed.
    """
    return {f"{key} = {value}": _with_value(config, key, value) for value in values}


def against(folder: Path, count: int, seed: int, height: int) -> Strip:
    """Return random pictures from a folder, scaled to a height."""
    paths = pictures_in(folder)
    chosen = np.random.default_rng(seed).permutation(len(paths))[:count]
    pictures = (
        CaptionedImage(_at_height(read_picture(path), height), beginning(path.name))
        for path in (paths[index] for index in sorted(chosen.tolist()))
    )
    return Strip(str(folder), tuple(pictures))


def _with_value(config: Config, key: str, value: Any) -> Config:
    try:
        values = with_value(config.to_dict(), key, value)
    except (LookupError, TypeError) as error:
        raise ConfigError(ConfigFault(key, "this config has no such key")) from error
    return Config.of(values)


def _picture(sample: Sample, look: Look) -> CaptionedImage:
    scale = _scale(sample.image)
    image = enlarge(sample.image, scale)
    if sample.mask is not None:
        image = draw_mask(image, enlarge(sample.mask, scale))
    if look.boxes is not None:
        boxes = sample.ink_boxes if look.boxes == "ink" else sample.boxes
        image = draw_boxes(image, boxes * scale)
    return CaptionedImage(image, beginning(sample.text))


def _scale(image: Pixels) -> int:
    return min(_LARGEST_SCALE, -(-_READABLE_HEIGHT // len(image)))


def _at_height(image: Pixels, height: int) -> Pixels:
    width = max(1, round(image.shape[1] * height / image.shape[0]))
    return resample(resample(image, 1, width), 0, height)


def _narrowness(sample: Sample) -> float:
    height, width = sample.image.shape[:2]
    return float(width / height / len(sample.labels))


_BADNESS: dict[Worst, Callable[[Sample], float]] = {
    "faint": lambda sample: contrast(sample.image),
    "narrow": _narrowness,
    "dense": lambda sample: -ink_share(sample.image),
}
