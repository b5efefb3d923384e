"""The manifest: what a finished data set says of itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

from mnistseq.errors import SourceError
from mnistseq.pipeline.shards.layout import Shard
from mnistseq.pipeline.shards.spec import Receipt

Json: TypeAlias = dict[str, Any]

_OUTCOME = ("samples", "bytes", "files", "shards")
"""What a manifest says besides what was asked for."""

_LONGEST = 80


def receipt_to_json(receipt: Receipt) -> Json:
    """A receipt as a line of a manifest."""
    # The place's own hash spares reading everything again when a data set there is resumed.
    tag = {} if receipt.tag is None else {"tag": receipt.tag}
    return {**asdict(receipt.shard), "bytes": receipt.bytes, "sha256": receipt.sha256, **tag}


def receipt_from_json(line: Any) -> Receipt:
    """The receipt that such a line holds; ValueError if it holds none."""
    from mnistseq.pipeline.dataset.manifest_shape import (  # for pydantic: 50 ms
        ShardLine,
        check_shape,
    )

    check_shape(ShardLine, line)
    return receipt_of_checked(line)


def file_name(line: Any) -> str:
    """The name in a line about a file of the data set; ValueError if there is none that may be."""
    from mnistseq.pipeline.dataset.manifest_shape import (  # for pydantic: 50 ms
        NameLine,
        check_shape,
    )

    check_shape(NameLine, line)
    return str(line["name"])


def receipt_of_checked(line: Mapping[str, Any]) -> Receipt:
    """The same, for a line of a manifest that was checked as it was read."""
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
    whole = f'{text[:-2]},\n  "shards": [\n{lines}\n  ]\n}}\n'
    # Half a character, as JSON may have it in a row that was skipped, stays the escape it was.
    return whole.encode("utf-8", "backslashreplace")


def asked_for(manifest: Mapping[str, Any]) -> Json:
    """The part of a manifest that says what was asked for."""
    return {key: value for key, value in manifest.items() if key not in _OUTCOME}


def read_manifest(content: bytes, title: str) -> Json:
    """Parse the manifest of a finished data set, or raise SourceError."""
    try:
        return parse_manifest(content)
    except ValueError as error:
        raise SourceError(
            f"{title}: is not a manifest of mnistseq, or a damaged one ({error}); put the one "
            "back that was made with the data set, or give another data set"
        ) from None


def parse_manifest(content: bytes) -> Json:
    """Parse a manifest; ValueError says what is wrong with it."""
    from mnistseq.pipeline.dataset.manifest_shape import (  # for pydantic: 50 ms
        Manifest,
        check_shape,
    )

    values = _parse(content)
    check_shape(Manifest, values)
    return values


def parse_description(content: bytes) -> Json:
    """Parse what was asked for alone; ValueError says what is wrong with it."""
    from mnistseq.pipeline.dataset.manifest_shape import (  # for pydantic: 50 ms
        Description,
        check_shape,
    )

    values = _parse(content)
    check_shape(Description, values)
    return values


def _parse(content: bytes) -> Json:
    try:
        values: Json = json.loads(content)
    except ValueError as error:
        raise ValueError(f"it is not JSON: {error}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return values


def differences(old: Any, new: Any, path: str = "") -> list[str]:
    """Where two descriptions differ: ``config.spacing.max: 20, now 30``."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line
            for key in dict.fromkeys([*old, *new])
            for line in differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
        ]
    return [] if old == new else [f"{path}: {short(old)}, now {short(new)}"]


def short(value: Any) -> str:
    """A value as it stands in a file, cut where it is long."""
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
