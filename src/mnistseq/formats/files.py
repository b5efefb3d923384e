"""Image files with a line of JSON for each, as Hugging Face's imagefolder reads them.

Source: https://huggingface.co/docs/datasets/image_dataset, "ImageFolder". Every
shard has a metadata.jsonl of its own, for readers before version 3 take a whole
one into memory at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, ClassVar, Literal

from mnistseq.core.protocols import Stored
from mnistseq.core.samples import SampleBatch
from mnistseq.errors import OutputError
from mnistseq.formats.encoding.images import Encoded
from mnistseq.formats.encoding.records import json_records
from mnistseq.formats.encoding.unexpected_files import refuse_strays
from mnistseq.formats.label_formats.sidecar_labels import CLASSES, Boxes, check_labels, files_beside
from mnistseq.formats.label_formats.split_labels import METADATA, write_label_files
from mnistseq.imaging.decode import decode_image

_BESIDE = {"gttxt": ".gt.txt", "yolo": ".txt"}
"""How the label files beside each image are called."""


@dataclass(frozen=True)
class Files(Encoded):
    """Image files in folders, with metadata.jsonl for Hugging Face's imagefolder.

    Parameters
    ----------
    labels : tuple of {'jsonl', 'paddle', 'doctr', 'gttxt', 'coco', 'yolo'}
        Label files that are written besides; metadata.jsonl always is.
    boxes : {'ink', 'cell'}
        What coco and yolo call a glyph's box.
    """

    name: ClassVar[str] = "files"
    suffix: ClassVar[str] = ""
    shard_samples: ClassVar[int] = 2_000

    labels: tuple[Literal["jsonl", "paddle", "doctr", "gttxt", "coco", "yolo"], ...] = field(
        default=(), metadata={"help": "label files for other trainers besides metadata.jsonl"}
    )
    boxes: Boxes = field(
        default="ink", metadata={"help": "what coco and yolo take as the box of a glyph"}
    )

    def __post_init__(self) -> None:
        # A config has a list, and two of those cannot be told equal by their hash.
        object.__setattr__(self, "labels", tuple(self.labels))

    def unused(self, given: Collection[str]) -> Mapping[str, str]:
        """Return also ``boxes`` if it was given and no label file has boxes."""
        unused = dict(super().unused(given))
        if "boxes" in given and not {"coco", "yolo"} & {*self.labels}:
            unused["boxes"] = "applies only to coco and yolo"
        return unused

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        """Make a folder of images and their metadata.jsonl.

        Raises
        ------
        OutputError
            If two samples have one name, or a label cannot stand in a label file.
        """
        path.mkdir()
        with open(path / METADATA, "xb") as lines:
            for number, batch in enumerate(batches):
                if number == 0 and set(self.labels) - {"jsonl", "doctr"}:
                    check_labels(batch.alphabet)
                    (path / CLASSES).write_text(
                        "\n".join((*batch.alphabet, "")), "utf-8", newline=""
                    )
                names = tuple(f"{key}.{self.image_format}" for key in batch.keys)
                for name, content in zip(names, self.encode(batch.images), strict=True):
                    _write(path / name, content)
                for name, text in files_beside(batch, self.labels, self.boxes):
                    _write(path / name, text.encode())
                records = json_records(batch, names)
                lines.write("".join(f"{record}\n" for record in records).encode("ascii"))

    def read_shard(self, path: Path) -> Iterator[Stored]:
        """Read the images that metadata.jsonl names, and the label files beside them."""
        classes = _texts({CLASSES: path / CLASSES})
        known = {METADATA, CLASSES}
        with open(path / METADATA, encoding="ascii") as lines:
            for line in lines:
                record = json.loads(line)
                file = path / record["file_name"]
                beside = self._paths_beside(file)
                known |= {file.name, *(path.name for path in beside.values())}
                yield Stored(
                    key=file.stem,
                    image=decode_image(file.read_bytes()),
                    labels=tuple(record["objects"]["categories"]),
                    index=record["index"],
                    text=record["text"],
                    record={**record, **classes, **_texts(beside)},
                )
        refuse_strays(path, known)

    def _paths_beside(self, image: Path) -> dict[str, Path]:
        """The label files that lie beside an image."""
        # Only those that were asked for: a sample may be called as another with .gt behind it.
        kinds = [kind for kind in _BESIDE if kind in self.labels]
        return {kind: image.with_name(image.stem + _BESIDE[kind]) for kind in kinds}

    def finish(self, shards: Iterable[str], read: Callable[[str], IO[bytes]], folder: Path) -> None:
        """Write the label files that belong to a whole split, or to all of them."""
        write_label_files(self.labels, self.boxes, list(shards), read, folder)


def _texts(files: dict[str, Path]) -> dict[str, Any]:
    """What is in those files that are there; ends of lines as they are."""
    return {name: file.read_bytes().decode() for name, file in files.items() if file.exists()}


def _write(path: Path, content: bytes) -> None:
    try:
        # Buffered: a bare file may take the first part only where room ends, and say so by a number.
        with open(path, "xb") as file:
            file.write(content)
    except FileExistsError:
        raise OutputError(
            f"two samples of a shard are called {path.name}: name each once"
        ) from None
