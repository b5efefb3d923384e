"""The one place that touches imgaug, imported by nobody who does not ask for it.

imgaug 0.4.0 is its last release. It was written for NumPy 1 and reads names
that NumPy 2 has no more; they are lent to it here, to it alone, and nobody
else's NumPy changes.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from inspect import isabstract
from threading import Lock
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.arrays import Pixels, Words
from mnistseq.errors import ConfigError, PluginError

_KINDS = "augmenter", "parameter", "helper"

Segments = NDArray[np.int32]

_LOADING = Lock()
_TURN = Lock()
"""imgaug has one global generator of random numbers; whoever draws owns it meanwhile."""

_NEEDS = (
    "imgaug draws through OpenCV, which does not import here: {error}. "
    "On Debian and Ubuntu: apt-get install libgl1 libglib2.0-0 libxcb1; or, where nothing has a "
    "screen: pip uninstall opencv-python && pip install opencv-python-headless"
)


class Augmenter:
    """One of imgaug's augmenters that draws each picture by a seed of its own.

    Parameters
    ----------
    name : str
        Of the class in `imgaug.augmenters`.
    arguments : mapping
        As in a config: see `_argument` for what stands for what.

    Raises
    ------
    ConfigError
        If there is none of that name, or it does not take these arguments.
    PluginError
        If imgaug or OpenCV does not import.
    """

    def __init__(self, name: str, arguments: Mapping[str, Any]) -> None:
        self.name = name
        with _quiet():
            self._augmenter = _made("augmenter", name, arguments)

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
        for place, (image, seed) in enumerate(zip(images, seeds, strict=True)):
            result[place], _ = self._augmented(image, seed, None)
        return result

    def picture_with_segments(
        self, image: Pixels, segments: Segments, seed: np.uint64
    ) -> tuple[Pixels, Segments]:
        """Augment one picture, and with it the numbers of what is where on it.

        Parameters
        ----------
        image : ndarray of uint8, shape (height, width) or (height, width, 3)
        segments : ndarray of int32, shape (height, width, planes)
        seed : uint64

        Returns
        -------
        image, segments
            Of the same shapes.
        """
        changed, moved = self._augmented(image, seed, segments)
        assert moved is not None  # noqa: S101  # as many come out as go in
        return changed, moved

    def _augmented(
        self, image: Pixels, seed: np.uint64, segments: Segments | None
    ) -> tuple[Pixels, Segments | None]:
        """Grey pictures as they are, or in colours for an augmenter that knows nothing else."""
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
        # Weights of ITU-R BT.601; equal channels give that very grey.
        grey = (changed @ np.array([299, 587, 114]) + 500) // 1000
        return grey.astype(np.uint8), moved

    def _run(
        self, image: Pixels, seed: np.uint64, segments: Segments | None
    ) -> tuple[Pixels, Segments | None]:
        imgaug = _imgaug()
        moved = None
        with _TURN, _quiet():
            self._seed(imgaug.random, int(seed))
            if segments is None:
                changed = self._augmenter.augment_image(image.copy())
            else:
                carried = imgaug.SegmentationMapsOnImage(segments, shape=image.shape)
                # One call for both: what is sampled is sampled once.
                changed, after = self._augmenter.augment(
                    image=image.copy(), segmentation_maps=carried
                )
                moved = after.get_arr()
        if changed.shape != image.shape:
            height, width = changed.shape[:2]
            raise ConfigError(
                f"imgaug's {self.name} makes {width} x {height} px of {image.shape[1]} x "
                f"{image.shape[0]} px; pictures keep their size here: put it inside KeepSizeByResize"
            )
        return changed, moved

    def _seed(self, random: Any, seed: int) -> None:
        """Make all that follows depend on `seed`, and on no picture before."""
        words = np.random.Generator(np.random.SFC64(seed))
        # A few augmenters hide their children, and some draw from imgaug's global generator.
        random.get_global_rng().use_state_of_(random.RNG(words))
        self._augmenter.seed_(words)

    def _fault(self, error: Exception) -> ConfigError:
        return ConfigError(
            f"imgaug's {self.name} cannot draw this: {type(error).__name__}: {error}"
        )


def augmenter_names() -> list[str]:
    """Every augmenter of the installed imgaug."""
    return sorted(_classes("augmenter"))


def blurred(image: Pixels, sigma: float) -> Pixels:
    """Smooth one picture by a Gaussian of `sigma` pixels, as imgaug does."""
    changed: Pixels = _imgaug().augmenters.blur.blur_gaussian_(image.copy(), sigma)
    return changed


def bent(image: Pixels, noise: NDArray[np.float32], alpha: float, sigma: float) -> Pixels:
    """Distort one picture elastically, as imgaug does with random numbers of its own.

    Parameters
    ----------
    image : ndarray of uint8, shape (height, width) or (height, width, 3)
    noise : ndarray of float32, shape (2, height, width)
        From -1 to 1.
    alpha : float
        Pixels that noise of 1 amounts to.
    sigma : float
        How far it is smoothed, in pixels.
    """
    augmenters = _imgaug().augmenters
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
    changed: Pixels = _imgaug().imresize_single_image(image, size)
    return changed


@lru_cache(maxsize=1)
def _imgaug() -> Any:
    with _LOADING, _quiet(), _lent_to_import():
        try:
            import_module("cv2")  # its faults are told apart from imgaug's
        except ImportError as error:
            raise PluginError(_NEEDS.format(error=error)) from error
        try:
            imgaug = import_module("imgaug")
            import_module("imgaug.augmenters")
        except ImportError as error:
            raise PluginError(f"imgaug does not import here: {error}") from error
    _mend(imgaug)
    return imgaug


@contextmanager
def _quiet() -> Iterator[None]:
    """Its warnings are about its own old ways; nobody who reads them could mend these."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _lent_to_import() -> Iterator[None]:
    """`np.sctypes`, which imgaug reads while it is imported and never after."""
    if hasattr(np, "sctypes"):
        yield
        return
    kinds = {"float": "efdg", "int": "bhilq", "uint": "BHILQ"}
    lent = {kind: [np.dtype(code).type for code in codes] for kind, codes in kinds.items()}
    vars(np)["sctypes"] = lent
    try:
        yield
    finally:
        del vars(np)["sctypes"]


