"""Survey: statistics of a data set, measured on some or all of its samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TypeVar

import numpy as np

from mnistseq.core.composer import Composer
from mnistseq.errors import MnistseqError, SourceError
from mnistseq.inspection.real_pictures import pictures_in, read_picture
from mnistseq.inspection.report.facts import CONTRAST, MEASURES, Collection, Facts, Shown
from mnistseq.inspection.report.goodness_of_fit import GoodnessOfFit, gap_fit, label_fits
from mnistseq.messages import plural
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.manifest import Manifest
from mnistseq.pipeline.dataset.stored_dataset import StoredDataset
from mnistseq.progress import reporting

QUANTILES = (5, 25, 50, 75, 95)
_FAINT = 20
"""Images whose ink differs from the paper by fewer levels can hardly be read."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class Survey:
    """Statistics of a data set.

    Attributes
    ----------
    samples : int
        Number of samples read.
    unread : int
        Number of samples that could not be read.
    fits : tuple of GoodnessOfFit
        Labels, lengths and gaps compared with their expected distributions.
    unknown_law : str
        Why gaps are not compared with their distribution; empty if they are.
    quantiles : dict of str to tuple of float
        Measure → quantiles for 5, 25, 50, 75 and 95 %.
    splits : dict of str to int
        Split → number of samples.
    shared_glyphs, shared_texts : int
        Number of glyphs and texts in several splits, among the samples read.
    glyphs : int
        Number of different glyphs.
    most_used : int
        Number of occurrences of the most frequent glyph.
    writers : int
        Number of different writers; 0 if unknown.
    busiest_writer : int
        Number of glyphs by the most frequent writer.
    shared_writers : int
        Number of writers with glyphs in several splits.
    repeated_images : int
        Number of images equal to an earlier one.
    """

    samples: int
    unread: int
    shown: tuple[Shown, ...]
    fits: tuple[GoodnessOfFit, ...]
    unknown_law: str
    quantiles: dict[str, tuple[float, ...]]
    splits: dict[str, int]
    shared_glyphs: int
    shared_texts: int
    glyphs: int
    most_used: int
    writers: int
    busiest_writer: int
    shared_writers: int
    repeated_images: int
    alerts: tuple[str, ...]


def survey(finished: FinishedDataset, most: int, *, fetch: bool = False) -> Survey:
    """Read evenly spaced samples, and measure them.

    Parameters
    ----------
    most : int
        Maximum number of samples to read.
    fetch : bool
        Whether the manifest may cause other files to be read, sources to be downloaded and
        plugins to be imported.
    """
    manifest = finished.manifest
    collection, problems = _collected(finished, most, fetch=fetch)
    samples = collection.facts
    fits = label_fits([sample.labels for sample in samples], manifest.input)
    gaps, unknown_law = _gaps(finished, samples, fetch=fetch)
    by_split = _by_split(manifest, samples)
    used = Counter(glyph for sample in samples for glyph in sample.glyph_ids)
    wrote = Counter(writer for sample in samples for writer in sample.writers)
    return Survey(
        samples=len(samples),
        unread=len(problems),
        shown=tuple(collection.shown()),
        fits=(*fits, *([gaps] if gaps is not None else [])),
        unknown_law=unknown_law,
        quantiles={
            name: quantiles_of([sample.measured[name] for sample in samples]) for name in MEASURES
        },
        splits={split.name: split.samples for split in manifest.splits},
        shared_glyphs=_shared(
            [{glyph for s in part for glyph in s.glyph_ids} for part in by_split]
        ),
        shared_texts=_shared([{s.labels for s in part} for part in by_split]),
        glyphs=len(used),
        most_used=max(used.values(), default=0),
        writers=len(wrote),
        busiest_writer=max(wrote.values(), default=0),
        shared_writers=_shared([{w for s in part for w in s.writers} for part in by_split]),
        repeated_images=len(samples) - len({sample.digest for sample in samples}),
        alerts=(*_unread(problems), *_alerts(manifest, samples)),
    )


