"""Finish a data set: write the files that describe all of it, and then its manifest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.record_schema import RecordSchema
from mnistseq.pipeline.dataset.card import CARD, card_text
from mnistseq.pipeline.dataset.croissant import CROISSANT, croissant_text
from mnistseq.pipeline.dataset.description import DatasetDescription
from mnistseq.pipeline.dataset.existing import write_unfinished_files
from mnistseq.pipeline.dataset.manifest import FileRecord, Manifest, manifest_bytes
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.store.durability import files_in, fsync_and_hash
from mnistseq.pipeline.store.protocol import MANIFEST, Store
from mnistseq.pipeline.store.write_errors import cannot_write


def finish_dataset(
    store: Store,
    plan: DatasetPlan,
    receipts: Sequence[Receipt],
    edited: Collection[str] = (),
) -> None:
    """Write the files of the whole data set, with the manifest last, which marks it as finished.

    Parameters
    ----------
    edited : collection of str
        Names of by-products that were changed by a user, which are kept.
    """
    kept = plan.record.input.kept
    files = [] if kept is None else [kept]
    in_order = sorted(receipts, key=lambda receipt: receipt.first)
    files += _write_files(store, plan, [receipt.name for receipt in in_order])
    manifest = Manifest.of(plan.record, files, in_order)
    dataset = DatasetDescription(manifest, _record_schema(plan))
    for name, text in ((CARD, card_text(dataset)), (CROISSANT, croissant_text(dataset))):
        content = text.encode("utf-8", "backslashreplace")
        if name not in edited:
            store.write(name, content)
        files.append(FileRecord(name, len(content), sha256(content).hexdigest(), by_product=True))
    store.write(MANIFEST, manifest_bytes(replace(manifest, files=tuple(files))))


def _record_schema(plan: DatasetPlan) -> RecordSchema | None:
    request = plan.request
    with component_errors("format", request.format.name):
        return request.format.record_schema(
            request.input.keep, writers=plan.composer.bank.writers is not None
        )


def _write_files(store: Store, plan: DatasetPlan, shards: list[str]) -> Iterator[FileRecord]:
    """Let the format write its files for the whole data set, such as label files."""
    with store.scratch() as folder:
        try:
            with component_errors("format", plan.request.format.name, OSError):
                plan.request.format.finish(shards, store.open, folder, plan.record.source.terms)
        except OSError as error:
            raise cannot_write(store.display_name, "", error) from error
        parts = files_in(folder)
        # If the run is interrupted from here on, these files also belong to the data set.
        write_unfinished_files(store, (*(name for name, _ in parts), CARD, CROISSANT))
        for name, part in parts:
            size, digest = fsync_and_hash(part)
            store.put(part, name)
            yield FileRecord(name, size, digest)
