"""parquet: Parquet files, which Hugging Face's datasets loads with decoded images.

Sources: https://huggingface.co/docs/datasets/about_dataset_features and, for the
features in a file's metadata, ``datasets.Features.arrow_schema``. Nested lists are
called ``Sequence``, because versions before 4 do not support ``List``.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mnistseq.core.record_schema import FileSet, RecordField, RecordSchema
from mnistseq.core.samples import SampleBatch
from mnistseq.core.stored_samples import ShardReader, StoredSample
from mnistseq.formats.encoding.encoded import Encoded
from mnistseq.formats.encoding.features import IMAGE, record_features, record_fields
from mnistseq.formats.encoding.plain_files import check_size, plain_file
from mnistseq.formats.encoding.records import coco_boxes, flat_quads, stored_sample
from mnistseq.formats.encoding.run_lengths import masks_of
from mnistseq.imaging.decode import decode_image
from mnistseq.optional_packages import import_optional

Table: TypeAlias = Any
"""A pyarrow.Table; pyarrow has no type annotations."""

_NEEDED = "format parquet", "mnistseq[parquet]"
"""What needs pyarrow, and how to install it."""

_GROUP = 1_000
"""Rows per row group, which readers hold in memory; independent of batches."""


@dataclass(frozen=True)
class Parquet(Encoded):
    """Parquet files with encoded images, as Hugging Face's datasets and pyarrow read them."""

    name: ClassVar[str] = "parquet"
    suffix: ClassVar[str] = ".parquet"
    folder: ClassVar[str] = "data"
    shard_samples: ClassVar[int] = 10_000

    def record_schema(self, kept: Sequence[str], *, writers: bool) -> RecordSchema:
        """Return the files and their columns."""
        files = "data/{split}-[0-9]*.parquet"
        rows = "rows"
        image = RecordField(
            "image", "the image", "sc:ImageObject", rows, {"column": "image"}, {"jsonPath": "bytes"}
        )
        text = RecordField("text", "labels joined", "sc:Text", rows, {"column": "text"})
        return RecordSchema(
            data_files=(files,),
            features=(
                IMAGE,
                *record_features(
                    kept, writers=writers, masks=self.masks, small="int32", seed="uint64"
                ),
            ),
            file_sets=(FileSet(rows, files, "application/x-parquet"),),
            fields=(image, text, *record_fields(rows, arrays=True)),
        )

    def versions(self) -> dict[str, str]:
        """Return the versions of pyarrow and of the library that encodes the images."""
        return super().versions() | {"pyarrow": import_optional("pyarrow", *_NEEDED).__version__}

    def write_shard(self, batches: Iterable[SampleBatch], path: Path) -> None:
        """Make one file; OutputError if pyarrow is not installed."""
        arrow = import_optional("pyarrow", *_NEEDED)
        tables = (self.table(batch) for batch in batches)
        first = next(tables)
        with open(path, "xb") as file, _writer(file, first.schema) as writer:
            pending = first
            for table in tables:
                pending = _write_groups(writer, arrow.concat_tables([pending, table]))
            pending = _write_groups(writer, pending)
            if len(pending):
                writer.write_table(pending.combine_chunks())

    def open_shard(self, path: Path) -> ShardReader:
        """Open a shard, keeping one row group in memory."""
        return _ParquetReader(path)

    def read_shard(self, path: Path) -> Iterator[StoredSample]:
        """Read the samples, one row group at a time."""
        with _ParquetReader(path) as reader:
            yield from reader

    def table(self, batch: SampleBatch) -> Table:
        """Return the samples of a batch as a table; OutputError if pyarrow is not installed."""
        arrow = import_optional("pyarrow", *_NEEDED)
        count = len(batch)
        ends = np.append(0, np.cumsum(batch.sequences.lengths)).astype(np.int32)

        def lists(values: Any) -> Any:
            return arrow.ListArray.from_arrays(ends, values)

        paths = [f"{key}.{self.image_format}" for key in batch.keys]
        encoded = arrow.array(self.encode(batch.images), arrow.binary())
        objects = {name: lists(values) for name, values in _objects(arrow, batch).items()}
        columns = {
            "image": _struct(arrow, bytes=encoded, path=arrow.array(paths)),
            "text": arrow.array(batch.texts, arrow.string()),
            "width": arrow.array([image.shape[1] for image in batch.images], arrow.int32()),
            "height": arrow.array([image.shape[0] for image in batch.images], arrow.int32()),
            "objects": _struct(arrow, **objects),
            "glyph_ids": lists(batch.flat_glyph_ids),
            "writers": None if batch.flat_writers is None else lists(batch.flat_writers),
            "index": arrow.array(np.arange(batch.start, batch.start + count)),
            "seed": arrow.array(np.full(count, batch.seed, dtype=np.uint64)),
            "columns": _kept_columns(arrow, batch),
        }
        table = arrow.table(
            {name: values for name, values in columns.items() if values is not None}
        )
        features = {
            name: _feature(table.schema.field(name).type, arrow) for name in table.column_names
        }
        features["image"] = {"_type": "Image"}
        metadata = json.dumps({"info": {"features": features}})
        return table.replace_schema_metadata({"huggingface": metadata})


