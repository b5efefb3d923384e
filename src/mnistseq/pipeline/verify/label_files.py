"""Make the label files of the whole data set again from its shards, and compare them."""

from __future__ import annotations

from collections.abc import Iterator, Set
from errno import ENOSPC

from mnistseq.errors import MnistseqError
from mnistseq.pipeline.dataset.manifest import Manifest
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.store.durability import files_in, measure
from mnistseq.pipeline.store.protocol import MANIFEST, Store
from mnistseq.pipeline.store.write_errors import temp_file_errors
from mnistseq.pipeline.verify.result import DatasetFault
from mnistseq.temporary import temporary_folder


def check_label_files(
    store: Store, plan: DatasetPlan, manifest: Manifest, damaged: Set[str]
) -> Iterator[DatasetFault]:
    """Yield label files that do not match the shards; nothing if a shard is damaged."""
    names = [plan.layout[number].name for number in range(len(plan.layout))]
    if not damaged.isdisjoint(names):
        return
    kept = manifest.input.kept
    listed = {
        file.name: (file.bytes, file.sha256)
        for file in manifest.files
        if file != kept and not file.by_product
    }
    with temp_file_errors("label files made again"), temporary_folder() as folder:
        try:
            plan.request.format.finish(names, store.open, folder, plan.record.source.terms)
        except MnistseqError:
            raise
        except Exception as error:  # a format may raise anything for damaged shards
            if isinstance(error, OSError) and error.errno == ENOSPC:
                raise
            problem = f"cannot be made again from the shards: {type(error).__name__}: {error}"
            yield DatasetFault(", ".join(listed) or MANIFEST, problem)
            return
        made = {name: measure(path) for name, path in files_in(folder)}
    for name in sorted({*listed, *made}):
        if name not in made:
            yield DatasetFault(name, "is in the manifest, but the shards do not give such a file")
        elif name not in listed:
            yield DatasetFault(name, "is not in the manifest, but the shards give such a file")
        elif listed[name] != made[name]:
            yield DatasetFault(name, "differs from the file that the shards give")
