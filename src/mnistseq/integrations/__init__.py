"""Samples drawn on the fly for training frameworks.

Modules are imported on first use, because each needs its own framework.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mnistseq.errors import MissingPackageError

if TYPE_CHECKING:
    from mnistseq.integrations.arrays import array_batches as array_batches
    from mnistseq.integrations.grain import SequenceSource as SequenceSource
    from mnistseq.integrations.hugging_face import to_dataset as to_dataset
    from mnistseq.integrations.hugging_face import to_iterable_dataset as to_iterable_dataset
    from mnistseq.integrations.torch_collate import collate_boxes as collate_boxes
    from mnistseq.integrations.torch_collate import collate_ctc as collate_ctc
    from mnistseq.integrations.torch_dataset import SequenceDataset as SequenceDataset
    from mnistseq.integrations.torch_stream import SequenceStream as SequenceStream
    from mnistseq.integrations.torch_stream import StreamLoader as StreamLoader

_MODULES = {
    "SequenceDataset": "torch_dataset",
    "SequenceSource": "grain",
    "SequenceStream": "torch_stream",
    "StreamLoader": "torch_stream",
    "array_batches": "arrays",
    "collate_boxes": "torch_collate",
    "collate_ctc": "torch_collate",
    "to_dataset": "hugging_face",
    "to_iterable_dataset": "hugging_face",
}

__all__ = [
    "SequenceDataset",
    "SequenceSource",
    "SequenceStream",
    "StreamLoader",
    "array_batches",
    "collate_boxes",
    "collate_ctc",
    "to_dataset",
    "to_iterable_dataset",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f"{__name__}.{_MODULES[name]}")
    except ModuleNotFoundError as error:
        raise MissingPackageError(
            f"{name} needs the package {error.name}: pip install 'mnistseq[{error.name}]'"
        ) from error
    return getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)
