"""Running imgaug's augmenters on one picture at a time, each with its own seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.array_types import Pixels, Words
from mnistseq.errors import ConfigError
from mnistseq.imaging.imgaug_arguments import make
from mnistseq.imaging.imgaug_loading import load_imgaug, without_warnings

Segments = NDArray[np.int32]

_GLOBAL_GENERATOR = Lock()
"""imgaug has one global random generator, which only one thread may use at a time."""


@dataclass(frozen=True)
class ImgaugParameters:
    """The parameters of both transforms that run imgaug, for glyphs and for whole images."""

    augmenter: str = field(metadata={"help": "name of a class in imgaug.augmenters"})
    arguments: dict[str, Any] = field(
        default_factory=dict, metadata={"help": "the augmenter's arguments by name"}
    )

    def __post_init__(self) -> None:
        self.make()  # fails early for a bad name or argument

    def make(self) -> Augmenter:
        """Make a new augmenter: it is seeded in place, and threads may share these parameters."""
        return Augmenter(self.augmenter, self.arguments)


class Augmenter:
    """One of imgaug's augmenters.

    Parameters
    ----------
    name : str
        Of the class in `imgaug.augmenters`.
    arguments : mapping
        As in a config; see `imgaug_arguments.make`.

    Raises
    ------
    ConfigError
        If there is no augmenter of that name, or it does not accept these arguments.
    PluginError
        If imgaug or OpenCV cannot be imported.
    """

    def __init__(self, name: str, arguments: Mapping[str, Any]) -> None:
        self.name = name
        with without_warnings():
            self._augmenter = make("augmenter", name, arguments)

    def pictures(self, images: Pixels, seeds: Words) -> Pixels:
        """Augment each picture alone.

        Parameters
        ----------
        images : ndarray of uint8, shape (N, height, width) or (N, height, width, 3)
        seeds : ndarray of uint64, shape (N,)

        Returns
        -------
        ndarray of uint8
            Of the same shape.
        """
        result = np.empty_like(images)
        for index, (image, seed) in enumerate(zip(images, seeds, strict=True)):
            result[index], _ = self._augment(image, seed, None)
        return result

    def picture_with_segments(
        self, image: Pixels, segments: Segments, seed: np.uint64
    ) -> tuple[Pixels, Segments]:
        """Augment one picture, and move its segments in the same way.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width) or (height, width, 3)
        segments : ndarray of int32, shape (height, width, planes)
            Which glyph each pixel belongs to; see `track_boxes.segmented`.
        seed : uint64

        Returns
        -------
        image, segments
            Of the same shapes.
        """
        changed, moved = self._augment(image, seed, segments)
        assert moved is not None  # noqa: S101  # they were given
        return changed, moved

    def _augment(
        self, image: Pixels, seed: np.uint64, segments: Segments | None
    ) -> tuple[Pixels, Segments | None]:
        """Augment a picture; a grey one in colour if the augmenter accepts only colour."""
        try:
            return self._run(image, seed, segments)
        except ConfigError:
            raise
        except Exception as error:
            if image.ndim == 3:
                raise self._fault(error) from error
        try:
            changed, moved = self._run(np.repeat(image[..., None], 3, axis=2), seed, segments)
        except ConfigError:
            raise
        except Exception as error:
            raise self._fault(error) from error
        # Weights of ITU-R BT.601; equal channels give the same grey.
        grey = (changed @ np.array([299, 587, 114]) + 500) // 1000
        return grey.astype(np.uint8), moved

    def _run(
        self, image: Pixels, seed: np.uint64, segments: Segments | None
    ) -> tuple[Pixels, Segments | None]:
        imgaug = load_imgaug()
        moved = None
        with _GLOBAL_GENERATOR, without_warnings():
            self._seed(imgaug.random, int(seed))
            if segments is None:
                changed = self._augmenter.augment_image(image.copy())
            else:
                map_ = imgaug.SegmentationMapsOnImage(segments, shape=image.shape)
                # One call for both, so that both use the same random numbers.
                changed, after = self._augmenter.augment(image=image.copy(), segmentation_maps=map_)
                moved = after.get_arr()
        if changed.shape != image.shape:
            height, width = changed.shape[:2]
            raise ConfigError(
                f"imgaug's {self.name} changes pictures of {image.shape[1]} x {image.shape[0]} px to "
                f"{width} x {height} px, but pictures must keep their size; put it inside "
                "KeepSizeByResize"
            )
        return changed, moved

    def _seed(self, random: Any, seed: int) -> None:
        """Make everything that follows depend on `seed` and on no earlier picture."""
        words = np.random.Generator(np.random.SFC64(seed))
        # Some augmenters draw from imgaug's global generator, as do children that they do not list.
        random.get_global_rng().use_state_of_(random.RNG(words))
        self._augmenter.seed_(words)

    def _fault(self, error: Exception) -> ConfigError:
        return ConfigError(f"imgaug's {self.name} failed: {type(error).__name__}: {error}")


def blurred(image: Pixels, sigma: float) -> Pixels:
    """Blur one picture by a Gaussian of `sigma` pixels, as imgaug does."""
    changed: Pixels = load_imgaug().augmenters.blur.blur_gaussian_(image.copy(), sigma)
    return changed


def bent(image: Pixels, noise: NDArray[np.float32], alpha: float, sigma: float) -> Pixels:
    """Distort one picture elastically, as imgaug does with random numbers of its own.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    noise : ndarray of float32, shape (2, height, width)
        Displacements across and down, from -1 to 1.
    alpha : float
        Displacement in pixels for noise of 1.
    sigma : float
        Standard deviation of the Gaussian that smooths the noise, in pixels.
    """
    augmenters = load_imgaug().augmenters
    across, down = (
        augmenters.blur.blur_gaussian_(plane.copy(), sigma) * np.float32(alpha) for plane in noise
    )
    planes = image.reshape(*image.shape[:2], -1)
    changed: Pixels = augmenters.geometric.ElasticTransformation._map_coordinates(  # noqa: SLF001
        planes, across, down, order=1, cval=0, mode="constant"
    )
    return changed.reshape(image.shape)


def resized(image: Pixels, size: tuple[int, int]) -> Pixels:
    """Scale one picture to (height, width), as imgaug's Crop does to keep the size."""
    changed: Pixels = load_imgaug().imresize_single_image(image, size)
    return changed
