"""Decoded banks in the user's cache folder, as files that are mapped into memory.

Several processes share one copy, and the second start takes milliseconds. A bank appears whole,
when its folder is renamed. If the cache cannot be read or written, banks are made in memory,
which costs only time.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path
from time import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq import messages
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.errors import SourceError

LAYOUT = 3
"""Number of this layout of files; banks of another layout are in other folders."""

_MAX_IN_MEMORY = 2**30
"""Bytes of a bank that is made in memory if the cache cannot hold it."""

_HOUR = 3_600

_ABANDONED = 24 * _HOUR
"""Seconds without a change after which an unfinished bank is what a killed process left."""

_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, OverflowError, SourceError)
"""What reading a damaged bank may raise."""

_CHECKING: ContextVar[bool] = ContextVar("content is checked", default=False)


@contextmanager
def checked_banks() -> Iterator[None]:
    """Compare the content of each bank with its digest before it is used in this context.

    A bank that differs is made again. Files are written whole, so only a failing disk or another
    program changes them; but then wrong pixels would be drawn without an error. Every process
    compares a bank once, at one to two gigabytes a second.
    """
    token = _CHECKING.set(True)
    try:
        yield
    finally:
        _CHECKING.reset(token)


def cache_folder() -> Path:
    """Return ``MNISTSEQ_CACHE``, or the user's cache folder; all in it can be made again."""
    chosen = os.environ.get("MNISTSEQ_CACHE")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("mnistseq", appauthor=False)


def banks_folder() -> Path:
    """Return the folder that contains a folder for each bank."""
    return cache_folder() / "banks"


def is_of_old_layout(name: str) -> bool:
    """Whether a name in the folder of banks was given by an earlier layout."""
    number = name.partition("-")[0]
    return number.isdecimal() and int(number) < LAYOUT


def is_abandoned(unfinished: Path) -> bool:
    """Whether a folder, in which a process once began a bank, has not changed for a day."""
    last = max(path.stat().st_mtime for path in (unfinished, *unfinished.iterdir()))
    return time() - last > _ABANDONED


def stored_bank(key: str, name: str) -> GlyphBank | None:
    """Return the bank that is in the cache under `key`, or None."""
    with suppress(*_DAMAGE):
        bank = _load(_folder(key), name)
        if _CHECKING.get() and not _is_intact(_folder(key), bank):
            return None
        _note_use(_folder(key))
        return bank
    return None


def cached_bank(key: str, name: str, make: Callable[[], GlyphBank]) -> GlyphBank:
    """Return the bank that `make` makes, from the cache if it is there.

    Parameters
    ----------
    key : str
        Identifies everything that `make` depends on, such as a hash of the files it decodes.
    name : str
        The bank's name, cached or not.
    """
    bank = stored_bank(key, name)
    if bank is not None:
        return bank
    bank = make()
    bank = replace(bank, fingerprint=bank.digest())
    with suppress(OSError):
        _publish(_folder(key), lambda beside: _write(bank, beside))
        _remove_leftovers(banks_folder())
        return replace(bank, cache_key=key)
    return bank


def mapped_bank(
    key: str,
    name: str,
    make: Callable[[Path | None], GlyphBank],
    size: int,
    max_in_memory: int = _MAX_IN_MEMORY,
) -> GlyphBank:
    """Return the bank that `make` makes, with its pixels in a file of the cache from the start.

    For banks larger than memory. If several processes want a bank, one makes it and the others
    wait.

    Parameters
    ----------
    key, name : str
        As for `cached_bank`.
    make : callable
        Given an empty folder, it may write the bank's pixels there as ``pixels.npy``; given None,
        it makes the bank in memory.
    size : int
        Estimate of the bytes that the bank takes.
    max_in_memory : int
        Size of the largest bank that is made in memory if the cache cannot hold it.

    Raises
    ------
    SourceError
        If the cache cannot hold it and it is too large for memory.
    """
    folder = _folder(key)
    try:
        with _lock(folder):
            bank = stored_bank(key, name)
            if bank is not None:
                return bank
            _remove_leftovers(folder.parent)
            _check_space(folder.parent, size)
            _publish(folder, lambda beside: _write(make(beside), beside))
            return _load(folder, name)
    except OSError as error:
        if size > max_in_memory:
            raise SourceError(
                f"{name}: the cache folder {cache_folder()} cannot hold its glyphs, about "
                f"{messages.size(size)}: {error.strerror or error}; free some space, set "
                "MNISTSEQ_CACHE to another folder, or choose a smaller height"
            ) from error
    bank = make(None)
    return replace(bank, fingerprint=bank.digest())


