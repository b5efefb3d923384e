"""Describe the glyphs of a source: labels, counts, sizes, writers and splits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from mnistseq.config.config import Config
from mnistseq.messages import and_more, listed, plural
from mnistseq.pipeline.glyph_loading import load_bank, source_splits

_MAX_LABELS = 40
"""Number of labels that are listed before the rest is counted."""

_WIDTH = 70
"""Maximum length of a line of labels."""


@dataclass(frozen=True)
class SourceDescription:
    """What a split of a source contains.

    Attributes
    ----------
    source : str
        Name of the bank, such as ``image-folder animals``.
    splits : tuple of str
        Splits that the source lists; empty if it lists none, or all are equal.
    paths : bool
        Whether the glyphs are pen paths, whose only size in pixels is that of their fields.
    height : int
        Height in pixels.
    min_width, max_width : int
        Smallest and greatest width of the cells, in pixels.
    colour : bool
        Whether glyphs have three channels.
    labels : dict
        Label → number of glyphs.
    writers : int or None
        Number of writers; None if the source has no writer ids.
    left_out : int
        Number of glyphs that could not be used.
    """

    source: str
    split: str
    splits: tuple[str, ...]
    glyphs: int
    paths: bool
    height: int
    min_width: int
    max_width: int
    colour: bool
    labels: dict[str, int]
    writers: int | None
    left_out: int
    fingerprint: str


def describe_source(config: Config) -> SourceDescription:
    """Load the source of a config and describe it; SourceError if it cannot be read."""
    bank = load_bank(config)
    return SourceDescription(
        source=bank.name,
        split=config.source.split,
        splits=source_splits(config),
        glyphs=len(bank),
        paths=bank.paths,
        height=bank.height,
        min_width=int(bank.widths.min()),
        max_width=int(bank.widths.max()),
        colour=bank.pixels.ndim == 4,
        labels=dict(zip(bank.alphabet, bank.by_label.number.tolist(), strict=True)),
        writers=None if bank.writers is None else len(bank.by_writer.writers),
        left_out=len(bank.left_out),
        fingerprint=bank.fingerprint,
    )


def description_lines(found: SourceDescription) -> Iterator[str]:
    """Yield the lines of a readable description."""
    low, high = found.min_width, found.max_width
    width = f"{low}" if low == high else f"{low} to {high}"
    writers = "not recorded" if found.writers is None else f"{found.writers:,}"
    yield f"source   {found.source}"
    yield f"split    {found.split}"
    yield f"splits   {', '.join(found.splits) or 'none listed'}"
    if found.paths:
        yield f"glyphs   {found.glyphs:,}, pen paths"
    else:
        yield f"glyphs   {found.glyphs:,}, {'colour' if found.colour else 'grey'}"
        yield f"size     {found.height} px high, {width} px wide"
    yield f"writers  {writers}"
    if found.left_out:
        yield f"skipped  {plural(found.left_out, 'glyph')}"
    yield from _label_lines(found.labels)


def _label_lines(labels: dict[str, int]) -> Iterator[str]:
    counts = set(labels.values())
    if len(counts) == 1:
        yield f"labels   {len(labels):,}, {plural(counts.pop(), 'glyph')} each"
        text = listed(map(_shown, labels), _MAX_LABELS)
        yield from (f"         {line}" for line in wrap(text, _WIDTH, break_long_words=False))
        return
    yield f"labels   {len(labels):,}"
    names = {_shown(label): count for label, count in list(labels.items())[:_MAX_LABELS]}
    width = max(map(len, names))
    digits = max(len(f"{count:,}") for count in names.values())
    for name, count in names.items():
        yield f"         {name:<{width}}  {count:>{digits},}"
    if len(labels) > len(names):
        yield f"        {and_more(len(labels) - len(names))}"


def _shown(label: str) -> str:
    """Return a label, quoted if it might be overlooked or taken for a separator."""
    return label if label.isprintable() and not {" ", ","}.intersection(label) else repr(label)
