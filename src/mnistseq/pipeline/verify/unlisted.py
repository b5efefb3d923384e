"""Find everything in a data set that its manifest does not list."""

from __future__ import annotations

from mnistseq.formats.encoding.unexpected_files import is_by_product
from mnistseq.pipeline.dataset.manifest import Manifest
from mnistseq.pipeline.store.entries import Entry
from mnistseq.pipeline.store.protocol import MANIFEST, WORK, Store
from mnistseq.pipeline.verify.result import DatasetFault, Note


def unlisted_in(store: Store, manifest: Manifest) -> list[DatasetFault | Note]:
    """Return faults and notes about everything that the manifest does not list, sorted by name."""
    listed = {MANIFEST, *(shard.name for shard in manifest.shards)}
    listed |= {file.name for file in manifest.files}
    others = [other for entry in store.entries() if (other := _other(entry, listed)) is not None]
    if WORK in store.names():
        others.append(DatasetFault(WORK, "was left by an interrupted run; remove it"))
    return others


def _other(entry: Entry, listed: set[str]) -> DatasetFault | Note | None:
    name, kind = entry
    if kind in {"file", "empty folder"}:
        # Files inside a folder shard are part of its hash, except for by-products.
        folders = {name[:end] for end, letter in enumerate(name) if letter == "/"}
        hashed = kind == "file" and bool(folders & listed) and not is_by_product(name)
        remark = "is not in the manifest" if kind == "file" else f"is an {kind}"
        return None if hashed or name in listed else Note(name, remark)
    # If the manifest lists it, comparing hashes has reported it.
    return None if name in listed else DatasetFault(name, f"is a {kind}")
