"""mnistseq: labelled images of sequences.

This is the public API. Modules are imported on first use, so that ``import mnistseq`` is fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mnistseq.version import __version__

if TYPE_CHECKING:
    from mnistseq.config.config import Config as Config
    from mnistseq.config.sections import CanvasConfig as CanvasConfig
    from mnistseq.config.sections import ImageConfig as ImageConfig
    from mnistseq.config.sections import SourceConfig as SourceConfig
    from mnistseq.config.sections import SpacingConfig as SpacingConfig
    from mnistseq.core.composer import Composer as Composer
    from mnistseq.core.glyph_bank import GlyphBank as GlyphBank
    from mnistseq.core.samples import Sample as Sample
    from mnistseq.core.samples import SampleBatch as SampleBatch
    from mnistseq.core.samples import to_float as to_float
    from mnistseq.digit_sequence import DigitSequence as DigitSequence
    from mnistseq.errors import MnistseqError as MnistseqError
    from mnistseq.pipeline.composers import build_composer as build_composer
    from mnistseq.pipeline.dataset.make import make_dataset as make_dataset
    from mnistseq.pipeline.dataset.stored_dataset import StoredDataset as StoredDataset
    from mnistseq.pipeline.dataset.stored_dataset import open_dataset as open_dataset
    from mnistseq.pipeline.glyph_loading import load_bank as load_bank

_MODULES = {
    "CanvasConfig": "mnistseq.config.sections",
    "Composer": "mnistseq.core.composer",
    "Config": "mnistseq.config.config",
    "DigitSequence": "mnistseq.digit_sequence",
    "GlyphBank": "mnistseq.core.glyph_bank",
    "ImageConfig": "mnistseq.config.sections",
    "MnistseqError": "mnistseq.errors",
    "Sample": "mnistseq.core.samples",
    "SampleBatch": "mnistseq.core.samples",
    "SourceConfig": "mnistseq.config.sections",
    "SpacingConfig": "mnistseq.config.sections",
    "StoredDataset": "mnistseq.pipeline.dataset.stored_dataset",
    "build_composer": "mnistseq.pipeline.composers",
    "load_bank": "mnistseq.pipeline.glyph_loading",
    "make_dataset": "mnistseq.pipeline.dataset.make",
    "open_dataset": "mnistseq.pipeline.dataset.stored_dataset",
    "to_float": "mnistseq.core.samples",
}

__all__ = [
    "CanvasConfig",
    "Composer",
    "Config",
    "DigitSequence",
    "GlyphBank",
    "ImageConfig",
    "MnistseqError",
    "Sample",
    "SampleBatch",
    "SourceConfig",
    "SpacingConfig",
    "StoredDataset",
    "__version__",
    "build_composer",
    "load_bank",
    "make_dataset",
    "open_dataset",
    "to_float",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
