"""Source: where glyphs come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from mnistseq.core.glyph_bank import GlyphBank
    from mnistseq.core.terms import Terms


class Source(ABC):
    """Where glyphs come from."""

    name: ClassVar[str]

    paths: ClassVar[tuple[str, ...]] = ()
    """Names of the parameters that are paths of files to read."""

    @abstractmethod
    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the glyphs of one split.

        Parameters
        ----------
        split : str
            ``train``, ``test`` or another split of the source.
        path : str or None
            Where the source's files are; None if the source finds them itself.

        Raises
        ------
        SourceError
            If the glyphs cannot be read.
        ArgumentError
            If the source has no such split.
        """

    def splits(self, path: str | None) -> tuple[str, ...]:
        """Return the names of the splits, without reading glyphs.

        By default empty, which also means that every split gives the same glyphs, or that the
        source does not list its splits.

        Parameters
        ----------
        path : str or None
            Where the source's files are; None if the source finds them itself.
        """
        return ()

    def terms(self) -> Terms:
        """Return the licence of the glyphs and whom to credit; by default they are unknown.

        Data sets record them.
        """
        from mnistseq.core.terms import Terms  # drawing needs no terms

        return Terms()