def _mend(imgaug: Any) -> None:
    """Give single modules of imgaug what they miss at run time."""
    numpy: Any = _Lent("numpy")
    numpy.__dict__.update(complex=complex, bool=np.bool_, float=float, int=int, object=object)
    imgaug.parameters.np = numpy
    geometric = imgaug.augmenters.geometric
    scipy: Any = _Lent("scipy.ndimage")
    scipy.interpolation = import_module("scipy.ndimage")
    geometric.ndimage = scipy
    elastic = geometric.ElasticTransformation
    draw = elastic._map_coordinates.__func__  # noqa: SLF001

    def _map_coordinates(cls: Any, image: Any, dx: Any, dy: Any, *rest: Any, **named: Any) -> Any:
        # OpenCV takes float32 maps only.
        return draw(cls, image, dx.astype(np.float32), dy.astype(np.float32), *rest, **named)

    elastic._map_coordinates = classmethod(_map_coordinates)  # noqa: SLF001


class _Lent(ModuleType):
    """A module with a few names more, for one borrower."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)


@lru_cache(maxsize=3)
def _classes(kind: str) -> dict[str, type]:
    """Names of imgaug's classes of one of `_KINDS`."""
    imgaug = _imgaug()
    augmenter = imgaug.augmenters.Augmenter
    parameter = imgaug.parameters.StochasticParameter
    module = imgaug.parameters if kind == "parameter" else imgaug.augmenters

    def belongs(member: object) -> bool:
        if not isinstance(member, type) or isabstract(member) or member.__name__[0] == "_":
            return False
        if kind == "helper":
            ours = member.__module__.startswith("imgaug.augmenters.")
            return ours and not issubclass(member, augmenter | parameter)
        return issubclass(member, parameter if kind == "parameter" else augmenter)

    found = {name: member for name, member in vars(module).items() if belongs(member)}
    for part in ("pillike", "imgcorruptlike") if kind == "augmenter" else ():
        members = vars(getattr(imgaug.augmenters, part)).items()
        found |= {
            f"{part}.{name}": member
            for name, member in members
            if belongs(member) and member.__module__.endswith(part)
        }
    return found


def _made(kind: str, name: str, arguments: Mapping[str, Any]) -> Any:
    known = _classes(kind)
    if name not in known:
        close = get_close_matches(name, known, n=3, cutoff=0.4)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        raise ConfigError(f"imgaug has no {kind} {name!r}{hint}")
    try:
        return known[name](**{key: _argument(value) for key, value in arguments.items()})
    except ConfigError:
        raise
    except Exception as error:
        given = json.dumps(arguments, default=str)
        raise ConfigError(
            f"imgaug's {name} does not take {given}: {type(error).__name__}: {error}"
        ) from error


def _argument(value: Any) -> Any:
    """What a config says → what imgaug understands.

    Two numbers in a list are a range, as imgaug's tuples are; any other list is
    a choice, as its lists are. Where that is not what is meant, ``{"choice": [1, 2]}``,
    ``{"tuple": [1, 2, 3, 4]}`` and ``{"array": [[0, 1], [1, 0]]}`` say so.
    ``{"augmenter": …, "arguments": …}`` is another augmenter, ``{"parameter": …,
    "arguments": …}`` one of imgaug's distributions, and ``{"helper": …, "arguments": …}``
    any other class of `imgaug.augmenters`, such as its masks and samplers of points.
    """
    if isinstance(value, Mapping):
        return _meant(value)
    if isinstance(value, list):
        if len(value) == 2 and all(isinstance(item, int | float) for item in value):
            return tuple(value)
        return [_argument(item) for item in value]
    return value


def _meant(table: Mapping[str, Any]) -> Any:
    """A table of a config: something that JSON has no word for, or a table indeed."""
    for kind in _KINDS:
        if kind in table:
            return _made(kind, table[kind], table.get("arguments", {}))
    kinds: dict[str, Callable[[Any], Any]] = {
        "choice": lambda items: [_argument(item) for item in items],
        "tuple": lambda items: tuple(_argument(item) for item in items),
        "array": lambda items: np.array(items, dtype=np.float32),
    }
    if len(table) == 1 and (key := next(iter(table))) in kinds:
        return kinds[key](table[key])
    return {key: _argument(inner) for key, inner in table.items()}
