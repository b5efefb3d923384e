"""Survey: read the headers of all pictures for their usual height, colours and widths."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from mnistseq.imaging.decode import BrokenImageError, Header, quiet_pillow, read_header
from mnistseq.sources.banks.parallel_map import parallel_map
from mnistseq.sources.image_folder.files import LabelledPicture, Tree


@dataclass(frozen=True)
class Survey:
    """Properties of all pictures of a split.

    Attributes
    ----------
    height : int
        Most frequent height in pixels; of several, the smallest.
    coloured : bool
        Whether any picture may have colours.
    total_aspect : float
        Sum of width / height over all pictures.
    max_aspect : float
        Greatest width / height.
    """

    height: int
    coloured: bool
    total_aspect: float
    max_aspect: float


def survey(tree: Tree, pictures: list[LabelledPicture]) -> Survey:
    """Read the headers of all pictures, ignoring broken ones."""

    def header_of(picture: LabelledPicture) -> Header | None:
        with suppress(BrokenImageError):
            return read_header(tree.read(picture.file))
        return None

    heights, coloured = Counter[int](), False
    total_aspect = max_aspect = 0.0
    with quiet_pillow():
        for header in parallel_map(header_of, pictures, "looking at pictures"):
            if header is not None:
                heights[header.height] += 1
                coloured = coloured or header.coloured
                total_aspect += header.width / header.height
                max_aspect = max(max_aspect, header.width / header.height)
    most = max(heights.values(), default=0)
    height = min((height for height, number in heights.items() if number == most), default=1)
    return Survey(height, coloured, total_aspect, max_aspect)
