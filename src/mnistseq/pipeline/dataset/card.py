"""Write README.md: the card of a data set, which Hugging Face's datasets and Hub read.

Source: https://huggingface.co/docs/hub/datasets-cards and ``datasets-manual-configuration``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mnistseq.core.licence_terms import UNKNOWN, LicenceTerms
from mnistseq.messages import plural, size
from mnistseq.pipeline.dataset.description import DatasetDescription

CARD = "README.md"

_HUB_LICENCES = """
afl-3.0 apache-2.0 artistic-2.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear cc cc0-1.0
cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0
cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0
cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 gfdl mit odc-by odbl
pddl unlicense unknown wtfpl
"""
"""Licences known to the Hub: https://huggingface.co/docs/hub/repositories-licenses."""

_SIZES = ((1e3, "n<1K"), (1e4, "1K<n<10K"), (1e5, "10K<n<100K"), (1e6, "100K<n<1M"))


def card_text(dataset: DatasetDescription) -> str:
    """Return the card: YAML for the Hub, and text for people."""
    yaml = "".join(line + "\n" for line in _yaml(_metadata(dataset), ""))
    return f"---\n{yaml}---\n\n{_text(dataset)}"


def _metadata(dataset: DatasetDescription) -> dict[str, Any]:
    schema, manifest = dataset.record_schema, dataset.manifest
    metadata: dict[str, Any] = {
        "pretty_name": dataset.title,
        **_licence(dataset),
        "attribution": [terms.attribution for terms in manifest.source.terms if terms.attribution],
        "task_categories": ["image-to-text", "object-detection"],
        "size_categories": [next((name for end, name in _SIZES if manifest.samples < end), "n>1M")],
        "tags": [
            "synthetic",
            "ocr",
            "sequences",
            *(terms.source for terms in manifest.source.terms),
        ],
    }
    if schema is None:
        # Otherwise datasets would take some files for data, which it cannot read.
        return metadata | {"viewer": False}
    metadata["configs"] = [
        {
            "config_name": "default",
            "data_files": [
                {
                    "split": split,
                    "path": [pattern.format(split=split) for pattern in schema.data_files],
                }
                for split in dataset.splits
            ],
        }
    ]
    splits = [
        {
            "name": split,
            "num_bytes": sum(shard.bytes for shard in manifest.shards_of(split)),
            "num_examples": sum(shard.samples for shard in manifest.shards_of(split)),
        }
        for split in dataset.splits
    ]
    sizes = {"download_size": manifest.bytes, "dataset_size": manifest.bytes}
    features = list(schema.features)
    return metadata | {"dataset_info": {"features": features, "splits": splits, **sizes}}


def _licence(dataset: DatasetDescription) -> dict[str, Any]:
    """Return the licences by the Hub's identifiers; others are given by name."""
    names = [
        name for terms in dataset.manifest.source.terms for name in terms.licence.split(" AND ")
    ]
    known = [name.lower() if name.lower() in _HUB_LICENCES.split() else "other" for name in names]
    others = [name for name, listed in zip(names, known, strict=True) if listed == "other"]
    licence = list(dict.fromkeys(known)) or [UNKNOWN]
    return {"license": licence} | ({"license_name": ", ".join(others)} if others else {})


def _text(dataset: DatasetDescription) -> str:
    manifest = dataset.manifest
    rows = "\n".join(
        f"| {split} | {sum(shard.samples for shard in shards):,} | {len(shards):,} "
        f"| {size(sum(shard.bytes for shard in shards))} |"
        for split in dataset.splits
        for shards in [manifest.shards_of(split)]
    )
    hub = _HUB.format(split=dataset.splits[0]) if dataset.record_schema is not None else ""
    licences = "\n".join(f"- {_credit(terms.source, terms)}" for terms in manifest.source.terms)
    return _CARD.format(
        title=dataset.title,
        description=dataset.description,
        glyphs=plural(manifest.source.glyphs, "glyph"),
        rows=rows,
        format=manifest.format.name,
        hub=hub,
        version=manifest.mnistseq,
        algorithm=manifest.algorithm,
        licences=licences,
    )


def _credit(source: str, terms: LicenceTerms) -> str:
    licence = "licence unknown" if terms.licence == UNKNOWN else terms.licence
    url = f" ({terms.licence_url})" if terms.licence_url else ""
    return ". ".join(
        filter(None, [f"`{source}`: {licence}{url}", terms.attribution, terms.homepage])
    )


def _yaml(value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of tables and lists as block-style YAML; strings are quoted as in JSON."""
    items = value.items() if isinstance(value, Mapping) else ((None, item) for item in value)
    for key, item in items:
        begin = f"{indent}- " if key is None else f"{indent}{_scalar(key)}:"
        if isinstance(item, Mapping | list) and item:
            lines = list(_yaml(item, f"{indent}  "))
            if key is None:
                lines[0] = begin + lines[0][len(begin) :]
            else:
                yield begin
            yield from lines
        else:
            yield f"{begin.rstrip()} {_scalar(item)}"


def _scalar(value: object) -> str:
    plain = isinstance(value, str) and value.isidentifier() and not value.istitle()
    reserved = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
    # Not escaped: unlike JSON, YAML has no surrogate pairs for characters beyond 16 bits.
    return str(value) if plain and value not in reserved else json.dumps(value, ensure_ascii=False)


_HUB = """
```python
from datasets import load_dataset

rows = load_dataset("path/to/this/folder")["{split}"]
print(rows[0])
```
"""

_CARD = """# {title}

{description}. The source has {glyphs}. Every image is synthetic: only its glyphs come from the source, and their arrangement was drawn.

| split | images | shards | size |
| --- | --- | --- | --- |
{rows}

Each image has its text, the label of each glyph, the box of each glyph's cell and of its ink, the ids of the glyphs in the source, and
the index that draws it again. Texts are strings: `010` is not the number 10. The format is `{format}`.

## How to read it
{hub}
```python
from mnistseq import open_dataset  # pip install mnistseq

sample = open_dataset("path/to/this/folder")[0]
print(sample.text, sample.labels, sample.boxes, sample.image.shape)
```

`croissant.json` describes the data set to programs, and `manifest.json` records all that it was made from.

## How to make it again

```console
$ pip install mnistseq=={version}
$ mnistseq remake path/to/this/folder -o again
```

Where the source is files of your own, add `--data-dir` with their folder. The same bytes result on any machine, from algorithm {algorithm}. `mnistseq verify path/to/this/folder` checks every file.

## Licence

Images that are drawn from glyphs are derived from them.

{licences}
"""
