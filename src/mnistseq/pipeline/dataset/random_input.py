"""RandomInput: random sequences as the input of a data set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mnistseq.core.amounts import Amounts
from mnistseq.core.composer import Composer
from mnistseq.core.feasibility import row_problem
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.random_sequences import RandomSequences, SequenceLaw
from mnistseq.core.randomness import MAX_INDEX
from mnistseq.core.sequences import join
from mnistseq.core.text_splits import text_splits
from mnistseq.errors import ArgumentError, LabelError, SpacingError
from mnistseq.messages import plural
from mnistseq.pipeline.dataset.manifest import FileRecord, RandomRecord
from mnistseq.pipeline.dataset.request import DatasetRequest, InputCount, InputFile
from mnistseq.pipeline.rows.weighted_list import read_weights
from mnistseq.pipeline.shards.layout import SPLIT_DISTANCE, ShardLayout, shares_to_counts
from mnistseq.pipeline.shards.spec import Task
from mnistseq.pipeline.store.durability import measure

_LONGEST = 10_000

WEIGHTS = "weights.csv"
"""Name of the copy of the file of weights in the data set."""

_TEXTS_TRIED = 10_000
"""Every split must have one of this many texts, so that rejection sampling ends soon."""


@dataclass(frozen=True)
class RandomInput:
    """Random sequences.

    Attributes
    ----------
    file : InputFile, optional
        The file of texts with weights, if there is one.
    """

    law: SequenceLaw
    samples: int
    file: InputFile | None = None

    @property
    def keep(self) -> tuple[str, ...]:
        """Return no names, because random sequences have no columns."""
        return ()

    def read_from(self, path: Path) -> RandomInput:
        """Return the same input, because the contents of its file are in memory."""
        return self

    def record(self) -> RandomRecord:
        """Return the record for the manifest."""
        kept = None if self.file is None else FileRecord(WEIGHTS, *measure(self.file.path))
        return RandomRecord(
            kind="drawn",
            samples=self.samples,
            labels=self.law.labels,
            shortest=self.law.lengths[0],
            longest=self.law.lengths[-1],
            balanced=self.law.balanced,
            law=self.law.name,
            weights=kept,
        )

    def count(self, request: DatasetRequest, composer: Composer) -> InputCount:
        """Divide the samples among splits, and check that every length fits.

        Raises
        ------
        ArgumentError
            If the source has a different number of labels, there are too many samples, or a
            split would get no samples or no texts.
        LabelError
            If the source has no glyph of a label.
        SpacingError
            If a length does not fit.
        """
        self._check_labels(composer.bank)
        self._check_names(request, composer.bank)
        for length in self.law.lengths:
            problem = row_problem(composer, length)
            if problem is not None:
                raise SpacingError(problem)
        if self.samples > MAX_INDEX:
            raise ArgumentError(
                f"{self.samples:,} images are too many: ask for {MAX_INDEX:,} at most"
            )
        counts = shares_to_counts(tuple(share for _, share in request.shares), self.samples)
        for (name, share), count in zip(request.shares, counts, strict=True):
            if not count:
                raise ArgumentError(
                    f"split {name} gets none of {plural(self.samples, 'image')} for its share of "
                    f"{share:g}: ask for more images, or give it a larger share"
                )
        self._check_texts(request, composer.bank)
        # Splits of balanced sequences must be adjacent, to keep blocks of samples whole.
        return InputCount(counts, None if self.law.balanced else SPLIT_DISTANCE)

    def tasks(
        self, layout: ShardLayout, request: DatasetRequest, composer: Composer
    ) -> Iterator[Task]:
        """Yield a task for every shard; workers draw the sequences."""
        return (Task(layout[number]) for number in range(len(layout)))

    def _check_texts(self, request: DatasetRequest, bank: GlyphBank) -> None:
        """Raise ArgumentError if texts cannot be divided among the splits."""
        splits = text_splits(request.seed, request.shares, request.disjoint)
        if splits is None:
            return
        if self.law.balanced:
            raise ArgumentError(
                "sequences cannot be balanced where no text is in two splits, because each split "
                "has only a part of them: leave one of the two out"
            )
        tried = self.law.draw(request.seed, 0, _TEXTS_TRIED)
        found = {
            splits.split_of([bank.alphabet[code] for code in codes])
            for codes in np.split(tried.codes, tried.first[1:])
        }
        for name, share in request.shares:
            if name not in found:
                raise ArgumentError(
                    f"split {name} has hardly any text for its share of {share:g}, because no text "
                    "is in two splits: ask for longer sequences, or give it a larger share"
                )

    def _check_names(self, request: DatasetRequest, bank: GlyphBank) -> None:
        """Raise ArgumentError if the name template does not work for random sequences."""
        template = request.name_template
        if template is None:
            return
        if not template.is_unique or "name" in template.fields:
            raise ArgumentError(
                f"name template {template.template!r}: random sequences may occur twice and have no "
                "names of their own; use {index}, as in {text}_{index}"
            )
        for split, _ in request.shares:
            for label in bank.alphabet:
                template.check(join([label] * self.law.lengths[-1]), split)

    def _check_labels(self, bank: GlyphBank) -> None:
        if len(bank.alphabet) != self.law.labels:
            raise ArgumentError(
                f"sequences are drawn from {self.law.labels} labels, but source {bank.name} "
                f"has {len(bank.alphabet)}"
            )
        for code in self.law.codes:
            if not bank.by_label.number[code]:
                raise LabelError(
                    f"source {bank.name} has the label {bank.alphabet[code]!r} but no glyph of it, "
                    "so sequences with it cannot be drawn"
                )


def uniform_law(alphabet: tuple[str, ...], length: str, *, balanced: bool = False) -> SequenceLaw:
    """Return the law of uniform sequences of all labels of a source.

    The length is ``5`` or, both ends included, ``3-6``; ArgumentError if it is neither.
    """
    return RandomSequences(len(alphabet), *_length_range(length), balanced)


def amounts_law(alphabet: tuple[str, ...], length: str) -> SequenceLaw:
    """Return the law of amounts, with a length as in `uniform_law`; LabelError without digits."""
    missing = [digit for digit in "0123456789" if digit not in alphabet]
    if missing:
        raise LabelError(
            f"amounts need the labels 0 to 9, but the source has no {missing[0]!r}; draw sequences "
            "of all its labels, or choose a source with digits"
        )
    return Amounts(len(alphabet), tuple(map(alphabet.index, "0123456789")), *_length_range(length))


def recorded_law(
    record: RandomRecord, alphabet: tuple[str, ...], weights: InputFile | None
) -> SequenceLaw:
    """Return the law recorded in a manifest; `weights` is the data set's copy of that file."""
    length = f"{record.shortest}-{record.longest}"
    if record.law == "amounts":
        return amounts_law(alphabet, length)
    if weights is not None:
        return read_weights(weights.path, alphabet, weights.display_name)
    return RandomSequences(record.labels, record.shortest, record.longest, record.balanced)


def _length_range(length: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", length.strip())
    shortest, longest = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= shortest <= longest <= _LONGEST:
        raise ArgumentError(
            f"length {length!r}: give a number of labels or a range, as in 5 or 3-6, from 1 to "
            f"{_LONGEST}"
        )
    return shortest, longest
