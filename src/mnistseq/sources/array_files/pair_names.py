"""Find pairs of names, one of images and one of labels, among arrays or files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mnistseq.errors import MissingSourceError
from mnistseq.messages import listed
from mnistseq.sources.banks.split_names import is_split_word, requested_split, split_among, words_of

_IMAGE_WORDS = frozenset(("x", "image", "images", "img", "imgs", "pictures"))
_LABEL_WORDS = frozenset(("y", "label", "labels", "target", "targets"))

_IDX_WORD = re.compile(r"idx\d+|ubyte|gz")
"""Words in MNIST's file names that are ignored when names are paired."""

SUFFIXES = (".npz", ".npy")
"""Suffixes of files of arrays, in order of preference."""


@dataclass(frozen=True)
class NamedPair:
    """The names of images and labels that belong together.

    Attributes
    ----------
    split : str or None
        ``train``, ``test`` or ``val``, if it occurs in the names.
    words : tuple of str
        Other words that both names contain.
    """

    images: str
    labels: str
    split: str | None
    words: tuple[str, ...]

    def is_of(self, split: str) -> bool:
        """Return whether the names contain a split, which may have any name."""
        return self.split == requested_split(split) or (
            self.split is None and split.lower() in self.words
        )


def find_pairs(names: Iterable[str]) -> list[NamedPair]:
    """Return all pairs among these names.

    The names of a pair differ in one word, such as ``x`` and ``y`` or ``imgs`` and ``labels``.
    """
    sides: dict[tuple[str | None, tuple[str, ...]], tuple[list[str], list[str]]] = {}
    for name in sorted(names, key=_suffix_order):
        words = words_of(_stem(name))
        images, labels = _IMAGE_WORDS.intersection(words), _LABEL_WORDS.intersection(words)
        if len(images) + len(labels) == 1:
            role = images or labels
            rest = tuple(
                word
                for word in words
                if not (word in role or is_split_word(word) or _IDX_WORD.fullmatch(word))
            )
            side = sides.setdefault((split_among(words), rest), ([], []))
            side[0 if images else 1].append(name)
    return [
        NamedPair(images[0], labels[0], split, words)
        for (split, words), (images, labels) in sides.items()
        if images and labels
    ]


def splits_among(names: Iterable[str]) -> tuple[str, ...]:
    """Return the splits that occur in pairs of names."""
    return tuple(sorted({pair.split for pair in find_pairs(names) if pair.split is not None}))


def choose_pair(
    names: Sequence[str],
    split: str,
    images: str | None,
    labels: str | None,
    where: object,
    things: str,
) -> tuple[str, str]:
    """Choose the images and labels of a split.

    Parameters
    ----------
    names : sequence of str
        All existing names.
    split : str
        If no names contain a split, they are used for every split.
    images, labels : str or None
        Names given by the config; if both are given, no search is made.
    where : object
        Location of the names, for messages.
    things : str
        Word for the named things in messages: ``arrays`` or ``files``.

    Raises
    ------
    MissingSourceError
        If there is not exactly one such pair.
    """
    if images is not None and labels is not None:
        return images, labels
    pairs = [
        pair
        for pair in find_pairs(names)
        if images in (None, pair.images) and labels in (None, pair.labels)
    ]
    chosen = [pair for pair in pairs if pair.is_of(split)]
    if not chosen and all(pair.split is None for pair in pairs):
        chosen = pairs
    if len(chosen) == 1:
        return chosen[0].images, chosen[0].labels
    remedy = f"Name two {things} in source.parameters.images and source.parameters.labels"
    if chosen:
        found = listed(f"{pair.images} and {pair.labels}" for pair in chosen)
        raise MissingSourceError(
            f"{where}: several pairs could be the split {split!r}: {found}. {remedy}"
        )
    raise MissingSourceError(
        f"{where}: no images and labels of the split {split!r} are among its {things}: "
        f"{listed(names) or 'it has none'}. {remedy}"
    )


def _stem(name: str) -> str:
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def _suffix_order(name: str) -> tuple[bool, str]:
    return not name.lower().endswith(SUFFIXES[0]), name
