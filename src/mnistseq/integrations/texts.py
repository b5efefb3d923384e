"""Rules that choose the texts of samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike, fspath
from typing import Protocol, TypedDict, cast

import numpy as np

from mnistseq.config.config import Config
from mnistseq.core.composer import Composer
from mnistseq.core.feasibility import row_problem
from mnistseq.core.randomness import Stream
from mnistseq.core.sequences import SequenceLike, Sequences, encode
from mnistseq.errors import ArgumentError, SpacingError
from mnistseq.pipeline.dataset.input_request import LawOptions, LawRequest, open_input
from mnistseq.pipeline.dataset.open_plan import make_format
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.dataset.request import DatasetRequest
from mnistseq.pipeline.rows.patterns import pattern_drawer


class SampleOptions(TypedDict, total=False):
    """Options for the texts and glyphs of samples.

    Attributes
    ----------
    length : int or str
        Number of random labels, or a range such as ``"3-6"``; 5 by default.
    balance : bool
        Whether random labels occur equally often at each position.
    amounts : bool
        Whether to draw amounts of money, like `make_dataset`.
    weights : str or path
        File of texts with weights.
    pattern : str
        A regular expression that the text of every sample matches.
    texts : sequence of str or of iterables
        Texts to use in turn: sample *i* shows text *i* modulo their number.
    split : str
        Split of the source to draw from, such as ``"test"``; by default that of the config.
    masks : bool
        Whether samples have masks of glyphs and corners of cells.
    """

    length: int | str
    balance: bool
    amounts: bool
    weights: str | PathLike[str]
    pattern: str
    texts: Sequence[SequenceLike]
    split: str | None
    masks: bool


class TextRule(Protocol):
    """Chooses the sequences of samples; each depends only on the seed and its index."""

    def of(self, stream: Stream) -> Sequences:
        """Return the sequences of the samples of a stream."""
        ...


@dataclass(frozen=True, eq=False)
class GivenTexts:
    """Given texts, used in turn."""

    sequences: Sequences

    def of(self, stream: Stream) -> Sequences:
        """Return text *i* modulo the number of texts for each sample *i*."""
        return self.sequences.take(stream.indices % len(self.sequences))


@dataclass(frozen=True)
class PatternTexts:
    """Texts that match a regular expression, as in `mnistseq batch`."""

    pattern: str
    alphabet: tuple[str, ...]

    def of(self, stream: Stream) -> Sequences:
        """Draw the text of each sample."""
        words = stream.of("pattern").words(1)[:, 0].tolist()
        return encode([_drawer(self.pattern, self.alphabet)(word) for word in words], self.alphabet)


_drawer = lru_cache(maxsize=8)(pattern_drawer)


def text_rule(composer: Composer, config: Config, seed: int, options: SampleOptions) -> TextRule:
    """Return the rule for the given options, after all checks possible before drawing.

    Raises
    ------
    ArgumentError
        If options contradict each other, or have invalid values.
    LabelError
        If one of the texts contains a label that the source does not have.
    SpacingError
        If one of the texts does not fit.
    """
    alphabet = composer.bank.alphabet
    law = LawOptions(
        length=str(options["length"]) if "length" in options else None,
        balance=options.get("balance", False),
        pattern=options.get("pattern"),
        amounts=options.get("amounts", False),
        weights=fspath(options["weights"]) if "weights" in options else None,
    )
    conflict = (*law.given[:1], "texts") if "texts" in options and law.given else law.conflict
    if conflict:
        raise ArgumentError(f"{conflict[0]} has no effect on {conflict[1]}; leave one of them out")
    if "texts" in options:
        return _given(composer, encode(options["texts"], alphabet))
    if law.pattern is not None:
        rule = PatternTexts(law.pattern, alphabet)
        rule.of(Stream(seed, 0, 1))
        return rule
    with open_input(LawRequest(law, 1), alphabet, seed) as given:
        files = make_format("files", {}, config)
        given.count(DatasetRequest(config, given, seed, files, ""), composer)
        return cast("RandomInput", given).law


def _given(composer: Composer, sequences: Sequences) -> GivenTexts:
    if not len(sequences):
        raise ArgumentError("texts is empty: give at least one text")
    for length in np.unique(sequences.lengths).tolist():
        problem = row_problem(composer, length)
        if problem is not None:
            raise SpacingError(problem)
    return GivenTexts(sequences)
