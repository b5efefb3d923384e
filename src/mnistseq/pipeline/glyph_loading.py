"""Load the glyph bank of a config from its source or sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any

import numpy as np

from mnistseq.config.config import Config, ConfigLike
from mnistseq.config.exclusions import KEY as EXCLUDE
from mnistseq.config.sections import NO_PEN, SourceConfig, SourceEntry
from mnistseq.config.source_entries import entry_key
from mnistseq.core.glyph_bank import BankOpener, GlyphBank
from mnistseq.core.glyph_index import Mixture
from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import Source
from mnistseq.errors import ConfigError, ConfigFault, PluginError, RequestError, SourceError
from mnistseq.messages import listed
from mnistseq.plugins.registry import create
from mnistseq.sources.banks.cache import checked_banks, stored_bank


def load_bank(config: ConfigLike, *, checked: bool = False) -> GlyphBank:
    """Load the glyphs that a config names or, if it has a pen, their paths.

    Parameters
    ----------
    config : Config, mapping, str or path
        A config, a mapping of its keys, the name of a preset, or the path of a file.
    checked : bool
        Whether to compare cached glyphs with their checksum, as data sets do, and to decode them
        again if they differ.

    Raises
    ------
    SourceError
        If the glyphs cannot be read.
    PluginError
        If a source fails in another way, or does not return a bank.
    UnknownComponentError
        If no source has this name.
    ConfigError
        If an excluded glyph does not exist, or a label would have no glyphs left.
    """
    config = Config.of(config)
    with checked_banks() if checked else nullcontext():
        return _open(config.source, paths=config.image.pen != NO_PEN)


def _open(source: SourceConfig, *, paths: bool) -> GlyphBank:
    entries = source.entries
    if len(entries) == 1:
        bank = _load(_component(entries[0], "source"), entries[0], paths=paths)
    else:
        bank = _mix(entries, paths=paths)
    opener = SourceOpener(source, bank.name, bank.cache_key, bank.fingerprint, paths)
    return _without(bank, source.excluded).opened_by(opener)


def glyph_requirements(config: Config) -> str:
    """Return what is needed to load the same glyphs again, for messages."""
    return _requirements(paths=config.image.pen != NO_PEN)


def _requirements(*, paths: bool) -> str:
    libraries = " and the same versions of scikit-image and SciPy, which make their paths,"
    return "the same files" + (libraries if paths else "")


def source_splits(config: Config) -> tuple[str, ...]:
    """Return the splits that the config's source lists; with several sources, those of the first.

    Errors are those of `load_bank`.
    """
    entry = config.source.entries[0]
    return _splits(_component(entry, "source"), entry)


def source_makers(source: SourceConfig) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the key of each source's name, and a function that makes the source."""
    for key, entry in source_entries(source):
        yield f"{key}.name", partial(_component, entry, key)


def source_entries(source: SourceConfig) -> list[tuple[str, SourceEntry]]:
    """Return all sources with their names in messages: ``source``, or ``source[2]``."""
    keys = map(entry_key, range(len(source.mix))) if source.mix else ["source"]
    return list(zip(keys, source.entries, strict=True))


def source_terms(source: SourceConfig) -> tuple[tuple[str, LicenceTerms], ...]:
    """Return the name and the licence terms of all sources, without duplicates."""
    pairs = []
    for entry in source.entries:
        component = _component(entry, "source")
        with component_errors("source", entry.name):
            pairs.append((entry.name, component.terms()))
    return tuple(dict.fromkeys(pairs))


@dataclass(frozen=True)
class SourceOpener(BankOpener):
    """Reopens the glyphs of a source, from the cache if possible.

    Attributes
    ----------
    cache_key : str or None
        Key of the bank in the cache.
    fingerprint : str
        Fingerprint that the bank must have.
    paths : bool
        Whether the glyphs are pen paths.
    """

    source: SourceConfig
    name: str
    cache_key: str | None
    fingerprint: str
    paths: bool = False

    def open(self) -> GlyphBank:
        """Return the bank; SourceError if the source has different glyphs now."""
        bank = None if self.cache_key is None else stored_bank(self.cache_key, self.name)
        if bank is None or bank.fingerprint != self.fingerprint:
            bank = _open(self.source, paths=self.paths)
        if bank.fingerprint != self.fingerprint:
            raise SourceError(
                f"source {self.name} has other glyphs here (fingerprint {bank.fingerprint[:12]}…) "
                f"than where it was pickled ({self.fingerprint[:12]}…): provide "
                f"{_requirements(paths=self.paths)} in both places"
            )
        return bank.opened_by(self)


