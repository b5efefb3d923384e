"""IndexedSamples: random access to samples, which all integrations use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import SupportsIndex

import numpy as np

from mnistseq.config.config import Config, ConfigLike
from mnistseq.core.array_types import Ints
from mnistseq.core.composer import Composer
from mnistseq.core.randomness import Stream
from mnistseq.core.samples import SampleBatch
from mnistseq.integrations.texts import SampleOptions, TextRule, text_rule
from mnistseq.pipeline.composers import build_composer


@dataclass(frozen=True, eq=False)
class IndexedSamples:
    """The samples of a config and a seed, each determined by its index.

    They equal those that `mnistseq batch` writes. Pickles contain the config and the key of the
    cached glyphs, not the glyphs.

    Attributes
    ----------
    composer : Composer
    texts : TextRule
    seed : int
    masks : bool
        Whether batches have masks and corners of cells.
    """

    composer: Composer
    texts: TextRule
    seed: int
    masks: bool = False

    @classmethod
    def of(cls, config: ConfigLike, seed: int, options: SampleOptions) -> IndexedSamples:
        """Build the composer of a config and the rule of its texts.

        Raises
        ------
        RequestError
            If samples cannot be drawn as requested.
        SourceError
            If the source cannot be read.
        """
        config = _with_split(Config.of(config), options.get("split"))
        composer = build_composer(config)
        rule = text_rule(composer, config, seed, options)
        return cls(composer, rule, seed, options.get("masks", False))

    def draw(self, indices: Sequence[int] | Ints) -> SampleBatch:
        """Draw the samples of these indices in one call."""
        chosen = np.array(indices, dtype=np.int64)
        if len(chosen) and (np.diff(chosen) == 1).all():
            # A run has its random words in one piece, so that none are picked out.
            start = int(chosen[0])
            sequences = self.texts.of(Stream(self.seed, start, len(chosen)))
            return self.composer.compose(sequences, self.seed, start, masks=self.masks)
        sequences = self.texts.of(Stream.of_indices(self.seed, chosen))
        return self.composer.compose(sequences, self.seed, indices=chosen, masks=self.masks)


def sample_indices(indices: Sequence[SupportsIndex], count: int) -> Ints:
    """Validate indices of `count` samples; negative ones count from the end.

    Raises
    ------
    IndexError
        If an index is out of range; this also ends a loop over the samples.
    """
    numbers = np.array(indices, dtype=np.int64)
    wrong = numbers[(numbers < -count) | (numbers >= count)]
    if len(wrong):
        raise IndexError(f"sample {wrong[0]} is out of range: there are {count}")
    return numbers % count


def _with_split(config: Config, split: str | None) -> Config:
    """Return the config with another split of its source, or of all of its sources."""
    if split is None:
        return config
    source = config.source
    if source.mix:
        source = replace(source, mix=[{**entry, "split": split} for entry in source.mix])
    else:
        source = replace(source, split=split)
    return replace(config, source=source)
