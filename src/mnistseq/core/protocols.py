"""What each kind of component is: the shapes that plugins fill.

A component is a class whose `name` is what configs and commands call it, and
whose instances are frozen: using one never changes it. Its parameters are the
fields of a frozen dataclass, typed, so that one declaration serves the
constructor, the check of a config and the documentation.
"""

from __future__ import annotations

from typing import ClassVar, Protocol

from mnistseq.core.arrays import Ints
from mnistseq.core.gap_space import GapSpace
from mnistseq.core.glyphs import GlyphBank
from mnistseq.core.randomness import Stream


class Spacing(Protocol):
    """A strategy: how wide the gaps are."""

    name: ClassVar[str]

    def gaps(self, space: GapSpace, stream: Stream) -> Ints:
        """Choose the gaps of a batch.

        Parameters
        ----------
        space : GapSpace
            How many gaps, in which range, in how much room.
        stream : Stream
            The samples' random words; the only randomness there is.

        Returns
        -------
        ndarray of int64, shape (B, space.count)
            Each within the range; each row's sum within the room.

        Raises
        ------
        SpacingError
            If there are no such gaps.
        """
        ...


class Source(Protocol):
    """Where glyphs come from."""

    name: ClassVar[str]

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the glyphs of one split.

        Parameters
        ----------
        split : str
            ``train`` or ``test``, or what else the source has.
        path : str or None
            Where its files are; None: where the source itself finds them.

        Raises
        ------
        SourceError
            If they cannot be read.
        """
        ...
