"""The report as a single HTML page without network access, server or scripts."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from shlex import quote

import numpy as np

from mnistseq.core.overlays import draw_mask
from mnistseq.core.sequences import join
from mnistseq.core.stored_samples import StoredSample
from mnistseq.inspection.contact_sheet.render import data_uri
from mnistseq.inspection.report.charts import bar_chart, number_text, strip_chart, table
from mnistseq.inspection.report.loaders import loaders_of
from mnistseq.inspection.report.report import Report
from mnistseq.messages import and_more, beginning, plural, size

_SECTIONS = (
    "Verdict",
    "Make it again",
    "Samples",
    "Labels and gaps",
    "Images",
    "Glyphs",
    "Load it",
)


_LISTED = 100
"""Number of files that are listed before the rest is counted."""


def report_page(report: Report) -> bytes:
    """Return the page, always the same for the same data set."""
    style = files("mnistseq.inspection.report").joinpath("style.css").read_text("utf-8")
    title = f"Data set {report.name}"
    links = "".join(f'<a href="#s{n}">{name}</a> ' for n, name in enumerate(_SECTIONS))
    bodies = (
        _verdict(report),
        _again(report),
        _samples(report),
        _fits(report),
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
    bad = list(found.alerts)
    if checked is not None and not checked.passed:
        bad.append(f"{plural(len(checked.faults), 'fault')} found by verifying the hashes")
    if found.shared_glyphs:
        bad.append(f"{plural(found.shared_glyphs, 'glyph')} in more than one split")
    bad += [f"{fit.title}: {fit.verdict}" for fit in found.fits if fit.misses]
    yield _headline(report, good=not bad)
    for problem in bad:
        yield _line("bad", f"{_capital(problem)}.")
    if checked is not None and checked.passed:
        yield _line("good", "Every file has the hash that the manifest records.")
    elif checked is not None:
        yield _list([f"{fault.name}: {fault.problem}" for fault in checked.faults])
    if len(found.splits) > 1:
        yield from _splits(report)
    if not found.alerts:
        yield _line("good", "No image is too faint to read, and no box reaches out of its image.")
    if checked is not None and checked.notes:
        names = [f"{note.name}: {note.remark}" for note in checked.notes]
        yield f"<details><summary>Files beside the data set</summary>{_list(names)}</details>"


def _headline(report: Report, *, good: bool) -> str:
    measured, samples = report.survey.samples, report.manifest.samples
    looked = "measured on all images"
    if measured < samples:
        looked = f"measured on {measured:,} of {samples:,} images"
    if measured + report.survey.unread < samples:
        looked += ", at equal distances"
    if report.verification is None:
        looked += "; hashes not verified"
    kind, text = ("good", "All is in order") if good else ("bad", "Something needs a look")
    return f'<p class="headline {kind}">{text} <small>({looked})</small></p>'


def _splits(report: Report) -> Iterator[str]:
    """Yield what splits share; shared glyphs are listed as faults."""
    found = report.survey
    sizes = ", ".join(f"{name} {count:,}" for name, count in found.splits.items())
    yield _line("note", f"Splits: {sizes}.")
    if not found.shared_glyphs:
        yield _line("good", "No glyph is in more than one split.")
    for thing, shared in (("writer", found.shared_writers), ("text", found.shared_texts)):
        if shared:
            yield _line("note", f"{plural(shared, thing)} in more than one split.")
        elif thing == "text" or found.writers:
            yield _line("good", f"No {thing} is in more than one split.")


def _again(report: Report) -> Iterator[str]:
    manifest = report.manifest
    yield f"<pre><code>mnistseq remake {escape(quote(report.name))} -o again</code></pre>"
    rows = [
        ["seed", str(manifest.seed)],
        ["algorithm", str(manifest.algorithm)],
        ["mnistseq", manifest.mnistseq],
        ["source", f"{manifest.source.name}, {plural(manifest.source.glyphs, 'glyph')}"],
        ["fingerprint of the source", manifest.source.fingerprint],
        *([f"plugin {name}", version] for name, version in manifest.plugins.items()),
        *([f"{name}", version] for name, version in manifest.format.versions.items()),
    ]
    details = table(["what", "value"], rows)
    yield f"<details><summary>Seed, source and versions</summary>{details}</details>"
    for terms in manifest.source.terms:
        credit = f", {terms.attribution}" if terms.attribution else ""
        yield f"<p>Licence of {escape(terms.source)}: {escape(terms.licence + credit)}</p>"


def _samples(report: Report) -> Iterator[str]:
    yield _switch("boxes", "Boxes: glyph cells dashed, ink solid")
    shown = report.survey.shown
    if any(sample.mask is not None for rule in shown for sample in rule.samples.values()):
        yield _switch("masks", "Masks: the ink of each glyph in a colour of its own")
    for rule in shown:
        figures = "".join(_sample(*item) for item in rule.samples.items())
        yield f'<h3>{escape(rule.rule)}</h3><div class="samples">{figures}</div>'


def _switch(name: str, label: str) -> str:
    return f'<input type="checkbox" id="{name}"><label for="{name}">{escape(label)}</label>'


def _sample(position: int, sample: StoredSample) -> str:
    height, width = sample.image.shape[:2]
    text = escape(beginning(join(sample.labels)))
    rectangles = "".join(
        f'<rect class="{kind}" x="{x0}" y="{y0}" width="{x1 - x0}" height="{y1 - y0}"/>'
        for kind, boxes in (("cell", sample.boxes), ("ink", sample.ink_boxes))
        for x0, y0, x1, y1 in (np.asarray(boxes).tolist() if boxes is not None else [])
    )
    masks = ""
    if sample.mask is not None:
        tinted = data_uri(draw_mask(sample.image, sample.mask))
        masks = f'<img class="masks" src="{tinted}" alt="">'
    return (
        f'<figure class="sample"><div class="picture" style="width:{width * 2}px">'
        f'<img src="{data_uri(sample.image)}" alt="{text}" width="{width}" height="{height}">{masks}'
        f'<svg class="boxes" aria-hidden="true" viewBox="0 0 {width} {height}">{rectangles}</svg></div>'
        f"<figcaption><bdi>{text}</bdi> <small>no. {position}</small></figcaption></figure>"
    )


def _fits(report: Report) -> Iterator[str]:
    fits = report.survey.fits
    if any(fit.expected for fit in fits):
        yield '<p class="legend">Bars: drawn. <span class="expected">Lines: expected.</span></p>'
    yield f'<div class="charts">{"".join(map(bar_chart, fits))}</div>'
    if report.survey.unknown_law:
        yield _line(
            "note", f"Gaps are not compared with their distribution: {report.survey.unknown_law}."
        )


def _images(report: Report) -> Iterator[str]:
    other_name, other = report.against or ("", {})
    charts, equal = [], []
    for name, quantiles in report.survey.quantiles.items():
        if not other and quantiles[0] == quantiles[-1]:
            equal.append([name, number_text(quantiles[0])])
        else:
            charts.append(strip_chart(name, quantiles, other.get(name), ("drawn", other_name[:12])))
    per_image = report.manifest.bytes / max(report.manifest.samples, 1)
    yield f"<p>{size(round(per_image))} per image.</p>"
    if equal:
        yield table(["measure", "of nearly all images"], equal)
    yield f'<div class="charts">{"".join(charts)}</div>'


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
    for title, code in loaders_of(report.manifest).items():
        yield f"<h3>{escape(title)}</h3><pre><code>{escape(code)}</code></pre>"


def _line(kind: str, text: str) -> str:
    mark = {"good": "✓", "bad": "✗", "note": "•"}[kind]
    return f'<p class="{kind}"><span aria-hidden="true">{mark}</span> {escape(text)}</p>'


def _list(items: list[str]) -> str:
    rest = and_more(len(items) - _LISTED)
    lines = [*items[:_LISTED], *([rest.strip()] if rest else [])]
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
