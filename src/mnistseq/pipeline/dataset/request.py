"""DatasetRequest: what is asked of a data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mnistseq.config.config import Config
from mnistseq.core.bank_splits import Disjoint
from mnistseq.pipeline.dataset.inputs import Input, Shares


@dataclass(frozen=True)
class DatasetRequest:
    """What is asked of a data set.

    Attributes
    ----------
    config : Config
    input : Input
    seed : int
    format : object
        The format, with its parameters.
    root : str
        Folder or URL.
    shares : tuple of (str, float)
        Splits and their shares, which add up to 1.
    disjoint : {'glyph', 'writer'}
        What no two splits have in common.
    shard_samples : int
    """

    config: Config
    input: Input
    seed: int
    format: Any
    root: str
    shares: Shares = (("train", 1.0),)
    disjoint: Disjoint = "glyph"
    shard_samples: int = 1000