class _ParquetReader(ShardReader):
    """Reads row groups, and keeps the last one."""

    def __init__(self, path: Path) -> None:
        self._file = import_optional("pyarrow.parquet", *_NEEDED).ParquetFile(plain_file(path))
        # Part of every record, because they determine how datasets reads the columns.
        self._features = (self._file.schema_arrow.metadata or {}).get(b"huggingface")
        groups = self._file.metadata
        sizes = [groups.row_group(group).num_rows for group in range(groups.num_row_groups)]
        self._ends = list(accumulate(sizes))
        stored = plain_file(path).stat().st_size
        for group in range(groups.num_row_groups):
            # Images, which are most of a group, are stored uncompressed.
            check_size(f"row group {group}", groups.row_group(group).total_byte_size - 2 * stored)
        self._group: int | None = None
        self._rows: Any = None

    def __getitem__(self, number: int) -> StoredSample:
        group = bisect_right(self._ends, number)
        if number < 0 or group == len(self._ends):
            raise IndexError(number)
        if group != self._group:
            self._rows, self._group = self._file.read_row_group(group), group
        offset = number - self._ends[group] + len(self._rows)
        [row] = self._rows.slice(offset, 1).to_pylist()
        image = decode_image(row["image"].pop("bytes"))
        record = {**row, "huggingface": self._features}
        return stored_sample(Path(row["image"]["path"]).stem, image, record)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _objects(arrow: Any, batch: SampleBatch) -> dict[str, Any]:
    """Return the values recorded for each glyph of a batch, by name."""
    labels = arrow.array(batch.alphabet, arrow.string())
    objects = {
        "bbox": _rows(arrow, coco_boxes(batch.flat_boxes).astype(np.int32), 4),
        "ink_bbox": _rows(arrow, coco_boxes(batch.flat_ink_boxes).astype(np.int32), 4),
        "categories": labels.take(arrow.array(batch.sequences.codes)),
    }
    if batch.masks is not None:
        counts = [own for sample in masks_of(batch) for own in sample]
        objects["masks"] = arrow.array(counts, arrow.string())
        objects["quads"] = _rows(arrow, flat_quads(batch), 8)
    return objects


def _rows(arrow: Any, values: NDArray[Any], length: int) -> Any:
    """Return an array as lists of `length` numbers each."""
    ends = np.arange(0, values.size + 1, length, dtype=np.int32)
    return arrow.ListArray.from_arrays(ends, values.ravel())


def _kept_columns(arrow: Any, batch: SampleBatch) -> Any:
    """Return the recorded columns of the input as one column, or None."""
    kept = {name: arrow.array(values, arrow.string()) for name, values in batch.columns.items()}
    return _struct(arrow, **kept) if kept else None


def _writer(file: Any, schema: Any) -> Any:
    """Return a writer that does not compress images, which are already compressed."""
    images = {"image.bytes", "image.path"}
    others = set(_column_paths(schema)) - images
    return import_optional("pyarrow.parquet", *_NEEDED).ParquetWriter(
        file,
        schema,
        compression={**dict.fromkeys(others, "zstd"), **dict.fromkeys(images, "none")},
        use_dictionary=sorted(others),
    )


def _column_paths(fields: Any, prefix: str = "") -> Iterator[str]:
    """Yield the Parquet paths of the columns of a schema."""
    types = import_optional("pyarrow", *_NEEDED).types
    for field in fields:
        path, type_ = prefix + field.name, field.type
        while types.is_list(type_):
            path, type_ = f"{path}.list.element", type_.value_type
        if types.is_struct(type_):
            yield from _column_paths(type_, f"{path}.")
        else:
            yield path


def _write_groups(writer: Any, table: Table) -> Table:
    """Write all complete row groups, and return the remaining rows."""
    while len(table) >= _GROUP:
        # As one chunk, because pages end at chunks, which would otherwise be the batches.
        writer.write_table(table.slice(0, _GROUP).combine_chunks())
        table = table.slice(_GROUP)
    return table


def _struct(arrow: Any, **fields: Any) -> Any:
    return arrow.StructArray.from_arrays(list(fields.values()), list(fields))


def _feature(type_: Any, arrow: Any) -> dict[str, Any]:
    """Return the name of an Arrow type in `datasets`."""
    if arrow.types.is_struct(type_):
        return {field.name: _feature(field.type, arrow) for field in type_}
    if arrow.types.is_list(type_):
        return {"feature": _feature(type_.value_type, arrow), "_type": "Sequence"}
    return {"dtype": str(type_), "_type": "Value"}
