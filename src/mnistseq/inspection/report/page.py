"""The report as one HTML page that needs no network, no server and no script."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files

import numpy as np

from mnistseq.core.sequences import join
from mnistseq.core.stored import Stored
from mnistseq.inspection.contact_sheet.render import data_uri
from mnistseq.inspection.report.charts import bar_chart, strip_chart, table
from mnistseq.inspection.report.report import Report
from mnistseq.messages import plural, size

_SECTIONS = (
    "Verdict",
    "Make it again",
    "Samples",
    "Labels and gaps",
    "Images",
    "Glyphs",
    "Load it",
)


def report_page(report: Report) -> bytes:
    """Return the page: the same bytes for the same data set."""
    style = files("mnistseq.inspection.report").joinpath("style.css").read_text("utf-8")
    title = f"Data set {report.name}"
    links = "".join(f'<a href="#s{n}">{name}</a> ' for n, name in enumerate(_SECTIONS))
    bodies = (
        _verdict(report),
        _again(report),
        _samples(report),
        _laws(report),
        _images(report),
        _glyphs(report),
        _loaders(report),
    )
    sections = "".join(
        f'<section id="s{n}" aria-labelledby="h{n}"><h2 id="h{n}">{name}</h2>{"".join(body)}</section>'
        for n, (name, body) in enumerate(zip(_SECTIONS, bodies, strict=True))
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f"<body><header><h1>{escape(title)}</h1><p>{escape(_summary(report))}</p>"
        f'<nav aria-label="Sections">{links}</nav></header><main>{sections}</main></body></html>\n'
    ).encode()


def _summary(report: Report) -> str:
    manifest = report.manifest
    return (
        f"{plural(manifest.samples, 'image')} in {plural(len(manifest.shards), 'shard')}, "
        f"{size(manifest.bytes)}, format {manifest.format.name}, made by mnistseq {manifest.mnistseq}."
    )


def _verdict(report: Report) -> Iterator[str]:
    checked = report.verification
    found = report.survey
    if checked is None:
        yield _line("note", "Hashes were not verified.")
    elif checked.passed:
        yield _line("good", "Every file has the hash that the manifest records.")
    else:
        yield _line("bad", f"{plural(len(checked.faults), 'fault')} found by verifying the hashes.")
        yield _list([f"{fault.name}: {fault.problem}" for fault in checked.faults])
    if len(found.splits) > 1:
        kind = "good" if not found.shared_glyphs else "bad"
        yield _line(kind, f"{plural(found.shared_glyphs, 'glyph')} in more than one split.")
        if found.writers:
            kind = "good" if not found.shared_writers else "note"
            yield _line(kind, f"{plural(found.shared_writers, 'writer')} in more than one split.")
        kind = "good" if not found.shared_texts else "note"
        yield _line(kind, f"{plural(found.shared_texts, 'text')} in more than one split.")
    for alert in found.alerts:
        yield _line("bad", f"{alert}.")
    if not found.alerts:
        yield _line("good", "No image is too faint to read, and no box reaches out of its image.")
    if checked is not None and checked.notes:
        names = [f"{note.name}: {note.remark}" for note in checked.notes]
        yield f"<details><summary>Files beside the data set</summary>{_list(names)}</details>"
    if found.samples < report.manifest.samples:
        yield _line(
            "note",
            f"Measured on {found.samples:,} of {report.manifest.samples:,} images, at equal distances.",
        )


def _again(report: Report) -> Iterator[str]:
    manifest = report.manifest
    yield f"<pre><code>mnistseq remake {escape(report.name)} -o again</code></pre>"
    rows = [
        ["seed", str(manifest.seed)],
        ["algorithm", str(manifest.algorithm)],
        ["mnistseq", manifest.mnistseq],
        ["source", f"{manifest.source.name}, {plural(manifest.source.glyphs, 'glyph')}"],
        ["fingerprint of the source", manifest.source.fingerprint],
        *([f"plugin {name}", version] for name, version in manifest.plugins.items()),
        *([f"{name}", version] for name, version in manifest.format.versions.items()),
    ]
    for terms in manifest.source.terms:
        rows.append([f"licence of {terms.source}", terms.licence])
        if terms.attribution:
            rows.append([f"credit for {terms.source}", terms.attribution])
    yield table(["what", "value"], rows)


def _samples(report: Report) -> Iterator[str]:
    yield (
        '<input type="checkbox" id="boxes"><label for="boxes">Boxes: glyph cells dashed, ink solid'
        "</label>"
    )
    for shown in report.survey.shown:
        figures = "".join(map(_sample, shown.samples))
        yield f'<h3>{escape(shown.rule)}</h3><div class="samples">{figures}</div>'


def _sample(sample: Stored) -> str:
    height, width = sample.image.shape[:2]
    text = join(sample.labels)
    rectangles = "".join(
        f'<rect class="{kind}" x="{x0}" y="{y0}" width="{x1 - x0}" height="{y1 - y0}"/>'
        for kind, boxes in (("cell", sample.boxes), ("ink", sample.ink_boxes))
        for x0, y0, x1, y1 in (np.asarray(boxes).tolist() if boxes is not None else [])
    )
    return (
        f'<figure class="sample"><div class="picture" style="width:{width * 2}px">'
        f'<img src="{data_uri(sample.image)}" alt="{escape(text)}" width="{width}" height="{height}">'
        f'<svg class="boxes" aria-hidden="true" viewBox="0 0 {width} {height}">{rectangles}</svg></div>'
        f"<figcaption>{escape(text)} <small>{sample.index}</small></figcaption></figure>"
    )


def _laws(report: Report) -> Iterator[str]:
    yield from map(bar_chart, report.survey.fits)
    if report.survey.unknown_law:
        yield _line("note", f"Gaps are not compared with their law: {report.survey.unknown_law}.")


def _images(report: Report) -> Iterator[str]:
    other_name, other = report.against or ("", {})
    for name, quantiles in report.survey.quantiles.items():
        yield strip_chart(name, quantiles, other.get(name), ("drawn", other_name[:12]))
    per_image = report.manifest.bytes / max(report.manifest.samples, 1)
    yield f"<p>{size(round(per_image))} per image.</p>"


def _glyphs(report: Report) -> Iterator[str]:
    found, source = report.survey, report.manifest.source
    yield table(
        ["what", "value"],
        [
            ["different glyphs", f"{found.glyphs:,} of {source.glyphs:,}"],
            ["uses of the most used glyph", f"{found.most_used:,}"],
            ["different writers", f"{found.writers:,}" if found.writers else "not known"],
            ["glyphs by the writer with the most", f"{found.busiest_writer:,}"],
            ["images equal to an earlier one", f"{found.repeated_images:,}"],
        ],
    )


def _loaders(report: Report) -> Iterator[str]:
    for title, code in report.loaders.items():
        yield f"<h3>{escape(title)}</h3><pre><code>{escape(code)}</code></pre>"


def _line(kind: str, text: str) -> str:
    mark = {"good": "✓", "bad": "✗", "note": "•"}[kind]
    return f'<p class="{kind}"><span aria-hidden="true">{mark}</span> {escape(text)}</p>'


def _list(items: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items[:100]) + "</ul>"
