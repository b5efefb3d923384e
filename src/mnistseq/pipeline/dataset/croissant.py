"""Write croissant.json: a machine-readable description of the data set, defined by MLCommons.

Source: Croissant 1.1, https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html, with the
vocabularies for responsible AI (RAI 1.0) and provenance (PROV-O). It has no date, creator or URL,
which are known only when it is published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mnistseq.core.licence_terms import UNKNOWN
from mnistseq.core.record_schema import FileSet, RecordField
from mnistseq.pipeline.dataset.description import DatasetDescription
from mnistseq.pipeline.dataset.manifest import FileRecord
from mnistseq.pipeline.shards.spec import Receipt

CROISSANT = "croissant.json"

_CR = """
arrayShape citeAs column conformsTo containedIn equivalentProperty extract field fileProperty
fileObject fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path
recordSet references regex repeated replace samplingRate separator source subField transform
"""
"""Terms of the Croissant vocabulary."""

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{name: f"cr:{name}" for name in _CR.split()},
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}
"""JSON-LD context from appendix 1 of the specification, with the vocabularies used here."""

_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".parquet": "application/x-parquet",
    ".tar": "application/x-tar",
    ".tsv": "text/tab-separated-values",
    ".yaml": "application/yaml",
}


def croissant_text(dataset: DatasetDescription) -> str:
    """Return the description as JSON-LD."""
    return json.dumps(_dataset(dataset), indent=2, ensure_ascii=False) + "\n"


def _dataset(dataset: DatasetDescription) -> dict[str, Any]:
    credited = dataset.manifest.source.terms
    licences = [terms.licence_url or terms.licence for terms in credited]
    attributions = "; ".join(terms.attribution for terms in credited if terms.attribution)
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": dataset.title,
        "description": dataset.description,
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "license": [licence for licence in licences if licence != UNKNOWN] or [UNKNOWN],
        "creditText": attributions,
        "version": "1.0.0",
        "keywords": ["synthetic", "handwriting", "sequences", "OCR", dataset.sources],
        **_provenance(dataset),
        **_RESPONSIBLE_AI,
        "distribution": [*_file_objects(dataset), *_file_sets(dataset)],
        "recordSet": [_splits(dataset), *_record_sets(dataset)],
    }


def _provenance(dataset: DatasetDescription) -> dict[str, Any]:
    manifest = dataset.manifest
    return {
        "prov:wasDerivedFrom": [
            {"@id": terms.homepage} if terms.homepage else {"prov:label": terms.source}
            for terms in manifest.source.terms
        ],
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "prov:label": f"drawn from the seed {manifest.seed} as manifest.json describes it",
            "prov:wasAssociatedWith": {
                "@type": "prov:SoftwareAgent",
                "prov:label": f"mnistseq {manifest.mnistseq}, algorithm {manifest.algorithm}",
            },
        },
    }


_RESPONSIBLE_AI = {
    "rai:dataCollection": "Synthetic: labelled glyphs of the source were chosen, spaced and "
    "painted by a program, from a seed that is recorded.",
    "rai:dataCollectionType": ["Synthetic"],
    "rai:hasSyntheticData": True,
    "rai:dataAnnotationProtocol": ["Labels and boxes are those that the images were drawn from."],
    "rai:dataLimitations": "Glyphs are single ones of the source in a row: the images have no "
    "joined writing, and the variety of hands is that of the source.",
    "rai:dataBiases": ["Biases of the source in its writers and shapes are kept."],
    "rai:personalSensitiveInformation": ["None, except what the glyphs of the source contain."],
    "rai:dataUseCases": ["Training and testing of models that read or find digits and characters."],
    "rai:dataSocialImpact": "Models that are trained on synthetic rows alone may fail on real "
    "documents; test them on real ones before use.",
}


def _file_objects(dataset: DatasetDescription) -> Iterator[dict[str, Any]]:
    """Yield all files whose hash is known: shards that are files, and files of the whole data set."""
    files: list[FileRecord | Receipt] = [*dataset.manifest.files]
    if dataset.manifest.format.suffix:
        files += dataset.manifest.shards
    for file in files:
        suffix = "." + file.name.rpartition(".")[2]
        yield {
            "@type": "cr:FileObject",
            "@id": file.name,
            "name": file.name,
            "contentUrl": file.name,
            "contentSize": f"{file.bytes} B",
            "encodingFormat": _MEDIA_TYPES.get(suffix, "text/plain"),
            "sha256": file.sha256,
        }


def _file_sets(dataset: DatasetDescription) -> Iterator[dict[str, Any]]:
    unread = FileSet("shards", "{split}/*", "application/octet-stream")
    for split in dataset.splits:
        for files in (
            (unread,) if dataset.record_schema is None else dataset.record_schema.file_sets
        ):
            described: dict[str, Any] = {
                "@type": "cr:FileSet",
                "@id": f"{split}-{files.name}",
                "name": f"{split}-{files.name}",
                "encodingFormat": files.media_type,
                "includes": files.pattern.format(split=split),
            }
            if files.archived:
                described["containedIn"] = [
                    {"@id": s.name} for s in dataset.manifest.shards_of(split)
                ]
            yield described


def _splits(dataset: DatasetDescription) -> dict[str, Any]:
    field = {
        "@type": "cr:Field",
        "@id": "splits/name",
        "name": "splits/name",
        "dataType": "sc:Text",
    }
    return {
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": [field],
        "data": [{"splits/name": split} for split in dataset.splits],
    }


def _record_sets(dataset: DatasetDescription) -> Iterator[dict[str, Any]]:
    """Yield the record sets of each split: one for every kind of files that is not joined to others."""
    if dataset.record_schema is None:
        return
    fields = dataset.record_schema.fields
    groups = {
        field.file_set: [f for f in fields if f.file_set == field.file_set] for field in fields
    }
    if any(field.same_as for field in fields):
        groups = {"": list(fields)}
    for split in dataset.splits:
        for number, (kind, group) in enumerate(groups.items()):
            name = f"{split}_{kind}" if number else split
            yield {
                "@type": "cr:RecordSet",
                "@id": name,
                "name": name,
                "description": f"The samples of the split {split}{f', {kind}' if number else ''}.",
                "field": [_field(split, name, field) for field in group],
            }


def _field(split: str, record_set: str, field: RecordField) -> dict[str, Any]:
    described: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{record_set}/{field.name}",
        "name": f"{record_set}/{field.name}",
        "description": field.description,
        "dataType": field.type,
        "source": _source(split, field.file_set, field.extract),
    }
    if field.transform is not None:
        described["source"]["transform"] = dict(field.transform)
    if field.repeated:
        described["repeated"] = True
    if field.shape:
        described |= {"isArray": True, "arrayShape": field.shape}
    if field.same_as is not None:
        described["references"] = _source(split, *field.same_as)
    return described


def _source(split: str, file_set: str, extract: Mapping[str, str]) -> dict[str, Any]:
    return {"fileSet": {"@id": f"{split}-{file_set}"}, "extract": dict(extract)}
