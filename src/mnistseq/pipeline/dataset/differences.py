"""Compare the plans of two data sets, and describe their differences in the user's terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from mnistseq.config.config import Config
from mnistseq.config.nested_values import with_value
from mnistseq.config.sections import SINGLE_SOURCE
from mnistseq.errors import Difference
from mnistseq.messages import beginning
from mnistseq.pipeline.dataset.manifest import PlanRecord, RandomRecord

_LONGEST_VALUE = 80

_NAMES = {
    "mnistseq": "version of mnistseq",
    "input.kind": "input",
    "input.samples": "number of samples",
    "input.labels": "number of labels",
    "input.shortest": "shortest length",
    "input.longest": "longest length",
    "input.law": "law of the sequences",
    "input.format": "input format",
    "input.column": "column of the sequences",
    "input.keep": "kept columns",
    "format.name": "format",
    "shares": "splits",
    "shard_samples": "samples in a shard",
    "name": "name template",
}
"""Names of plan keys in messages."""

_PREFIXES = {
    "config.": "",
    "format.parameters.": "format parameter ",
    "plugins.": "version of ",
    "input.": "input ",
}

_KINDS = {"drawn": "random sequences", "rows": "a file or pattern"}

_CONTENTS = {
    "input.sha256": "the sequences are different",
    "input.weights.sha256": "the file of weights has different content",
    "source.fingerprint": "the source has different glyphs",
    "source.paths": "the source has different glyphs, or scikit-image and SciPy made different paths "
    "of them",
    "config.source.mix": "the list of sources is different",
}
"""Messages for hashes and long tables, whose values mean nothing to a user."""

_IMPLIED = {
    "input.kind": "input.",
    "input.law": "input.",
    "format.name": "format.",
    "config.source.mix": "config.source.",
    "config.source.": "source.",
    "config.image.pen": "source.",
}
"""Key → keys that are not reported if it differs."""

_PATHS = "paths."
"""Prefix of the key of a path, for comparing the contents of its files."""

_WHOLE = ("shares", "config.image.pen")
"""Tables that are reported as a whole."""

_DERIVED = (
    "skipped",
    "splits",
    "source.glyphs",
    "input.bytes",
    "input.weights.bytes",
    "format.suffix",
    "format.folder",
)
"""Keys that follow from others."""


def differences(old: PlanRecord, new: PlanRecord) -> list[Difference]:
    """Return the keys in which two plans differ, without those that follow from others.

    The path of the source is not compared, because its fingerprint is; nor are versions of
    libraries, which receipts record for each shard.
    """
    found = list(_different_keys(_comparable(old), _comparable(new), ""))
    left = found
    for cause, implied in _IMPLIED.items():
        if any(item.key.startswith(cause) for item in left):
            left = [
                item
                for item in left
                if item.key.startswith(cause) or not item.key.startswith(implied)
            ]
    return [item for item in left if not item.key.startswith(_DERIVED)] or found


def describe(difference: Difference, name: str | None = None) -> str:
    """Describe a difference, as in ``spacing.max was 20, now 30``.

    Parameters
    ----------
    name : str, optional
        Name of the key for the user, instead of this module's.
    """
    key = difference.key
    if key in _CONTENTS:
        return _CONTENTS[key]
    old, new = difference.old, difference.new
    if key.startswith(_PATHS) and None not in {old, new}:
        return f"the files of {key.removeprefix(_PATHS)} are different"
    if key == "input.kind":
        old, new = (_KINDS.get(str(kind), kind) for kind in (old, new))
    return f"{name or _name(key)} was {_shown(old)}, now {_shown(new)}"


def _name(key: str) -> str:
    if key in _NAMES:
        return _NAMES[key]
    for prefix, words in _PREFIXES.items():
        if key.startswith(prefix):
            return words + key.removeprefix(prefix)
    return key


def _comparable(plan: PlanRecord) -> dict[str, Any]:
    values = plan.to_json()
    # Manifests of earlier versions have no key for masks.
    parameters = {"masks": False, **values["format"]["parameters"]}
    values["format"] = {**values["format"], "versions": None, "parameters": parameters}
    values["config"] = _with_defaults(plan.config)
    values["paths"] = {record.key: record.sha256 for record in plan.paths if record.sha256}
    for record in plan.paths:
        with suppress(LookupError, TypeError):
            values["config"] = with_value(values["config"], record.key, None)
    if isinstance(plan.input, RandomRecord):
        values["input"] = {**values["input"], "law": plan.input.law}
    source = plan.config.get("source")
    if isinstance(source, dict):
        values["config"]["source"] = _without_paths(source, values["config"]["source"])
        # The name may contain the path, and the terms follow from config and version.
        values["source"] = {**values["source"], "name": None, "terms": None}
    image = plan.config.get("image")
    if isinstance(image, dict) and "pen" in image:
        values["source"]["paths"] = values["source"].pop("fingerprint")
    return values


def _with_defaults(config: Mapping[str, Any]) -> dict[str, Any]:
    """Add keys that did not exist in the version that wrote the config, with their defaults."""
    filled = {**Config().to_dict(), **config}
    for name, default in Config().to_dict().items():
        if isinstance(default, dict) and isinstance(filled[name], Mapping):
            filled[name] = {**default, **filled[name]}
    return filled


def _without_paths(given: Mapping[str, Any], filled: Mapping[str, Any]) -> dict[str, Any]:
    """Return a source without the paths of its files; `filled` has the keys missing in `given`."""
    mix = given.get("mix")
    if not isinstance(mix, list):
        return {**filled, "path": None}
    entries = [{**entry, "path": None} for entry in mix if isinstance(entry, Mapping)]
    return {key: filled[key] for key in filled if key not in SINGLE_SOURCE} | {"mix": entries}


def _different_keys(old: Any, new: Any, key: str) -> Iterator[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping) and key not in _WHOLE:
        for inner in dict.fromkeys([*old, *new]):
            path = f"{key}.{inner}" if key else inner
            yield from _different_keys(old.get(inner), new.get(inner), path)
    elif old != new:
        yield Difference(key, old, new)


def _shown(value: object) -> str:
    """Format a value, shortened if it is long."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Mapping):
        text = ", ".join(f"{key}={_shown(item)}" for key, item in value.items())
    elif isinstance(value, list):
        text = ", ".join(map(_shown, value))
    else:
        text = str(value)
    return beginning(text, _LONGEST_VALUE) or "empty"
