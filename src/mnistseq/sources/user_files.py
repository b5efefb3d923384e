"""UserFiles: base class of sources that read the user's own files, whose licence is a parameter."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar

from mnistseq.config.constraints import NotEmpty
from mnistseq.core.licence_terms import UNKNOWN, LicenceTerms
from mnistseq.core.protocols import Source
from mnistseq.errors import ArgumentError


@dataclass(frozen=True)
class UserFiles(Source):
    """A source of files whose licence terms are parameters.

    Parameters
    ----------
    licence : str
        Licence of the glyphs as an SPDX identifier, such as ``CC-BY-4.0``.
    attribution : str
        Whom to credit for the glyphs.
    """

    needs: ClassVar[str]
    """What the path of the source has to be, for messages."""

    licence: Annotated[str, NotEmpty()] = field(
        default=UNKNOWN,
        kw_only=True,
        metadata={"help": "SPDX identifier of the glyphs' licence, such as CC-BY-4.0"},
    )
    attribution: str = field(
        default="", kw_only=True, metadata={"help": "whom to credit for the glyphs"}
    )

    def terms(self) -> LicenceTerms:
        """Return the given licence terms."""
        return LicenceTerms(self.licence, self.attribution)

    def required(self, path: str | None) -> Path:
        """Return the path of the source; ArgumentError if none is given."""
        if path is None:
            raise ArgumentError(f"source {self.name} needs source.path: {self.needs}")
        return Path(path)
