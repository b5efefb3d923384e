"""LicenceTerms: the licence of glyphs and whom to credit."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = "unknown"
"""Licence of glyphs whose source states none."""


@dataclass(frozen=True)
class LicenceTerms:
    """The licence of a source's glyphs, and whom to credit for them.

    Attributes
    ----------
    licence : str
        An SPDX identifier or expression such as ``CC-BY-SA-3.0``, or ``unknown``.
    attribution : str
        Authors and title; empty if they are not known.
    homepage : str
        Where the source is published; empty if it is not.
    """

    licence: str = UNKNOWN
    attribution: str = ""
    homepage: str = ""

    @property
    def licence_url(self) -> str:
        """Where the licence can be read; empty if it is unknown or an expression of several."""
        simple = self.licence != UNKNOWN and not any(c in self.licence for c in " :/()")
        return f"https://spdx.org/licenses/{self.licence}.html" if simple else ""
