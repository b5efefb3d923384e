"""unipen: digits, letters and symbols as pen paths, downloaded on first use."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Literal

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.protocols import Source
from mnistseq.errors import SourceError
from mnistseq.sources.banks.cache import cached_bank
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile
from mnistseq.sources.pen_paths.bank import VERSION, path_bank
from mnistseq.sources.pen_paths.placing import DIGITS, SIZES_HELP, CellPlacer, Sizes, measures
from mnistseq.sources.pen_paths.plausibility import split_plausible
from mnistseq.sources.pen_paths.unipen_files import open_unipen
from mnistseq.sources.pen_paths.unipen_release import read_release

DATASET = Dataset(
    name="unipen",
    description="pen paths of digits, letters and symbols: 122,659",
    licence="CC-BY-4.0",
    attribution=(
        "International Unipen Foundation, UNIPEN data set of on-line handwriting train_r01_v07; "
        "I. Guyon, L. Schomaker, R. Plamondon, M. Liberman and S. Janet, UNIPEN project of "
        "on-line data exchange and recognizer benchmarks, 1994"
    ),
    homepage="https://zenodo.org/records/1195803",
    files=(RemoteFile("unipen-CDROM-train_r01_v07.tgz", None, 155_800_000),),
    mirrors=("https://zenodo.org/records/1195803/files/",),
)

_DIGITS = ("1a",)
_CATEGORIES = {
    "digits": _DIGITS,
    "symbols": ("1d",),
    "digits-and-symbols": ("1a", "1d"),
    "letters": ("1b", "1c"),
    "all": ("1a", "1b", "1c", "1d"),
}
"""Characters → categories of the release that contain them."""


@dataclass(frozen=True)
class Unipen(Source):
    """Digits, letters and symbols as pen paths, by writers from many countries.

    Labels are characters. All splits give the same glyphs. Glyphs that cannot match their
    label, such as a 4 that is a single line, are left out.

    The path of the source is the archive unipen-CDROM-train_r01_v07.tgz, or the
    folder that it contains; by default it is found on this machine, or downloaded (156 MB).

    Source: I. Guyon, L. Schomaker, R. Plamondon, M. Liberman, S. Janet, "UNIPEN
    project of on-line data exchange and recognizer benchmarks", ICPR 1994.

    Parameters
    ----------
    characters : {'digits-and-symbols', 'digits', 'symbols', 'letters', 'all'}
        Which glyphs to take.
    sizes : {'equal', 'natural'}
        equal: every digit is 20 of 28 units high, as in MNIST; natural: only a writer's median
        digit is, and the others keep their relative sizes. Letters and symbols always do.
    """

    name: ClassVar[str] = "unipen"

    characters: Literal["digits-and-symbols", "digits", "symbols", "letters", "all"] = field(
        default="digits-and-symbols", metadata={"help": "which glyphs to take"}
    )
    sizes: Sizes = field(default="equal", metadata={"help": SIZES_HELP})

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the glyphs, which are the same for all splits."""
        file = _downloaded() if path is None else Path(path)
        files = open_unipen(file)

        def make() -> GlyphBank:
            wanted = _CATEGORIES[self.characters]
            # Digits are always read, because the sizes of other glyphs are relative to them.
            release = read_release(files, tuple(sorted({*wanted, *_DIGITS})))
            sizes = measures(release.drawings)
            plausible, others = split_plausible(release.drawings, sizes)
            equal = DIGITS if self.sizes == "equal" else frozenset[str]()
            placer = CellPlacer.of(plausible, sizes, equal)
            folders = tuple(f"data/{category}/" for category in wanted)
            drawings = [item for item in plausible if item.origin.startswith(folders)]
            if not drawings:
                raise SourceError(f"{file}: contains no {self.characters} of UNIPEN")
            left_out = dict.fromkeys((*release.left_out, *others))
            return path_bank(
                drawings, placer, self.name, [text for text in left_out if _is_of(text, folders)]
            )

        look = f"{VERSION} unipen {self.characters} {self.sizes} {files.digest()}"
        return cached_bank(sha256(look.encode()).hexdigest(), self.name, make)

    def terms(self) -> LicenceTerms:
        """Return the licence terms of the published data set."""
        return DATASET.terms


def _is_of(text: str, folders: tuple[str, ...]) -> bool:
    """Return whether a part that was left out may contain requested glyphs."""
    return text.startswith(folders) or not text.startswith("data/")


def _downloaded() -> Path:
    from mnistseq.sources.downloads.fetch import obtain  # not needed where a path is given

    return obtain(DATASET)[0]
