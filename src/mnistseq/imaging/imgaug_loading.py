"""Loading imgaug 0.4.0, its last release, which was written for NumPy 1.

It reads names that NumPy 2 no longer has. They are provided here to imgaug alone, so
that NumPy stays unchanged for every other package.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any

import numpy as np

from mnistseq.errors import MissingPackageError, PluginError

_LOADING = Lock()

_MISSING = (
    "the transform imgaug needs imgaug and OpenCV, and {missing} is not installed: "
    "pip install imgaug"
)
_OPENCV_FAILS = (
    "imgaug draws through OpenCV, which cannot be imported: {error}. "
    "On Debian and Ubuntu, run: apt-get install libgl1 libglib2.0-0 libxcb1; on a machine without "
    "a screen: pip uninstall opencv-python && pip install opencv-python-headless"
)


@lru_cache(maxsize=1)
def load_imgaug() -> Any:
    """Import imgaug, which takes more than a second, and adapt it to NumPy 2.

    Raises
    ------
    MissingPackageError
        If imgaug or OpenCV is not installed.
    PluginError
        If one of them cannot be imported.
    """
    with _LOADING, without_warnings(), _numpy_1_types():
        try:
            import_module("cv2")  # first and alone, to tell its errors from imgaug's
        except ModuleNotFoundError as error:
            raise MissingPackageError(_MISSING.format(missing="OpenCV")) from error
        except ImportError as error:
            raise PluginError(_OPENCV_FAILS.format(error=error)) from error
        try:
            imgaug = import_module("imgaug")
            import_module("imgaug.augmenters")
        except ModuleNotFoundError as error:
            raise MissingPackageError(_MISSING.format(missing=error.name)) from error
        except ImportError as error:
            raise PluginError(f"imgaug cannot be imported: {error}") from error
    _adapt(imgaug)
    return imgaug


@contextmanager
def without_warnings() -> Iterator[None]:
    """Silence warnings: imgaug's are about its own outdated calls, which users cannot change."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def _numpy_1_types() -> Iterator[None]:
    """Provide `np.sctypes`, which imgaug reads only while it is imported."""
    if hasattr(np, "sctypes"):
        yield
        return
    kinds = {"float": "efdg", "int": "bhilq", "uint": "BHILQ"}
    types = {kind: [np.dtype(code).type for code in codes] for kind, codes in kinds.items()}
    vars(np)["sctypes"] = types
    try:
        yield
    finally:
        del vars(np)["sctypes"]


def _adapt(imgaug: Any) -> None:
    """Give single modules of imgaug the names that they miss at run time."""
    numpy: Any = _ModuleWithExtras("numpy")
    numpy.__dict__.update(complex=complex, bool=np.bool_, float=float, int=int, object=object)
    imgaug.parameters.np = numpy
    geometric = imgaug.augmenters.geometric
    scipy: Any = _ModuleWithExtras("scipy.ndimage")
    scipy.interpolation = import_module("scipy.ndimage")
    geometric.ndimage = scipy
    elastic = geometric.ElasticTransformation
    draw = elastic._map_coordinates.__func__  # noqa: SLF001

    def _map_coordinates(cls: Any, image: Any, dx: Any, dy: Any, *rest: Any, **named: Any) -> Any:
        # OpenCV accepts float32 maps only.
        return draw(cls, image, dx.astype(np.float32), dy.astype(np.float32), *rest, **named)

    elastic._map_coordinates = classmethod(_map_coordinates)  # noqa: SLF001


class _ModuleWithExtras(ModuleType):
    """A module with a few additional names, for one importer."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)
