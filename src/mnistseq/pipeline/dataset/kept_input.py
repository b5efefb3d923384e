"""Copy the input file into the data set, so that it can be made again without the original."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from mnistseq.errors import OutputError
from mnistseq.pipeline.dataset.manifest import FileRecord
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.request import InputFile
from mnistseq.pipeline.rows.row_file import RowFile
from mnistseq.pipeline.store.durability import fsync_and_hash
from mnistseq.pipeline.store.protocol import Store
from mnistseq.pipeline.store.write_errors import cannot_write


@contextmanager
def keep_input(store: Store, plan: DatasetPlan) -> Iterator[DatasetPlan]:
    """Copy the input file of a plan into the data set; yield a plan that reads the copy.

    Later changes to the original file then have no effect. OutputError if the file has changed
    since it was checked, or cannot be copied.
    """
    given, record = plan.request.input, plan.record.input.kept
    if given.file is None or record is None:
        yield plan
        return
    if store.difference(record.name, record.bytes, record.sha256) is not None:
        _copy(store, given.file, record)
    with store.local(record.name) as path:
        kept = given.read_from(Path(path))
        yield replace(plan, request=replace(plan.request, input=kept))


def _copy(store: Store, file: InputFile | RowFile, record: FileRecord) -> None:
    with store.scratch() as folder:
        part = folder / "rows"
        try:
            shutil.copyfile(file.path, part)
            found = fsync_and_hash(part)
        except OSError as error:
            raise cannot_write(store.display_name, record.name, error) from error
        if found != (record.bytes, record.sha256):
            raise OutputError(
                f"{file.display_name}: was changed while it was read; run again when it is complete"
            )
        store.put(part, record.name)
