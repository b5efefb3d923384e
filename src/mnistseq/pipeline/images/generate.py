"""Draw and save images of one sequence, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mnistseq.config.config import Config
from mnistseq.core.composer import Composer
from mnistseq.core.samples import Sample
from mnistseq.core.sequences import SequenceLike
from mnistseq.errors import ArgumentError
from mnistseq.formats.encoding.images import DEFAULT_QUALITY, encode_image
from mnistseq.pipeline.composers import build_composer
from mnistseq.pipeline.images.destination import Destination
from mnistseq.pipeline.images.save import describe_sample, save_sample, to_json

_BATCH = 128
"""Number of samples drawn in one call."""


def draw(composer: Composer, sequence: SequenceLike, seed: int, count: int) -> Iterator[Sample]:
    """Draw samples 0 to ``count - 1`` of a sequence and seed."""
    if count < 1:
        raise ArgumentError(f"count {count} is too small: draw at least 1 image")
    for start in range(0, count, _BATCH):
        samples = min(_BATCH, count - start)
        yield from composer.compose([sequence] * samples, seed, start)


def generate(
    config: Config,
    sequence: SequenceLike,
    seed: int,
    count: int,
    destination: Destination,
    *,
    quality: int | None = None,
    metadata: bool = False,
    force: bool = False,
) -> Iterator[tuple[Sample, Path]]:
    """Draw and save images of one sequence, one after the other.

    Parameters
    ----------
    count : int
        Number of images: samples 0 to ``count - 1`` of the seed.
    quality : int, optional
        Quality of JPEG, 1 to 100.
    metadata : bool
        Whether to save a JSON file with labels and boxes beside each image.
    force : bool
        Whether to overwrite existing files. By default the next free name is used, and a file
        named by the destination must not exist.

    Yields
    ------
    sample : Sample
    path : Path
        Path of the image.

    Raises
    ------
    MnistseqError
        No unfinished file is left, and images yielded earlier are kept.
    """
    quality = _checked_quality(quality, destination.image_format)
    if not force:
        destination.check_free(metadata=metadata)
    composer = build_composer(config)
    paths: Iterator[Path] | None = None
    for sample in draw(composer, sequence, seed, count):
        encoded = encode_image(sample.image, destination.image_format, quality)
        described = to_json(describe_sample(sample, config, composer.bank)) if metadata else None
        destination.create_folder()
        # All images share one iterator, so that even with force none overwrites another.
        paths = paths or destination.paths(sample)
        yield sample, save_sample(paths, encoded, described, force=force)


def generate_bytes(
    config: Config,
    sequence: SequenceLike,
    seed: int,
    count: int,
    quality: int | None = None,
    *,
    metadata: bool = False,
) -> tuple[Sample, bytes]:
    """Draw one image of a sequence, encoded as a file for standard output.

    ArgumentError if there are several images, or metadata is requested.
    """
    quality = _checked_quality(quality, config.output_format)
    if count != 1:
        raise ArgumentError(f"standard output takes 1 image, not {count}; give a folder")
    if metadata:
        raise ArgumentError("standard output has no room for metadata; give a file or a folder")
    sample = next(draw(build_composer(config), sequence, seed, 1))
    return sample, encode_image(sample.image, config.output_format, quality)


def _checked_quality(quality: int | None, image_format: str) -> int:
    if quality is None:
        return DEFAULT_QUALITY
    if image_format == "png":
        raise ArgumentError(
            f"quality {quality} applies only to JPEG, and the image format is png; choose jpg"
        )
    return quality
