"""Banks kept decoded in the user's cache folder, as files that are memory-mapped.

Several processes share one copy, and the second start takes milliseconds. A
bank appears whole, by renaming its folder; where the cache cannot be read or
written, the bank is made in memory and nothing but time is lost.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from errno import ENOSPC
from pathlib import Path
from time import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.errors import SourceError

_LAYOUT = "2"
"""Number of this arrangement of files; another one is another folder."""

_MOST_IN_MEMORY = 2**30
"""Bytes of a bank that is made in memory where the cache cannot hold it."""

_ABANDONED = 86_400
"""Seconds without a change after which a bank in the making is what a killed process left."""

_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, OverflowError, SourceError)
"""What reading a damaged entry may raise. Files are written whole, so their content is trusted."""


def cache_folder() -> Path:
    """Where mnistseq keeps what it can make again: ``MNISTSEQ_CACHE``, or the user's cache."""
    chosen = os.environ.get("MNISTSEQ_CACHE")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("mnistseq", appauthor=False)


def cached_bank(key: str, name: str, make: Callable[[], GlyphBank]) -> GlyphBank:
    """The bank that `make` gives, from the cache where it is there.

    Parameters
    ----------
    key : str
        Stands for everything that `make` depends on: a hash of the content it decodes.
    name : str
        What the bank is called, cached or not.
    make : callable
    """
    folder = cache_folder() / "banks" / f"{_LAYOUT}-{key}"
    with suppress(*_DAMAGE):
        return _load(folder, name)
    bank = make()
    bank = replace(bank, fingerprint=bank.digest())
    with suppress(OSError):
        _store(bank, folder)
    return bank


def mapped_bank(
    key: str, name: str, make: Callable[[Path | None], GlyphBank], size: int
) -> GlyphBank:
    """The bank that `make` gives, its pixels in a file of the cache from the first moment on.

    For banks larger than memory. Of several processes that want one bank, one
    makes it and the others wait.

    Parameters
    ----------
    key, name : str
        As above.
    make : callable
        Given an empty folder, it may put the bank's pixels there, as
        ``pixels.npy``; given None, it makes the bank in memory.
    size : int
        About how many bytes it needs.

    Raises
    ------
    SourceError
        If the cache cannot hold it, and memory should not.
    """
    folder = cache_folder() / "banks" / f"{_LAYOUT}-{key}"
    with suppress(*_DAMAGE):
        return _load(folder, name)
    try:
        with _lock(folder):
            with suppress(*_DAMAGE):
                return _load(folder, name)
            _sweep(folder.parent)
            _check_room(folder.parent, size)
            _publish(folder, lambda beside: _write(make(beside), beside))
            return _load(folder, name)
    except OSError as error:
        if size > _MOST_IN_MEMORY:
            raise SourceError(
                f"{name}: the cache folder {cache_folder()} cannot hold its glyphs, about "
                f"{size / 1e9:.1f} GB: {error.strerror or error}; make room, say in MNISTSEQ_CACHE "
                "where there is some, or ask for a smaller height"
            ) from error
    bank = make(None)
    return replace(bank, fingerprint=bank.digest())


def _lock(folder: Path) -> AbstractContextManager[object]:
    from filelock import FileLock  # of no use to those whose glyphs are in the cache

    folder.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(folder.with_name(f"{folder.name}.lock"))


def _check_room(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size:
        raise OSError(ENOSPC, os.strerror(ENOSPC))


def _sweep(banks: Path) -> None:
    """Remove what killed processes left half made: it may be as large as the disk."""
    for left in banks.glob(".*"):
        with suppress(OSError):
            last = max(path.stat().st_mtime for path in (left, *left.iterdir()))
            if time() - last > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def _load(folder: Path, name: str) -> GlyphBank:
    facts: dict[str, Any] = json.loads((folder / "bank.json").read_text("utf-8"))

    def column(title: str) -> Any:
        return np.load(folder / f"{title}.npy", mmap_mode="r")

    return GlyphBank(
        pixels=column("pixels"),
        codes=column("codes"),
        alphabet=tuple(facts["alphabet"]),
        name=name,
        widths=column("widths"),
        ink=column("ink"),
        writers=column("writers") if facts["writers"] else None,
        fingerprint=facts["fingerprint"],
        left_out=tuple(facts.get("left_out", ())),
    )


def _store(bank: GlyphBank, folder: Path) -> None:
    _publish(folder, lambda beside: _write(bank, beside))


def _publish(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` fill a folder, and give it its name once it is whole."""
    beside = folder.with_name(f".{secrets.token_hex(8)}")
    damaged = folder.with_name(f"{beside.name}-damaged")
    beside.mkdir(parents=True)
    try:
        fill(beside)
        if folder.exists():
            # What is there could not be read. Renaming it away first keeps the swap atomic enough:
            # whoever comes between the two finds nothing and makes the bank for itself.
            folder.rename(damaged)
        beside.rename(folder)
    finally:
        for left in (beside, damaged):
            shutil.rmtree(left, ignore_errors=True)
            with suppress(OSError):
                left.unlink()


def _write(bank: GlyphBank, folder: Path) -> None:
    facts = {
        "alphabet": bank.alphabet,
        "fingerprint": bank.fingerprint or bank.digest(),
        "writers": bank.writers is not None,
        "left_out": bank.left_out,
    }
    (folder / "bank.json").write_text(json.dumps(facts), "utf-8")
    columns: dict[str, NDArray[Any]] = {
        "codes": bank.codes,
        "widths": bank.widths,
        "ink": bank.ink,
    }
    if bank.writers is not None:
        columns["writers"] = bank.writers
    if not (folder / "pixels.npy").exists():
        columns["pixels"] = bank.pixels
    for title, values in columns.items():
        with open(folder / f"{title}.npy", "wb") as file:
            np.save(file, values)
            file.flush()
            os.fsync(file.fileno())
