"""The manifest: what a finished data set says of itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

from mnistseq.errors import SourceError
from mnistseq.pipeline.job import Receipt
from mnistseq.pipeline.plan import Shard

Json: TypeAlias = dict[str, Any]

_OUTCOME = ("samples", "bytes", "files", "shards")
"""What a manifest says besides what was asked for."""

_NEEDED = (
    "mnistseq",
    "algorithm",
    "plugins",
    "seed",
    "config",
    "source",
    "input",
    "format",
    "splits",
    "shares",
    "disjoint",
    "shard_samples",
    *_OUTCOME,
)

_LONGEST = 80


def receipt_to_json(receipt: Receipt) -> Json:
    """A receipt as a line of a manifest."""
    # The place's own hash spares reading everything again when a data set there is resumed.
    tag = {} if receipt.tag is None else {"tag": receipt.tag}
    return {**asdict(receipt.shard), "bytes": receipt.bytes, "sha256": receipt.sha256, **tag}


def receipt_from_json(line: Mapping[str, Any]) -> Receipt:
    """The receipt that such a line holds; KeyError, TypeError or ValueError if it holds none."""
    shard = Shard(_inside(line["name"]), line["split"], line["first"], line["samples"])
    return Receipt(shard, line["bytes"], line["sha256"], line.get("tag"))


def manifest_bytes(description: Mapping[str, Any], receipts: Iterable[Receipt]) -> bytes:
    """The whole manifest: what was asked for, then a line a shard."""
    shards = sorted(receipts, key=lambda receipt: receipt.shard.first)
    head = {
        **description,
        "samples": sum(receipt.shard.samples for receipt in shards),
        "bytes": sum(receipt.bytes for receipt in shards),
    }
    lines = ",\n".join("    " + json.dumps(receipt_to_json(receipt)) for receipt in shards)
    text = json.dumps(head, indent=2, ensure_ascii=False)
    whole = f'{text[:-2]},\n  "shards": [\n{lines}\n  ]\n}}\n'
    # Half a character, as JSON may have it in a row that was skipped, stays the escape it was.
    return whole.encode("utf-8", "backslashreplace")


def asked_for(manifest: Mapping[str, Any]) -> Json:
    """The part of a manifest that says what was asked for."""
    return {key: value for key, value in manifest.items() if key not in _OUTCOME}


def read_manifest(content: bytes, title: str) -> Json:
    """Parse a manifest, or raise SourceError."""
    try:
        values: Json = json.loads(content)
        missing = [key for key in _NEEDED if key not in values]
        if not missing:
            for item in (*values["shards"], *values["files"]):
                _inside(item["name"])
                missing += [key for key in ("bytes", "sha256") if key not in item]
        if not missing:
            return values
        problem = f"it has no {', '.join(missing)}"
    except (ValueError, KeyError, TypeError) as error:
        problem = f"{type(error).__name__}: {error}"
    raise SourceError(
        f"{title}: is not a manifest of mnistseq ({problem}); give the one of a data set"
    )


def _inside(name: str) -> str:
    """A name that stays within the data set; ValueError for one that leads out of it."""
    parts = name.split("/")
    if "\\" in name or ":" in name or not all(part.strip(". ") for part in parts):
        raise ValueError(f"{name!r} is no name in a data set")
    return name


def differences(old: Any, new: Any, path: str = "") -> list[str]:
    """Where two descriptions differ: ``config.spacing.max: 20, now 30``."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line
            for key in dict.fromkeys([*old, *new])
            for line in differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
        ]
    return [] if old == new else [f"{path}: {_short(old)}, now {_short(new)}"]


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
