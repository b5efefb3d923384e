"""files: image files with a line of JSON for each, readable by Hugging Face's imagefolder.

Source: https://huggingface.co/docs/datasets/image_dataset, "ImageFolder". Every
shard has its own metadata.jsonl, because datasets before version 3 reads each into
memory.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import IO, ClassVar

import numpy as np

from mnistseq.core.licence_terms import LicenceTerms
from mnistseq.core.record_schema import FileSet, RecordField, RecordSchema
from mnistseq.core.samples import SampleBatch
from mnistseq.core.stored_samples import ShardReader, StoredSample
from mnistseq.errors import FormatLimitError
from mnistseq.formats.encoding.encoded import Encoded
from mnistseq.formats.encoding.features import IMAGE, record_features, record_fields
from mnistseq.formats.encoding.plain_files import read_plain_file
from mnistseq.formats.encoding.records import json_records, stored_sample
from mnistseq.formats.encoding.unexpected_files import refuse_unexpected_files
from mnistseq.formats.label_formats.base import (
    IMAGES,
    METADATA,
    Boxes,
    LabelFile,
    LabelFormat,
    LabelledSplit,
)
from mnistseq.formats.label_formats.classes import CLASSES, classes_text
from mnistseq.formats.label_formats.table import LABEL_FORMATS, LabelFormatName
from mnistseq.imaging.decode import decode_image


@dataclass(frozen=True)
class Files(Encoded):
    """Image files in folders, with metadata.jsonl for Hugging Face's imagefolder.

    Parameters
    ----------
    labels : tuple of {'csv', 'jsonl', 'paddle', 'doctr', 'easyocr', 'gttxt', 'coco', 'yolo', 'masks'}
        Label formats to write in addition to metadata.jsonl.
    boxes : {'ink', 'cell'}
        Which box of a glyph coco and yolo contain.
    """

    name: ClassVar[str] = "files"
    suffix: ClassVar[str] = ""
    shard_samples: ClassVar[int] = 2_000

    labels: tuple[LabelFormatName, ...] = field(
        default=(), metadata={"help": "label formats to write in addition to metadata.jsonl"}
    )
    boxes: Boxes = field(
        default="ink", metadata={"help": "which box of a glyph coco and yolo contain"}
    )

    def __post_init__(self) -> None:
        # A config contains a list, which is not hashable.
        object.__setattr__(self, "labels", tuple(self.labels))

    def unused(self, given: Collection[str]) -> Mapping[str, str]:
        """Also return `boxes` if it is given but no label format uses boxes."""
        unused = dict(super().unused(given))
        users = [
            name
            for name, item in LABEL_FORMATS.items()
            if item.uses_boxes and not (self.needs_masks and item.masks_replace_boxes)
        ]
        if "boxes" in given and not set(users) & set(self.labels):
            unused["boxes"] = f"applies only to {' and '.join(users)}"
        return unused

    def record_schema(self, kept: Sequence[str], *, writers: bool) -> RecordSchema:
        """Return the images and the files with their records."""
        folder = f"{IMAGES}/" if self._images_apart else ""
        images = f"{{split}}/*/{folder}*.{self.image_format}"
        records = f"{{split}}/*/{METADATA}"
        file_name = RecordField(
            "file_name",
            "name of the image in its folder",
            "sc:Text",
            "records",
            {"column": "file_name"},
            {"regex": "^(?:.*/)?([^/]+)$"},
            same_as=("images", {"fileProperty": "filename"}),
        )
        image = RecordField(
            "image", "the image", "sc:ImageObject", "images", {"fileProperty": "content"}
        )
        return RecordSchema(
            data_files=(images, records),
            features=(IMAGE, *record_features(kept, writers=writers, masks=self.needs_masks)),
            file_sets=(
                FileSet("images", images, self.media_type),
                FileSet("records", records, "application/jsonlines"),
            ),
            fields=(file_name, image, *record_fields("records")),
        )

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        """Make a folder of images, their metadata.jsonl and the label files of the shard.

        FormatLimitError if two samples have the same name, or if a label file cannot hold a label.
        """
        path.mkdir()
        folder = f"{IMAGES}/" if self._images_apart else ""
        label_folders = {item.name: _folder(item, folder) for item in self._for_images}
        for name in {folder, *label_folders.values()} - {""}:
            (path / name).mkdir()
        all_names: list[str] = []
        all_texts: list[str] = []
        with open(path / METADATA, "xb") as lines:
            for number, batch in enumerate(batches):
                if number == 0 and self._lists_classes:
                    _write(path / CLASSES, classes_text(batch.alphabet).encode())
                names = [f"{key}.{self.image_format}" for key in batch.keys]
                for name, content in zip(names, self.encode(batch.images), strict=True):
                    _write(path / folder / name, content)
                for item in self._for_images:
                    for key, content in zip(batch.keys, item.beside_images(batch), strict=True):
                        file = f"{label_folders[item.name]}{key}{item.image_suffix}"
                        _write(path / file, content)
                paths = tuple(folder + name for name in names)
                lines.write(b"".join(b"%b\n" % record for record in json_records(batch, paths)))
                all_names += names
                all_texts += batch.texts
        for item in self._label_formats:
            _write_parts(path, item.of_shard(all_names, all_texts, folder))

    def open_shard(self, path: Path) -> ShardReader:
        """Open a shard, keeping its metadata.jsonl in memory."""
        return _FilesReader(path, self._label_formats)

    def read_shard(self, path: Path) -> Iterator[StoredSample]:
        """Read the images listed in metadata.jsonl, and the label files of the shard."""
        reader = _FilesReader(path, self._label_formats)
        yield from reader
        refuse_unexpected_files(path, reader.read)

    def finish(
        self,
        shards: Iterable[str],
        read: Callable[[str], IO[bytes]],
        folder: Path,
        terms: Sequence[LicenceTerms],
    ) -> None:
        """Write the label files of whole splits and of the whole data set."""
        by_split = groupby(shards, lambda shard: shard.partition("/")[0])
        splits = [LabelledSplit(name, list(members), read, terms) for name, members in by_split]
        if not splits:
            return
        for label_format in self._label_formats:
            for split in splits:
                _write_parts(folder, label_format.of_split(split))
            _write_parts(folder, label_format.of_data_set(splits))

    def remarks(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the warnings of the label formats."""
        return tuple(remark for item in self._label_formats for remark in item.remarks(texts))

    @property
    def needs_masks(self) -> bool:
        """Whether batches must have masks."""
        return self.masks or self._holds_masks

    def versions(self) -> dict[str, str]:
        """Return the versions of the libraries that encode images and masks."""
        own = {"zlib": zlib.ZLIB_RUNTIME_VERSION} if self._holds_masks else {}
        return super().versions() | own

    @property
    def _holds_masks(self) -> bool:
        return any(item.holds_masks for item in self._label_formats)

    @property
    def _label_formats(self) -> list[LabelFormat]:
        return [
            label_format(self.boxes)
            for name, label_format in LABEL_FORMATS.items()
            if name in self.labels
        ]

    @property
    def _for_images(self) -> list[LabelFormat]:
        return [item for item in self._label_formats if item.image_suffix is not None]

    @property
    def _images_apart(self) -> bool:
        return any(item.images_apart for item in self._label_formats)

    @property
    def _lists_classes(self) -> bool:
        return not all(item.holds_any_label for item in self._label_formats)


