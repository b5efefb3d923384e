"""LabelFormat: adds label files to a data set of image files.

A label format turns samples or their records into names and contents, which format `files`
writes. By default it adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, ClassVar, Literal, TypeAlias

from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.samples import SampleBatch
from mnistseq.formats.encoding.plain_files import MAX_SIZE, json_lines
from mnistseq.formats.label_formats.classes import CLASSES, parse_classes

METADATA = "metadata.jsonl"
"""The records of a shard, one line for each image; every shard has this file."""

IMAGES = "images"
"""The folder for the images of a shard, if a label format needs one."""

Boxes: TypeAlias = Literal["ink", "cell"]
"""Which box of a glyph is written: that of its ink or that of its cell."""

OpenFile: TypeAlias = Callable[[str], IO[bytes]]
"""Opens a file of a data set by its name, such as ``train/00000/metadata.jsonl``."""

LabelFile: TypeAlias = tuple[str, Iterable[str]]
"""A file name, with ``/`` between folders, and the content in parts."""


@dataclass(frozen=True)
class LabelledSplit:
    """The records of one split, read again for each pass because they may not fit in memory.

    Attributes
    ----------
    shards : list of str
        Names of the shards, such as ``train/00000``; at least one.
    terms : sequence of LicenceTerms
        Licences and credits of the sources.
    """

    name: str
    shards: list[str]
    open_file: OpenFile
    terms: Sequence[LicenceTerms]

    def records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the path and the record of every image."""
        for shard in self.shards:
            with self.open_file(f"{shard}/{METADATA}") as lines:
                for record in json_lines(lines):
                    yield f"{shard}/{record['file_name']}", record

    def classes(self) -> list[str]:
        """Return the labels of the source, ordered by class number."""
        with self.open_file(f"{self.shards[0]}/{CLASSES}") as file:
            return parse_classes(file.read(MAX_SIZE))


@dataclass(frozen=True)
class LabelFormat:
    """Base class of all label formats.

    Parameters
    ----------
    boxes : {'ink', 'cell'}
        Which box of a glyph is written; without effect unless `uses_boxes`.
    """

    name: ClassVar[str]

    uses_boxes: ClassVar[bool] = False
    """Whether the label files contain boxes."""

    masks_replace_boxes: ClassVar[bool] = False
    """Whether the label files contain masks instead of boxes, if there are masks."""

    holds_any_label: ClassVar[bool] = False
    """Whether the label files can contain labels with tabs and line breaks.

    If not, such labels are refused, and each shard gets a ``classes.txt``.
    """

    image_suffix: ClassVar[str | None] = None
    """Suffix of the label file of an image, which replaces that of the image; empty for none."""

    label_folder: ClassVar[str | None] = None
    """Folder of the label files of single images; by default that of the images."""

    holds_masks: ClassVar[bool] = False
    """Whether the label file of an image is a picture of glyph indices."""

    images_apart: ClassVar[bool] = False
    """Whether the images of a shard must be in a separate folder, `IMAGES`."""

    boxes: Boxes = "ink"

    def remarks(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return warnings about what readers may do to such texts, like `Format.remarks`."""
        return ()

    def beside_images(self, batch: SampleBatch) -> Iterator[bytes]:
        """Yield the content of the label file of each image; called only with an `image_suffix`."""
        return iter(())

    def of_shard(
        self, names: Sequence[str], texts: Sequence[str], folder: str
    ) -> Iterator[LabelFile]:
        """Yield the label files of one shard, with names relative to it.

        Parameters
        ----------
        names : sequence of str
            Names of the images in their folder.
        folder : str
            Folder of the images in the shard, with a final slash, or empty.
        """
        return iter(())

    def of_split(self, split: LabelledSplit) -> Iterator[LabelFile]:
        """Yield the label files of one split."""
        return iter(())

    def of_data_set(self, splits: Sequence[LabelledSplit]) -> Iterator[LabelFile]:
        """Yield the label files of the whole data set, which has at least one split."""
        return iter(())


def joined(before: str, parts: Iterable[str], after: str) -> Iterator[str]:
    """Yield `before`, the parts separated by commas and line breaks, and `after`."""
    yield before
    separator = ""
    for part in parts:
        yield separator + part
        separator = ",\n"
    yield after
