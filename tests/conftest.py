"""What many tests need: real glyphs, made-up glyphs, the shared data, a cache of their own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from tests.slow import is_slow

from mnistseq import Config, GlyphBank, load_bank

# The same examples in every run, and a busy machine is no failure.
settings.register_profile(
    "mnistseq",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("mnistseq")


# Processes that tests start read compiled modules; otherwise each would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Theirs is not the choice to skip: they begin with importing what they are about.
collect_ignore = [] if find_spec("s3fs") else ["pipeline/store/test_remote.py"]
collect_ignore += [] if find_spec("distributed") else ["executors/test_dask.py"]
# Scripts that run in environments of their own, with what they read data sets by.
collect_ignore_glob = ["readers/*_reader.py"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow modules."""
    for item in items:
        if is_slow(item.path):
            item.add_marker("slow")


@pytest.fixture(scope="session", autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads or leaves anything in the user's cache, subprocesses included.

    All workers of a run share one cache, so that glyphs are decoded and traced once.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder /= "cache"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNISTSEQ_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def heard_interrupts() -> None:
    """A shell has what it starts in the background ignore Ctrl-C, and that is handed down to all."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def mnist() -> GlyphBank:
    """The 60,000 digits that ship with the package."""
    return load_bank(Config())


@pytest.fixture(scope="session")
def pen_paths() -> GlyphBank:
    """The digits that ship with the package as pen paths."""
    return load_bank(Config(source={"name": "pendigits"}, image={"pen": "0.05"}))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Data that is too large to ship: QMNIST's labels, Omniglot."""
    beside = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("MNISTSEQ_TEST_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"no test data in {folder}; MNISTSEQ_TEST_DATA may say where it is")
    return folder


@pytest.fixture(scope="session")
def blocks() -> GlyphBank:
    """Solid blocks of unequal width, three pictures for each of four labels.

    Ink starts and ends at places that differ from glyph to glyph, and each
    glyph has a strength of its own, so that a mix-up of any two shows.
    """
    number, height, width = 12, 9, 11
    pixels = np.zeros((number, height, width), dtype=np.uint8)
    widths = np.array([11, 9, 7, 10, 8, 11, 6, 7, 11, 9, 10, 8])
    for glyph in range(number):
        first, last = glyph % 3, widths[glyph] - glyph % 2
        pixels[glyph, glyph % 4 : height - glyph % 3, first:last] = 100 + 10 * glyph
    return GlyphBank(pixels, np.arange(number) % 4, ("a", "b", "c", "d"), "blocks", widths)
