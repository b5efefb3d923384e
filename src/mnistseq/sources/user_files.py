"""Base class of the sources that read files of the user's, whose licence only the user knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from mnistseq.config.constraints import NotEmpty
from mnistseq.core.licence_terms import UNKNOWN, LicenceTerms
from mnistseq.core.protocols import Source


@dataclass(frozen=True)
class UserFiles(Source):
    """A source of files whose terms are parameters.

    Parameters
    ----------
    licence : str
        Licence of the glyphs as an SPDX identifier, such as ``CC-BY-4.0``.
    attribution : str
        Whom to credit for the glyphs.
    """

    licence: Annotated[str, NotEmpty()] = field(
        default=UNKNOWN,
        kw_only=True,
        metadata={"help": "SPDX identifier of the glyphs' licence, such as CC-BY-4.0"},
    )
    attribution: str = field(
        default="", kw_only=True, metadata={"help": "whom to credit for the glyphs"}
    )

    def terms(self) -> LicenceTerms:
        """Return the terms that were given."""
        return LicenceTerms(self.licence, self.attribution)
