"""Which tests are slow: all others together take about a tenth of the whole suite's time.

A single slow test of another module has the mark itself.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

SLOW = (
    # Commands of pages, examples and benchmarks are run as printed.
    *("docs", "robustness", "cli/test_help.py", "plugins/test_docs.py", "plugins/test_examples.py"),
    # Processes and clusters are started, and killed.
    *("executors", "integrations", "cli/test_batch_stopping.py", "pipeline/store/test_remote.py"),
    *("cli/test_batch_outside.py", "cli/test_outside.py", "cli/test_exit_codes.py"),
    *("cli/test_remake.py", "cli/test_batch.py", "cli/test_verify.py", "plugins/test_installed.py"),
    *("plugins/test_use.py", "cli/support/test_terminal_bars.py", "sources/downloads"),
    # Other programs and browsers read what was made.
    *("formats/test_trainers.py", "formats/test_hugging_face.py", "formats/test_readers.py"),
    *("pipeline/dataset/test_card_and_croissant.py", "cli/test_report.py"),
    "inspection/test_playground.py",
    # Every component is put through its contract, and every picture is compared with its pin.
    *("pins", "presets", "plugins/test_contracts.py", "plugins/test_schema.py"),
    *("formats/test_formats.py", "glyph_transforms/test_glyph_transforms.py"),
    *("canvas_transforms/test_canvas_transforms.py", "canvas_transforms/test_boxes.py"),
    *("canvas_transforms/test_patterns.py", "canvas_transforms/test_marks.py"),
    *("imaging/test_imgaug.py", "imaging/test_acceleration.py", "imaging/test_warp.py"),
    # Large data: many rows, samples or shards, large images, whole sources, paths that are traced.
    *(
        "pipeline/test_memory.py",
        "pipeline/test_mixed_sources.py",
        "pipeline/rows/test_patterns.py",
    ),
    *("pipeline/dataset/test_inputs.py", "pipeline/dataset/test_same_bytes.py"),
    *("pipeline/dataset/test_manifest.py", "pipeline/dataset/test_tampering.py"),
    *("pipeline/shards/test_large_images.py", "core/test_gaps_large.py", "inspection/test_fit.py"),
    *("sources/image_folder", "sources/banks/test_cache.py", "sources/test_unipen.py"),
    *("sources/test_pendigits.py", "sources/test_qmnist.py", "cli/test_pens.py"),
    *("cli/test_image_folder.py", "cli/test_data_describe.py"),
)
"""Folders and modules below tests."""


_PATHS = {Path(__file__).parent / slow for slow in SLOW}


@cache
def is_slow(path: Path) -> bool:
    """Whether a test module is slow."""
    return not _PATHS.isdisjoint([path, *path.parents])
