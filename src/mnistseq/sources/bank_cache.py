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
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.glyphs import GlyphBank
from mnistseq.errors import SourceError

_LAYOUT = "1"
"""Number of this arrangement of files; another one is another folder."""

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
        hands=column("hands") if facts["hands"] else None,
        fingerprint=facts["fingerprint"],
    )


def _store(bank: GlyphBank, folder: Path) -> None:
    beside = folder.with_name(f".{secrets.token_hex(8)}")
    damaged = folder.with_name(f"{beside.name}-damaged")
    beside.mkdir(parents=True)
    try:
        facts = {
            "alphabet": bank.alphabet,
            "fingerprint": bank.fingerprint,
            "hands": bank.hands is not None,
        }
        (beside / "bank.json").write_text(json.dumps(facts), "utf-8")
        columns: dict[str, NDArray[Any]] = {
            "pixels": bank.pixels,
            "codes": bank.codes,
            "widths": bank.widths,
        }
        columns["ink"] = bank.ink
        if bank.hands is not None:
            columns["hands"] = bank.hands
        for title, values in columns.items():
            with open(beside / f"{title}.npy", "wb") as file:
                np.save(file, values)
                file.flush()
                os.fsync(file.fileno())
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