def quantiles_of_folder(folder: Path, most: int) -> dict[str, tuple[float, ...]]:
    """Measure the pictures in a folder, evenly spaced if there are more than `most`."""
    measured: dict[str, list[float]] = {name: [] for name in MEASURES}
    paths = pictures_in(folder)
    chosen = _spread(len(paths), most)
    with reporting(len(chosen), "reading pictures", "img") as advance:
        for index in chosen:
            image = read_picture(paths[index])
            for name, measure in MEASURES.items():
                measured[name].append(measure(image))
            advance(1)
    return {name: quantiles_of(values) for name, values in measured.items()}


def quantiles_of(values: Sequence[float] | np.ndarray) -> tuple[float, ...]:
    """Return the quantiles listed in `QUANTILES`."""
    return tuple(float(value) for value in np.percentile(np.asarray(values, float), QUANTILES))


def _collected(
    finished: FinishedDataset, most: int, *, fetch: bool
) -> tuple[Collection, list[str]]:
    """Read samples; also return the errors of those that cannot be read.

    SourceError if no sample can be read.
    """
    problems = []
    dataset_format = finished.format(fetch=fetch)
    with StoredDataset(finished, dataset_format, finished.manifest.shards) as dataset:
        chosen = _spread(len(dataset), most)
        collection = Collection(chosen)
        with reporting(len(chosen), "reading samples", "img") as advance:
            for position in chosen:
                try:
                    collection.add(position, dataset[position])
                except SourceError as error:
                    if position == chosen[-1] and not collection.facts:
                        raise
                    problems.append(str(error))
                advance(1)
    return collection, problems


def _spread(count: int, most: int) -> list[int]:
    """Return at most `most` evenly spaced indices below `count`."""
    if count <= most:
        return list(range(count))
    chosen: list[int] = np.linspace(0, count - 1, most).astype(int).tolist()
    return chosen


def _gaps(
    finished: FinishedDataset, samples: Sequence[Facts], *, fetch: bool
) -> tuple[GoodnessOfFit | None, str]:
    """Compare the gaps with their distribution, or return why that is impossible."""
    boxes = [sample.boxes for sample in samples if sample.boxes is not None]
    if not boxes:
        return None, "the format does not keep boxes"
    if finished.manifest.input.kind != "drawn":
        return None, "rows may have ranges of their own"
    try:
        with finished.plan(finished.root, fetch=fetch) as plan:
            reason = _why_unknown(plan.composer)
            return (None, reason) if reason else (gap_fit(plan.composer, boxes), "")
    except MnistseqError as error:
        return None, str(error)


def _why_unknown(composer: Composer) -> str:
    """Return why gaps cannot be measured from boxes; empty if they can."""
    if composer.canvas_transforms:
        return "canvas transforms move the glyphs after they are spaced"
    if composer.gaps.fit == "resize":
        return "images are scaled after the glyphs are spaced"
    if composer.gaps.minimum < 0:
        return "gaps that would hide a glyph have ranges of their own"
    return ""


def _by_split(manifest: Manifest, samples: Sequence[Facts]) -> list[list[Facts]]:
    parts: list[list[Facts]] = [[] for _ in manifest.splits]
    for sample in samples:
        for part, split in zip(parts, manifest.splits, strict=True):
            if split.first <= sample.index < split.first + split.samples:
                part.append(sample)
    return parts


def _shared(parts: Sequence[set[_T]]) -> int:
    """Return how many elements are in several of the sets."""
    return len(set().union(*(a & b for a, b in combinations(parts, 2))))


def _unread(problems: Sequence[str]) -> Iterator[str]:
    if problems:
        yield f"{plural(len(problems), 'image')} could not be read; the first: {problems[0]}"


def _alerts(manifest: Manifest, samples: Sequence[Facts]) -> Iterator[str]:
    faint = sum(sample.measured[CONTRAST] < _FAINT for sample in samples)
    if faint:
        yield f"{plural(faint, 'image')} can hardly be read: ink and paper differ by less than {_FAINT} levels"
    outside = sum(sample.reaches_out for sample in samples)
    if outside:
        yield f"{plural(outside, 'image')} with boxes that reach out of the image"
    given = manifest.input
    drawn = {label for sample in samples for label in sample.labels}
    if given.kind == "drawn" and len(drawn) < given.labels:
        yield f"only {len(drawn)} of {plural(given.labels, 'label')} occur"
    if manifest.skipped.rows:
        yield f"{plural(manifest.skipped.rows, 'row')} of the input were skipped"
