"""image-folder: pictures in folders named by label, as in ImageNet, or in zip archives of these."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import parent_process
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from mnistseq.config.constraints import Range
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.errors import SourceError
from mnistseq.sources.banks.cache import mapped_bank, stored_bank
from mnistseq.sources.banks.labels import check_labels
from mnistseq.sources.image_folder.bank import Colour, Polarity, broken_text, make_bank
from mnistseq.sources.image_folder.class_names import name_classes
from mnistseq.sources.image_folder.decoder import Decoder
from mnistseq.sources.image_folder.files import LabelledPicture, Tree, listing_digest
from mnistseq.sources.image_folder.label_file import find_labelled
from mnistseq.sources.image_folder.labels import (
    FoundPictures,
    find_pictures,
    find_splits,
    without_splits,
)
from mnistseq.sources.image_folder.survey import Survey, survey
from mnistseq.sources.user_files import UserFiles

_MAX_HEIGHT = 4_096
_VERSION = "image-folder 3"
"""Part of the cache key; increase it when glyphs are made differently from pictures."""


@dataclass(frozen=True)
class ImageFolder(UserFiles):
    """Pictures in folders named by their labels, as in ImageNet and Omniglot.

    The path of the source is a folder, or a zip archive of one, with paths like
    ``[split/]label/picture.png``. Nested folders form one label, as in
    ``Balinese/character01``. Folders called train or training, test or testing, and
    val, valid or validation, in any case, are splits if all folders beside them are
    splits, too, and contain folders; otherwise all pictures are in train. Links, hidden
    files and files that are not pictures are ignored, and pictures beside the folders of
    labels are skipped with a warning.

    Pictures are decoded once, to a memory-mapped file in the user's cache folder, so their
    number is limited by disk space, not by memory.

    Parameters
    ----------
    polarity : {'auto', 'light-on-dark', 'dark-on-light'}
        Polarity of ink and background in the files. auto: for grey pictures, the background
        is light or dark like most border pixels of all pictures of the split; if any picture
        has colours, dark-on-light, which leaves them unchanged.
    height : int, optional
        Height to which all pictures are scaled, with widths in proportion; by default the most
        frequent height, or the smallest of several.
    colour : {'auto', 'grey', 'rgb'}
        Whether glyphs have three channels; auto: only if any picture has colours.
    max_aspect : int
        Maximum ratio of width to height; every picture takes as much space as the widest.
    labels : str, optional
        A table (CSV or TSV) of files and labels, for pictures that are not in folders named by
        label: its path, or its name if it is beside the pictures.
    classes : str, optional
        A file with other names for the folders: its path, or its name if it is beside the
        pictures.
    broken : {'error', 'skip'}
        Whether pictures that cannot be used are an error, or skipped with a warning.
    """

    name: ClassVar[str] = "image-folder"
    needs: ClassVar[str] = "the folder or zip archive of the pictures"
    paths: ClassVar[tuple[str, ...]] = ("labels", "classes")

    polarity: Polarity = field(
        default="auto", metadata={"help": "polarity of ink and background in the files"}
    )
    height: Annotated[int, Range(1, _MAX_HEIGHT)] | None = field(
        default=None, metadata={"help": "height in pixels; by default the most frequent one"}
    )
    colour: Colour = field(
        default="auto",
        metadata={"help": "channels of glyphs; auto: rgb if any picture has colours"},
    )
    max_aspect: Annotated[int, Range(1, 1_000)] = field(
        default=8, metadata={"help": "maximum ratio of a picture's width to its height"}
    )
    labels: str | None = field(
        default=None, metadata={"help": "a table of files and labels: csv or tsv"}
    )
    classes: str | None = field(
        default=None, metadata={"help": "a file with names for the folders: csv, tsv, json or text"}
    )
    broken: Literal["error", "skip"] = field(
        default="error",
        metadata={"help": "whether pictures that cannot be used are an error or skipped"},
    )

    def load(self, split: str, path: str | None) -> GlyphBank:
        """Read the pictures of one split."""
        tree = Tree(self.required(path))
        with tree.open():
            found = self._find(tree, split)
            pictures = self._with_class_names(tree, found.pictures)
            bank = self._bank(tree, pictures)
        for text in found.warnings:
            _warn(text)
        self._report_left_out(tree, bank, len(pictures))
        return bank

    def splits(self, path: str | None) -> tuple[str, ...]:
        """Return the splits that have folders, or only train."""
        if self.labels is not None:
            return ("train",)
        tree = Tree(self.required(path))
        with tree.open():
            return find_splits(tree) or ("train",)

    def _find(self, tree: Tree, split: str) -> FoundPictures:
        if self.labels is None:
            return find_pictures(tree, split)
        without_splits(tree, split)
        return find_labelled(tree, _beside(tree, self.labels))

    def _with_class_names(
        self, tree: Tree, pictures: list[LabelledPicture]
    ) -> list[LabelledPicture]:
        """Replace labels by the names in `classes`."""
        folders = sorted({picture.label for picture in pictures})
        if self.classes is None:
            remedy = "rename these folders" if self.labels is None else "give other labels"
            check_labels(folders, tree.path, f"{remedy}, or name them in classes")
            return pictures
        file = _beside(tree, self.classes)
        names = name_classes(file, folders)
        check_labels(sorted(set(names.values())), file, "give other names")
        return [LabelledPicture(picture.file, names[picture.label]) for picture in pictures]

    def _bank(self, tree: Tree, pictures: list[LabelledPicture]) -> GlyphBank:
        """Return the bank of all usable pictures, from the cache unless files have changed."""
        # The bank records skipped pictures, so that allowing them needs no new decoding.
        look = f"{self.polarity} {self.height} {self.colour} {self.max_aspect}"
        key = sha256(f"{_VERSION} {listing_digest(tree, pictures)} {look}".encode()).hexdigest()
        name = f"{self.name} {tree.path.name}"
        bank = stored_bank(key, name)
        if bank is not None:
            return bank
        found = survey(tree, pictures)
        decoder = self._decoder(found)
        return mapped_bank(
            key,
            name,
            lambda folder: make_bank(
                tree, pictures, decoder, self.colour, self.polarity, name, folder
            ),
            _size(found, decoder, len(pictures)),
        )

    def _decoder(self, found: Survey) -> Decoder:
        return Decoder(
            height=self.height or min(found.height, _MAX_HEIGHT),
            colour=found.coloured if self.colour == "auto" else self.colour == "rgb",
            ground=0 if self.polarity == "light-on-dark" else 255,
            max_aspect=self.max_aspect,
        )

    def _report_left_out(self, tree: Tree, bank: GlyphBank, number: int) -> None:
        if not bank.left_out:
            return
        text = broken_text(tree, bank.left_out, number)
        if self.broken == "error":
            raise SourceError(
                f"{text}\nRepair or remove them, or leave them out with "
                "source.parameters.broken=skip"
            )
        _warn(f"{text}\nThey are left out.")


def _beside(tree: Tree, name: str) -> Path:
    """Return the path of a file given by a parameter: absolute, or beside the pictures."""
    return (tree.path if tree.path.is_dir() else tree.path.parent) / name


def _warn(text: str) -> None:
    # In a worker, the parent process has already warned.
    if parent_process() is None:
        warnings.warn(text, stacklevel=4)


def _size(found: Survey, decoder: Decoder, number: int) -> int:
    """Estimate the size of the bank together with its auxiliary file, in bytes."""
    widest = min(found.max_aspect, decoder.max_aspect)
    aspects = min(found.total_aspect, decoder.max_aspect * number)
    square = decoder.height**2 * (3 if decoder.colour else 1)
    return int(square * (number * widest + aspects))