class _FilesReader(ShardReader):
    """Reads the files listed in metadata.jsonl.

    Attributes
    ----------
    read : set of str
        Names of files that were read, or that the format may write.
    """

    def __init__(self, shard: Path, label_formats: Sequence[LabelFormat]) -> None:
        self._shard = shard
        self._for_images = [item for item in label_formats if item.image_suffix is not None]
        self._lines = read_plain_file(shard, METADATA).splitlines()
        folder = _split_name(json.loads(self._lines[0])["file_name"])[0] if self._lines else ""
        of_shard = [name for item in label_formats for name, _ in item.of_shard([], [], folder)]
        self.read = {METADATA, CLASSES, *of_shard}
        self._shared = self._contents({CLASSES: CLASSES})
        # Hashes, because every record contains them.
        for name, content in self._contents({name: name for name in of_shard}).items():
            self._shared[name] = sha256(content.encode()).hexdigest()

    def __getitem__(self, number: int) -> StoredSample:
        record = json.loads(self._lines[number])
        path = record["file_name"]
        image = decode_image(read_plain_file(self._shard, path))
        folder, name = _split_name(path)
        key = name.rpartition(".")[0]
        names = {
            item: f"{_folder(item, folder)}{key}{item.image_suffix}" for item in self._for_images
        }
        self.read |= {path, *names.values()}
        texts = {item.name: name for item, name in names.items() if not item.holds_masks}
        stored = stored_sample(key, image, {**record, **self._shared, **self._contents(texts)})
        for item, name in names.items():
            if item.holds_masks:
                mask = decode_image(read_plain_file(self._shard, name), "L").astype(np.uint16)
                stored = replace(stored, mask=mask)
        return stored

    def _contents(self, names: Mapping[str, str]) -> dict[str, str]:
        """Return the contents of existing files, with unchanged line breaks."""
        contents = {}
        for key, name in names.items():
            with suppress(FileNotFoundError):
                contents[key] = read_plain_file(self._shard, name).decode()
        return contents


def _split_name(path: str) -> tuple[str, str]:
    """Split a path into the folder, with a final slash or empty, and the name."""
    folder, slash, name = path.rpartition("/")
    return folder + slash, name


def _folder(item: LabelFormat, image_folder: str) -> str:
    """Return the folder for a label format's files of single images, with a slash, or empty."""
    return image_folder if item.label_folder is None else f"{item.label_folder}/"


def _write(path: Path, content: bytes) -> None:
    try:
        # Buffered, because a raw write on a full disk may be partial without an error.
        with open(path, "xb") as file:
            file.write(content)
    except FileExistsError:
        raise FormatLimitError(
            f"two samples of a shard are both named {path.name}: give each a name of its own"
        ) from None


def _write_parts(folder: Path, files: Iterable[LabelFile]) -> None:
    for name, parts in files:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        with open(path, "x", encoding="utf-8", newline="") as file:
            file.writelines(parts)