def _folder(key: str) -> Path:
    return banks_folder() / f"{LAYOUT}-{key}"


def _lock(folder: Path) -> AbstractContextManager[object]:
    from filelock import FileLock  # not needed if the glyphs are in the cache

    folder.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(folder.with_name(f"{folder.name}.lock"))


def _check_space(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size:
        raise OSError(ENOSPC, os.strerror(ENOSPC))


def _remove_leftovers(banks: Path) -> None:
    """Remove unfinished banks of killed processes, and banks of old layouts: either may be large."""
    for path in banks.iterdir():
        with suppress(OSError):
            if is_of_old_layout(path.name) or (path.name.startswith(".") and is_abandoned(path)):
                remove(path)


def remove(path: Path) -> None:
    """Remove a folder or file of the cache, as far as that is possible."""
    shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.unlink()


def _note_use(folder: Path) -> None:
    """Set the time of a bank's last use, to the hour: many processes may load a bank at once."""
    facts = folder / "bank.json"
    with suppress(OSError):
        if time() - facts.stat().st_mtime > _HOUR:
            os.utime(facts)


def _load(folder: Path, name: str) -> GlyphBank:
    facts: dict[str, Any] = json.loads((folder / "bank.json").read_text("utf-8"))

    def column(stem: str) -> Any:
        return np.load(folder / f"{stem}.npy", mmap_mode="r")

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
        paths=facts.get("paths", False),
        cache_key=folder.name.removeprefix(f"{LAYOUT}-"),
    )


_INTACT: set[tuple[Path, int]] = set()
"""Banks whose content was compared by this process, with the numbers of their files of pixels."""


def _is_intact(folder: Path, bank: GlyphBank) -> bool:
    """Whether a bank has the content that it was written with."""
    known = folder, (folder / "pixels.npy").stat().st_ino
    if known not in _INTACT:
        facts = json.loads((folder / "bank.json").read_text("utf-8"))
        if facts["digest"] != _digest(bank):
            return False
        _INTACT.add(known)
    return True


def _digest(bank: GlyphBank) -> str:
    """Return a hash of everything that a bank's files contain."""
    ink = np.ascontiguousarray(bank.ink).astype("<i8").tobytes()
    return sha256(bank.digest().encode() + ink).hexdigest()


def _publish(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` fill a new folder, and rename it to `folder` when it is whole."""
    beside = folder.with_name(f".{secrets.token_hex(8)}")
    damaged = folder.with_name(f"{beside.name}-damaged")
    beside.mkdir(parents=True)
    try:
        fill(beside)
        if folder.exists():
            # The existing bank could not be read. A process that looks between the two renames
            # finds no bank, and makes one for itself.
            folder.rename(damaged)
        beside.rename(folder)
    finally:
        remove(beside)
        remove(damaged)


def _write(bank: GlyphBank, folder: Path) -> None:
    facts = {
        "name": bank.name,
        "alphabet": bank.alphabet,
        "fingerprint": bank.fingerprint or bank.digest(),
        "writers": bank.writers is not None,
        "digest": _digest(bank),
        "left_out": bank.left_out,
        "paths": bank.paths,
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
    for name, values in columns.items():
        with open(folder / f"{name}.npy", "wb") as file:
            np.save(file, values)
            file.flush()
            os.fsync(file.fileno())
