"""``metadata.jsonl``, which Hugging Face's imagefolder reads."""

from __future__ import annotations

from typing import ClassVar

from mnistseq.formats.label_formats.base import LabelFormat


class Jsonl(LabelFormat):
    """Adds nothing: format `files` itself needs ``metadata.jsonl`` and always writes it."""

    name: ClassVar[str] = "jsonl"
    holds_any_label: ClassVar[bool] = True
