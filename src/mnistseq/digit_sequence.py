"""DigitSequence: a drop-in replacement for the class of the older tool image_sequence."""

from __future__ import annotations

import operator
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from os import PathLike, fspath
from pathlib import Path
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from mnistseq.atomic import publish
from mnistseq.config.config import Config
from mnistseq.core.samples import to_float
from mnistseq.core.sequences import encode, split
from mnistseq.errors import ArgumentError, ArgumentTypeError, SpacingError
from mnistseq.formats.encoding.images import encode_image
from mnistseq.pipeline.composers import build_composer
from mnistseq.pipeline.glyph_loading import load_bank
from mnistseq.pipeline.images.save import file_name


class DigitSequence:
    """Draws sequences of handwritten digits, with the interface of image_sequence.

    Parameters
    ----------
    config_path : path, optional
        A config in JSON or TOML; files of the older tool work unchanged.

    Raises
    ------
    ConfigError
        If the config cannot be read or is invalid; also a ValueError and a KeyError.
    """

    def __init__(self, config_path: str | PathLike[str] | None = None) -> None:
        self._config = Config() if config_path is None else Config.load(config_path)
        self._composer = build_composer(self._config, load_bank(self._config))

    def generate_numbers_sequence(
        self,
        digits: Iterable[int | str],
        spacing_range: Sequence[SupportsIndex],
        image_width: SupportsIndex,
        seed: int | None = None,
        fit: str | None = None,
    ) -> NDArray[np.float32]:
        """Draw one image of a sequence.

        Parameters
        ----------
        digits : iterable of int
            A list, a range, an array or another iterable; or a string such as ``"350"``.
        spacing_range : pair of int
            Smallest and largest gap in pixels, both ends included.
        image_width : int
            Width in pixels.
        seed : int, optional
            The same seed draws the same image; by default every call draws a different one.
        fit : {'pad', 'exact', 'resize'}, optional
            How the line is fitted to the width; by default as in the config.

        Returns
        -------
        ndarray of float32, shape (28, image_width)
            Values from 0, black, to 1, white.

        Raises
        ------
        ArgumentTypeError
            If a number is not whole; also a TypeError.
        ArgumentError
            If a range or the width is invalid; also a ValueError.
        LabelError
            If there is no digit, or the source does not have one; also a ValueError and a
            KeyError.
        SpacingError
            If the gaps or the width are impossible, or a single digit has no gap; also a
            ValueError and a RuntimeError.
        """
        spacing: dict[str, Any] = asdict(self._config.spacing)
        spacing["min"], spacing["max"] = _pair(spacing_range)
        image = {**asdict(self._config.image), "width": _whole(image_width, "image_width")}
        if fit is not None:
            spacing["fit"] = fit
        config = Config(
            source=self._config.source,
            image=image,
            spacing=spacing,
            canvas=self._config.canvas,
            output_format=self._config.output_format,
        )
        gaps = build_composer(config, self._composer.bank).gaps
        seed = secrets.randbits(63) if seed is None else _whole(seed, "seed")
        sequences = encode([_listed(digits)], self._composer.bank.alphabet)
        if not gaps.count(int(sequences.lengths[0])):
            raise SpacingError(
                "one glyph has no gap between glyphs: take two or more, or subtype edge, which "
                "puts a gap on either side"
            )
        return to_float(self._composer.compose(sequences, seed, gaps=gaps).images[0])

    def save_image(
        self,
        image: NDArray[np.floating[Any]] | NDArray[np.uint8],
        digits: Iterable[int | str],
        save_dir: str | PathLike[str] = "./",
    ) -> str:
        """Save an image as ``seq_`` and its digits, in the config's output format.

        An existing file of that name is overwritten, as in the older tool.

        Parameters
        ----------
        image : ndarray of float or uint8, shape (height, width) or (height, width, 3)
            Floats from 0, black, to 1, white; or uint8 from 0 to 255.
        digits : iterable of int
        save_dir : path
            An existing folder.

        Returns
        -------
        str
            Path of the file.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        labels = split(_listed(digits), self._composer.bank.alphabet)
        image_format = self._config.output_format
        path = Path(save_dir) / file_name(labels, image_format)
        publish({path: encode_image(_to_pixels(image), image_format)}, replace=True)
        return fspath(path)


def _listed(digits: Iterable[int | str]) -> str | list[int | str]:
    if isinstance(digits, str):
        return digits  # its commas separate labels
    try:
        return list(digits)
    except TypeError:
        raise ArgumentTypeError(
            f"digits must be an iterable such as [3, 5, 0], not {digits!r}"
        ) from None


def _pair(spacing_range: Sequence[SupportsIndex]) -> tuple[int, int]:
    try:
        low, high = spacing_range
    except TypeError:
        raise ArgumentTypeError(
            f"spacing_range must be a pair such as (0, 20), not {spacing_range!r}"
        ) from None
    except ValueError:
        raise ArgumentError(
            f"spacing_range must have two numbers, as in (0, 20), not {spacing_range!r}"
        ) from None
    return _whole(low, "spacing_range"), _whole(high, "spacing_range")


def _whole(value: SupportsIndex, name: str) -> int:
    try:
        whole = operator.index(value)
    except TypeError:
        whole = None
    if whole is None or isinstance(value, bool | np.bool_):
        raise ArgumentTypeError(f"{name}: {value!r} is not a whole number")
    return whole


def _to_pixels(image: NDArray[Any]) -> NDArray[np.uint8]:
    pixels = np.asarray(image)
    if pixels.ndim not in (2, 3) or 0 in pixels.shape or pixels.shape[2:] not in ((), (3,)):
        raise ArgumentError(
            f"an image has shape (height, width) or (height, width, 3), not {pixels.shape}"
        )
    if pixels.dtype == np.uint8:
        return pixels
    if not np.issubdtype(pixels.dtype, np.floating):
        raise ArgumentTypeError(
            f"an image is float from 0 to 1 or uint8 from 0 to 255, not {pixels.dtype}"
        )
    if not (pixels.min() >= 0 and pixels.max() <= 1):
        raise ArgumentError(
            f"the values of a float image must be from 0 to 1, not {pixels.min()} to {pixels.max()}"
        )
    rounded: NDArray[np.uint8] = np.rint(pixels * 255).astype(np.uint8)
    return rounded
