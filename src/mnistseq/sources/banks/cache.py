"""Cache of decoded banks, in memory-mapped files in the user's cache folder.

Processes share one copy, and the second start takes milliseconds. A bank becomes visible when
its complete folder is renamed. If the cache cannot be read or written, banks are decoded in
memory, which only costs time.
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
from pathlib import Path
from time import time
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from mnistseq import messages
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.errors import SourceError

LAYOUT = 4
"""Version of the layout of files; each version has its own folders."""

_MAX_IN_MEMORY = 2**30
"""Maximum size of a bank that is made in memory if the cache cannot hold it."""

_HOUR = 3_600

_ABANDONED = 24 * _HOUR
"""Seconds without a change after which an unfinished bank counts as abandoned."""

_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, OverflowError, SourceError)
"""Errors that reading a damaged bank may raise."""

_CHECKING: ContextVar[bool] = ContextVar("content is checked", default=False)


@contextmanager
def checked_banks() -> Iterator[None]:
    """Compare each bank with its checksum before it is used inside this context.

    A bank that differs is made again. Only a failing disk or another program can damage files,
    but then wrong pixels would be drawn without an error. Every process compares a bank once, at
    two to three gigabytes per second.
    """
    token = _CHECKING.set(True)
    try:
        yield
    finally:
        _CHECKING.reset(token)


def cache_folder() -> Path:
    """Return ``MNISTSEQ_CACHE`` or the user's cache folder; its contents can be made again."""
    chosen = os.environ.get("MNISTSEQ_CACHE")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("mnistseq", appauthor=False)


def banks_folder() -> Path:
    """Return the folder with one subfolder for each bank."""
    return cache_folder() / "banks"


def is_of_old_layout(name: str) -> bool:
    """Return whether a name in the folder of banks belongs to an earlier layout."""
    number = name.partition("-")[0]
    return number.isdecimal() and int(number) < LAYOUT


def is_abandoned(unfinished: Path) -> bool:
    """Return whether the folder of an unfinished bank has not changed for a day."""
    last = max(path.stat().st_mtime for path in (unfinished, *unfinished.iterdir()))
    return time() - last > _ABANDONED


def stored_bank(key: str, name: str) -> GlyphBank | None:
    """Return the cached bank of a key, or None."""
    with suppress(*_DAMAGE):
        bank = _load(_folder(key), name)
        if _CHECKING.get() and not _is_intact(_folder(key), bank):
            return None
        _note_use(_folder(key))
        return bank
    return None


def cached_bank(key: str, name: str, make: Callable[[], GlyphBank]) -> GlyphBank:
    """Return the bank that `make` creates, from the cache if possible.

    The key identifies everything that `make` depends on, such as a hash of the files it decodes.
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
    """Return the bank that `make` creates, writing its pixels directly to a file of the cache.

    For banks larger than memory. If several processes need a bank, one creates it while the
    others wait.

    Parameters
    ----------
    key, name : str
        See `cached_bank`.
    make : callable
        Called with an empty folder, where it may write the pixels as ``pixels.npy``, or with
        None to make the bank in memory.
    size : int
        Estimated size of the bank in bytes.
    max_in_memory : int
        Maximum size of a bank that is made in memory if the cache cannot hold it.

    Raises
    ------
    SourceError
        If the bank is too large for the cache and for memory.
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
    from filelock import FileLock  # not needed if the glyphs are cached

    folder.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(folder.with_name(f"{folder.name}.lock"))


def _check_space(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size:
        raise OSError(ENOSPC, os.strerror(ENOSPC))


def _remove_leftovers(banks: Path) -> None:
    """Remove unfinished banks of killed processes and banks of old layouts, which may be large."""
    for path in banks.iterdir():
        with suppress(OSError):
            if is_of_old_layout(path.name) or (path.name.startswith(".") and is_abandoned(path)):
                remove(path)


def remove(path: Path) -> None:
    """Remove a folder or file of the cache, as far as possible."""
    shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.unlink()


def _note_use(folder: Path) -> None:
    """Record the last use of a bank to the hour, because many processes may load it at once."""
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
"""Banks whose content this process has verified, with the inodes of their pixel files."""


def _is_intact(folder: Path, bank: GlyphBank) -> bool:
    """Return whether the content of a bank is unchanged since it was written."""
    known = folder, (folder / "pixels.npy").stat().st_ino
    if known not in _INTACT:
        facts = json.loads((folder / "bank.json").read_text("utf-8"))
        if facts["crc32"] != _checksum(bank):
            return False
        _INTACT.add(known)
    return True


def _checksum(bank: GlyphBank) -> int:
    """Return the CRC-32 of everything in a bank's files; it reveals accidental changes."""
    checksum = crc32(repr((bank.alphabet, bank.paths, bank.pixels.shape)).encode())
    for column in (bank.pixels, bank.codes, bank.widths, bank.ink, bank.writers):
        if column is not None:
            checksum = crc32(np.ascontiguousarray(column).data, checksum)
    return checksum


def _publish(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` fill a new folder, and rename it to `folder` when it is complete."""
    beside = folder.with_name(f".{secrets.token_hex(8)}")
    damaged = folder.with_name(f"{beside.name}-damaged")
    beside.mkdir(parents=True)
    try:
        fill(beside)
        if folder.exists():
            # The existing bank could not be read. Between the two renames, other processes find
            # no bank and make their own.
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
        "crc32": _checksum(bank),
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
