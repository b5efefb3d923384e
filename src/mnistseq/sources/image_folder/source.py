"""Folders of pictures, one folder a label, as ImageNet has them; zip archives of such folders, too."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import parent_process
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.protocols import Source
from mnistseq.errors import ArgumentError, SourceError
from mnistseq.sources.banks.cache import mapped_bank
from mnistseq.sources.banks.labels import check_labels
from mnistseq.sources.image_folder.bank import Colour, Polarity, broken_text, make_bank
from mnistseq.sources.image_folder.class_names import name_classes
from mnistseq.sources.image_folder.decoder import Decoder
from mnistseq.sources.image_folder.files import Picture, Tree, find_pictures
from mnistseq.sources.image_folder.survey import Survey, survey

_MAX_HEIGHT = 4_096
_VERSION = "image-folder 2"
"""Of how pictures become glyphs: another one is another entry of the cache."""


@dataclass(frozen=True)
class ImageFolder(Source):
    """Pictures in folders that are their labels, as ImageNet and Omniglot have them.

    The path of the source is a folder, or a zip archive of one. In it stand
    ``[split/]label/picture.png``; folders below one another make one label, as
    in ``Balinese/character01``. Where there are no folders of splits, all
    pictures are in train. Links, hidden files and files that are no pictures
    are passed over.

    Pictures are decoded once, into a file of the user's cache folder that is
    mapped into memory: their number is a matter of disk.

    Parameters
    ----------
    polarity : {'auto', 'light-on-dark', 'dark-on-light'}
        Colour of ink and ground in the files. auto: of grey pictures, the
        ground is what most of the pixels on their borders are, light or dark,
        over all pictures of the split together; where any has colours,
        dark-on-light, so that they come out as they are.
    height : int, optional
        Scale all pictures to this height, their widths with it; by default to
        the height that most of them have, of several the smallest.
    colour : {'auto', 'grey', 'rgb'}
        Whether glyphs have three channels; auto: where any picture has colours.
    max_aspect : int
        How many times as wide as high a picture may be: each takes as much
        room as the widest.
    classes : str, optional
        A file that gives folders other names, by its path or its place beside
        the pictures.
    broken : {'error', 'skip'}
        What happens to pictures that cannot be used: an error lists them, or
        they are left out with a warning.
    """

    name: ClassVar[str] = "image-folder"

    polarity: Polarity = field(default="auto", metadata={"help": "of ink and ground in the files"})
    height: Annotated[int, Ge(1), Le(_MAX_HEIGHT)] | None = field(
        default=None, metadata={"help": "in pixels; by default what most pictures have"}
    )
    colour: Colour = field(
        default="auto", metadata={"help": "auto: rgb where any picture has colours"}
    )
    max_aspect: Annotated[int, Ge(1), Le(1_000)] = field(
        default=8, metadata={"help": "how many times as wide as high a picture may be"}
    )
    classes: str | None = field(
        default=None, metadata={"help": "a file of names for the folders: csv, tsv, json or text"}
    )
    broken: Literal["error", "skip"] = field(
        default="error", metadata={"help": "what happens to pictures that cannot be used"}
    )

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the pictures of one split."""
        if path is None:
            raise ArgumentError(
                "source image-folder needs a path (source.path, --data-dir): the folder or zip "
                "archive that holds the pictures"
            )
        tree = Tree(Path(path))
        with tree.open():
            pictures = find_pictures(tree, split)
            found = survey(tree, pictures)
            pictures, names = self._name(tree, pictures)
            decoder = self._decoder(found)
            look = self.colour, self.polarity
            # What is left out is kept with the rest, so that to allow it costs no second decoding.
            key = f"{_VERSION} {found.content} {decoder} {look} {names}"
            name = f"{self.name} {tree.place.name}"
            bank = mapped_bank(
                sha256(key.encode()).hexdigest(),
                name,
                lambda folder: make_bank(tree, pictures, decoder, look, name, folder),
                _size(found, decoder, len(pictures)),
            )
        self._tell(tree, bank, len(pictures))
        return bank

    def _name(self, tree: Tree, pictures: list[Picture]) -> tuple[list[Picture], str]:
        """The pictures with the labels they are to have, and a hash of how these were changed."""
        folders = sorted({picture.label for picture in pictures})
        if self.classes is None:
            check_labels(folders, tree.place, "rename these folders, or name them in classes")
            return pictures, ""
        beside = tree.place if tree.place.is_dir() else tree.place.parent
        file = beside / self.classes
        names = name_classes(file, folders)
        check_labels(sorted(set(names.values())), file, "give other names")
        named = [Picture(file, names[label]) for file, label in pictures]
        return named, sha256(repr(sorted(names.items())).encode("utf-8", "replace")).hexdigest()

    def _decoder(self, found: Survey) -> Decoder:
        return Decoder(
            height=self.height or min(found.height, _MAX_HEIGHT),
            colour=found.coloured if self.colour == "auto" else self.colour == "rgb",
            ground=0 if self.polarity == "light-on-dark" else 255,
            max_aspect=self.max_aspect,
        )

    def _tell(self, tree: Tree, bank: GlyphBank, number: int) -> None:
        if not bank.left_out:
            return
        text = broken_text(tree, bank.left_out, number)
        if self.broken == "error":
            raise SourceError(
                f"{text}\nMend or remove them, or leave them out with source.parameters.broken=skip"
            )
        # A worker's parent has said so before.
        if parent_process() is None:
            warnings.warn(f"{text}\nThey are left out.", stacklevel=3)


def _size(found: Survey, decoder: Decoder, number: int) -> int:
    """About how many bytes the bank takes, and what serves to make it."""
    widest = min(found.widest, decoder.max_aspect)
    aspects = min(found.aspects, decoder.max_aspect * number)
    square = decoder.height**2 * (3 if decoder.colour else 1)
    return int(square * (number * widest + aspects))
