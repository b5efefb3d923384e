"""The manifest: what a finished data set says of itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from mnistseq.errors import SourceError
from mnistseq.pipeline.job import Receipt
from mnistseq.pipeline.plan import Shard

Json = dict[str, Any]


def receipt_to_json(receipt: Receipt) -> Json:
    """A receipt as a line of a manifest."""
    # The place's own hash spares reading everything again when a data set there is resumed.
    tag = {} if receipt.tag is None else {"tag": receipt.tag}
    return {**asdict(receipt.shard), "bytes": receipt.bytes, "sha256": receipt.sha256, **tag}


def receipt_from_json(line: Mapping[str, Any]) -> Receipt:
    """The receipt that such a line holds; KeyError or TypeError if it holds none."""
    shard = Shard(line["name"], line["split"], line["first"], line["samples"])
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
    return f'{text[:-2]},\n  "shards": [\n{lines}\n  ]\n}}\n'.encode()


def read_manifest(content: bytes, title: str) -> Json:
    """Parse a manifest, or raise SourceError."""
    try:
        values = json.loads(content)
        if values["mnistseq"] and values["shards"] is not None:
            return dict(values)
    except (ValueError, KeyError, TypeError):
        pass
    raise SourceError(f"{title}: is not a manifest of mnistseq; give the one of a data set")


def differences(old: Any, new: Any, path: str = "") -> list[str]:
    """Where two descriptions differ: ``config.spacing.max: 20, now 30``."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line
            for key in dict.fromkeys([*old, *new])
            for line in differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
        ]
    return [] if old == new else [f"{path}: {json.dumps(old)}, now {json.dumps(new)}"]
