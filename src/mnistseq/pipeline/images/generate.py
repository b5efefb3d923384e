"""A few images of one sequence, one file each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from mnistseq.atomic import is_folder
from mnistseq.config.config import Config
from mnistseq.config.layers import Effective
from mnistseq.core.composer import Composer
from mnistseq.core.samples import Sample
from mnistseq.core.sequences import SequenceLike
from mnistseq.errors import ArgumentError, OutputError
from mnistseq.formats.encoding.images import DEFAULT_QUALITY, ImageFormat, encode_image
from mnistseq.pipeline.composers import build_composer
from mnistseq.pipeline.images.save import (
    describe_sample,
    file_name,
    numbered,
    save_sample,
    to_json,
)

_DRAWN_AT_ONCE = 128


@dataclass(frozen=True)
class Destination:
    """Where images go.

    Attributes
    ----------
    folder : Path
        A folder that is there.
    file : str or None
        Name of the one file; None: each is named for its sequence.
    kind : {'png', 'jpg', 'jpeg'}
    """

    folder: Path
    file: str | None
    kind: str

    @classmethod
    def of(cls, output: str | None, effective: Effective, count: int) -> Destination:
        """Work out what ``--output`` means: nothing, a folder or a file.

        A file's ending decides its format; ArgumentError where it has none that
        is known, where ``--format`` says otherwise, or where there is more than
        one image to put in it.
        """
        kind = effective.config.output_format
        if output is None:
            return cls(Path(), None, kind)
        path = Path(output)
        if is_folder(path) or output.endswith(("/", "\\")):
            if not is_folder(path):
                raise OutputError(f"{output}: the folder is not there; make it first")
            return cls(path, None, kind)
        if count > 1:
            raise ArgumentError(
                f"{output}: is one file, but {count} images are to be made; give a folder"
            )
        return cls(path.parent, path.name, _kind_of(path, effective))

    def places(self, sample: Sample) -> Iterator[Path]:
        """Where a sample may go: its name, then the same with numbers."""
        return numbered(self.folder / (self.file or file_name(sample.labels, self.kind)))


def _kind_of(path: Path, effective: Effective) -> str:
    kind, known = path.suffix.lstrip(".").lower(), get_args(ImageFormat)
    if kind not in known:
        raise ArgumentError(
            f"{path}: {path.suffix or 'a name without an ending'} is no image format known here; "
            f"end it in {' or '.join('.' + name for name in known)}, or give a folder that is there"
        )
    asked = effective.config.output_format
    if effective.origins["output_format"] == "option" and _is_jpeg(kind) != _is_jpeg(asked):
        raise ArgumentError(f"{path}: ends in {path.suffix}, but the format asked for is {asked}")
    return kind


def _is_jpeg(kind: str) -> bool:
    return kind != "png"


def draw(composer: Composer, sequence: SequenceLike, seed: int, count: int) -> Iterator[Sample]:
    """Draw samples 0 to ``count - 1`` of a sequence and seed."""
    if count < 1:
        raise ArgumentError(f"count {count} is too small: draw at least 1 image")
    for start in range(0, count, _DRAWN_AT_ONCE):
        number = min(_DRAWN_AT_ONCE, count - start)
        yield from composer.compose([sequence] * number, seed, start)


def generate(
    config: Config,
    sequence: SequenceLike,
    seed: int,
    count: int,
    destination: Destination,
    *,
    quality: int = DEFAULT_QUALITY,
    labels: bool = False,
    force: bool = False,
) -> Iterator[tuple[Sample, Path]]:
    """Draw images of one sequence and save them, one after the other.

    Parameters
    ----------
    config : Config
    sequence : str or iterable of labels
    seed : int
    count : int
        How many images: samples 0 to ``count - 1`` of the seed.
    destination : Destination
    quality : int
        1 to 100, for JPEG.
    labels : bool
        Put a JSON file with all that is known of an image beside it.
    force : bool
        Overwrite; otherwise the next free name is taken.

    Yields
    ------
    sample : Sample
    path : Path
        Where it was saved.

    Raises
    ------
    MnistseqError
        Nothing half-written is left behind; images already yielded stay.
    """
    composer = build_composer(config)
    places: Iterator[Path] | None = None
    for sample in draw(composer, sequence, seed, count):
        encoded = encode_image(sample.image, destination.kind, quality)
        described = to_json(describe_sample(sample, config, composer.bank)) if labels else None
        # One run of names for all, so that with force, too, no image overwrites another of this call.
        places = places or destination.places(sample)
        yield sample, save_sample(places, encoded, described, force=force)


def generate_bytes(
    config: Config, sequence: SequenceLike, seed: int, count: int, quality: int, labels: bool
) -> tuple[Sample, bytes]:
    """Draw one image of a sequence as the bytes of a file, for a stream.

    Raises
    ------
    ArgumentError
        If more than one image is wanted, or labels, for which a stream has no place.
    """
    if count != 1:
        raise ArgumentError(f"standard output takes 1 image, not {count}; give a folder")
    if labels:
        raise ArgumentError("standard output has no place for labels; give a file or a folder")
    sample = next(draw(build_composer(config), sequence, seed, 1))
    return sample, encode_image(sample.image, config.output_format, quality)