def _component(entry: SourceEntry, key: str) -> Any:
    return create("source", entry.name, entry.parameters, f"{key}.parameters")


def _load(
    component: Source, entry: SourceEntry, split: str | None = None, *, paths: bool
) -> GlyphBank:
    with component_errors("source", entry.name):
        bank = component.load(entry.split if split is None else split, entry.path)
    if not isinstance(bank, GlyphBank):
        raise PluginError(
            f"source {entry.name} gave a {type(bank).__name__}, not a mnistseq.GlyphBank"
        )
    bank = bank if bank.fingerprint else replace(bank, fingerprint=bank.digest())
    if not paths:
        return bank
    from mnistseq.sources.banks.thinned import thinned  # needed only with a pen

    return thinned(bank)


def _splits(component: Source, entry: SourceEntry) -> tuple[str, ...]:
    with component_errors("source", entry.name):
        return tuple(component.splits(entry.path))


def _mix(entries: Sequence[SourceEntry], *, paths: bool) -> GlyphBank:
    """Return the glyphs of several sources as one bank, with their weights."""
    components = [_component(entry, entry_key(index)) for index, entry in enumerate(entries)]
    lists = [_splits(*pair) for pair in zip(components, entries, strict=True)]
    banks = [
        _load_part(component, entry, splits, {name for each in lists for name in each}, paths=paths)
        for component, entry, splits in zip(components, entries, lists, strict=True)
    ]
    from mnistseq.sources.banks.cached_union import cached_union

    union = cached_union(banks)
    if all(entry.weight is None for entry in entries):
        return union
    weights = [1.0 if entry.weight is None else float(entry.weight) for entry in entries]
    sizes = np.array([len(bank) for bank in banks])
    return replace(
        union,
        mixture=Mixture(np.cumsum(sizes) - sizes, np.array(weights)),
        fingerprint=sha256(f"mixture 1 {union.fingerprint} {weights}".encode()).hexdigest(),
    )


def _load_part(
    component: Source,
    entry: SourceEntry,
    own_splits: tuple[str, ...],
    all_splits: set[str],
    *,
    paths: bool,
) -> GlyphBank:
    """Return the glyphs of one of several sources.

    A source without the split gives all of its glyphs if another source has that split. If no
    source has it, the name may be misspelt, and the source's own error lists its splits.
    """
    try:
        return _load(component, entry, paths=paths)
    except (RequestError, SourceError):
        if not own_splits or entry.split in own_splits or entry.split not in all_splits:
            raise
    from mnistseq.sources.banks.cached_union import cached_union

    banks = [_load(component, entry, split, paths=paths) for split in own_splits]
    return banks[0] if len(banks) == 1 else cached_union(banks)


def _without(bank: GlyphBank, excluded: Sequence[int]) -> GlyphBank:
    """Return the bank without the excluded glyphs."""
    if not excluded:
        return bank
    if excluded[-1] >= len(bank):
        raise ConfigError(
            ConfigFault(
                EXCLUDE,
                f"glyph {excluded[-1]} does not exist; source {bank.name} has glyphs 0 to {len(bank) - 1}",
            )
        )
    members = np.arange(len(bank)) if bank.members is None else bank.members
    left = bank.restricted(np.setdiff1d(members, excluded))
    lost = np.flatnonzero((left.by_label.number == 0) & (bank.by_label.number > 0))
    if len(lost):
        labels = listed(repr(bank.alphabet[code]) for code in lost)
        raise ConfigError(
            ConfigFault(EXCLUDE, f"leaves no glyph of label {labels}; exclude fewer glyphs")
        )
    return left
