"""Source: where glyphs come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from mnistseq.core.glyph_bank import GlyphBank
    from mnistseq.core.licence_terms import LicenceTerms


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

        By default empty: the source has no splits, or cannot list them.

        Parameters
        ----------
        path : str or None
            Where the source's files are; None if the source finds them itself.
        """
        return ()

    def terms(self) -> LicenceTerms:
        """Return the licence of the glyphs and whom to credit; by default unknown.

        Data sets record both.
        """
        from mnistseq.core.licence_terms import LicenceTerms  # not needed for drawing

        return LicenceTerms()
