"""Survey: what a data set contains, measured on some or all of its samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import numpy as np

from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.composer import Composer
from mnistseq.core.glyph_index import UNKNOWN_WRITER
from mnistseq.core.stored import Stored
from mnistseq.errors import MnistseqError
from mnistseq.imaging.decode import BrokenImageError, decode_file
from mnistseq.inspection import measures
from mnistseq.inspection.report.laws import Fit, gap_fit, label_fits
from mnistseq.messages import plural
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.manifest import Manifest
from mnistseq.pipeline.dataset.stored import StoredDataset
from mnistseq.progress import reporting

QUANTILES = (5, 25, 50, 75, 95)
_FAINT = 20
"""An image whose ink is less than this many levels from its paper can hardly be read."""

MEASURES: dict[str, Callable[[Pixels], float]] = {
    "height, px": lambda image: float(image.shape[0]),
    "width, px": lambda image: float(image.shape[1]),
    "paper, level": measures.paper,
    "contrast, levels": measures.contrast,
    "ink, share": measures.ink_share,
    "stroke, share of height": measures.stroke_width,
}
"""Name → what is measured of an image."""


@dataclass(frozen=True)
class Shown:
    """Samples that a rule chose.

    Attributes
    ----------
    rule : str
    samples : tuple of Stored
    """

    rule: str
    samples: tuple[Stored, ...]


@dataclass(frozen=True)
class Survey:
    """What a data set contains.

    Attributes
    ----------
    samples : int
        Samples that were read.
    shown : tuple of Shown
    fits : tuple of Fit
        Labels, lengths and gaps beside their laws.
    unknown_law : str
        Why gaps are not compared with their law; empty if they are.
    quantiles : dict of str to tuple of float
        Measure → 5, 25, 50, 75 and 95 % quantile.
    splits : dict of str to int
        Split → its samples.
    shared_glyphs, shared_texts : int
        Glyphs and texts that occur in several splits, among the samples that were read.
    glyphs : int
        Different glyphs.
    most_used : int
        How often the most used glyph occurs.
    writers : int
        Different writers of glyphs; 0 if none is known.
    busiest_writer : int
        Glyphs by the writer with the most of them.
    shared_writers : int
        Writers with glyphs in several splits.
    repeated_images : int
        Images that are equal to an earlier one.
    alerts : tuple of str
    """

    samples: int
    shown: tuple[Shown, ...]
    fits: tuple[Fit, ...]
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
    """Read samples at equal distances, and measure them.

    Parameters
    ----------
    finished : FinishedDataset
    most : int
        Read no more samples than this.
    fetch : bool
        Whether the manifest may have files elsewhere read, a source downloaded and plugins
        imported.
    """
    manifest = finished.manifest
    with StoredDataset(finished, finished.format(fetch=fetch), manifest.shards) as dataset:
        samples = list(_read(dataset, most))
    values = {
        name: np.array([measure(sample.image) for sample in samples])
        for name, measure in MEASURES.items()
    }
    fits = label_fits([sample.labels for sample in samples], manifest.input)
    gaps, unknown_law = _gaps(finished, samples, fetch=fetch)
    by_split = _by_split(manifest, samples)
    used = Counter(int(glyph) for sample in samples for glyph in _ids(sample))
    wrote = Counter(writer for sample in samples for writer in _writers(sample))
    return Survey(
        samples=len(samples),
        shown=tuple(_chosen(samples, values)),
        fits=(*fits, *([gaps] if gaps is not None else [])),
        unknown_law=unknown_law,
        quantiles={name: quantiles_of(found) for name, found in values.items()},
        splits={split.name: split.samples for split in manifest.splits},
        shared_glyphs=_shared([{int(g) for s in part for g in _ids(s)} for part in by_split]),
        shared_texts=_shared([{s.labels for s in part} for part in by_split]),
        glyphs=len(used),
        most_used=max(used.values(), default=0),
        writers=len(wrote),
        busiest_writer=max(wrote.values(), default=0),
        shared_writers=_shared([{w for s in part for w in _writers(s)} for part in by_split]),
        repeated_images=_repeated(samples),
        alerts=tuple(_alerts(manifest, samples, values["contrast, levels"])),
    )


def quantiles_of_folder(folder: Path, most: int) -> dict[str, tuple[float, ...]]:
    """Measure the pictures of a folder, at most some at equal distances.

    Returns
    -------
    dict of str to tuple of float
        Empty if the folder has no pictures that can be read.
    """
    images = []
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    for path in (paths[index] for index in _spread(len(paths), most)):
        try:
            images.append(decode_file(path))
        except BrokenImageError:
            continue  # a file of labels, or the like
    if not images:
        return {}
    return {name: quantiles_of([f(image) for image in images]) for name, f in MEASURES.items()}


def quantiles_of(values: Sequence[float] | np.ndarray) -> tuple[float, ...]:
    """Return the quantiles of `QUANTILES`."""
    return tuple(float(value) for value in np.percentile(np.asarray(values, float), QUANTILES))


def _read(dataset: StoredDataset, most: int) -> Iterator[Stored]:
    chosen = _spread(len(dataset), most)
    with reporting(len(chosen), "reading samples", "img") as advance:
        for index in chosen:
            yield dataset[index]
            advance(1)


def _spread(count: int, most: int) -> list[int]:
    """Return at most `most` indices below `count`, at equal distances."""
    if count <= most:
        return list(range(count))
    chosen: list[int] = np.linspace(0, count - 1, most).astype(int).tolist()
    return chosen


def _chosen(samples: Sequence[Stored], values: dict[str, np.ndarray]) -> Iterator[Shown]:
    order = np.random.default_rng(0).permutation(len(samples))
    yield Shown("At random", tuple(samples[index] for index in order[:12].tolist()))
    for rule, ranks in {
        "Narrowest": values["width, px"],
        "Widest": -values["width, px"],
        "Faintest": values["contrast, levels"],
        "Most touching": np.array([_least_gap(sample) for sample in samples]),
    }.items():
        first = np.argsort(ranks, kind="stable")[:6].tolist()
        yield Shown(rule, tuple(samples[index] for index in first))


def _least_gap(sample: Stored) -> float:
    boxes = sample.ink_boxes
    if boxes is None or len(boxes) < 2:
        return np.inf
    return float((boxes[1:, 0] - boxes[:-1, 2]).min())


def _gaps(
    finished: FinishedDataset, samples: Sequence[Stored], *, fetch: bool
) -> tuple[Fit | None, str]:
    """Return the gaps beside their law, or why they cannot be compared."""
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
    """Return why boxes do not show the gaps that were drawn; empty if they do."""
    if composer.canvas_transforms:
        return "canvas transforms move the glyphs after they are spaced"
    if composer.gaps.fit == "resize":
        return "images are scaled after the glyphs are spaced"
    if composer.gaps.minimum < 0:
        return "gaps that would hide a glyph have ranges of their own"
    return ""


def _by_split(manifest: Manifest, samples: Sequence[Stored]) -> list[list[Stored]]:
    parts: list[list[Stored]] = [[] for _ in manifest.splits]
    for sample in samples:
        for part, split in zip(parts, manifest.splits, strict=True):
            if split.first <= sample.index < split.first + split.samples:
                part.append(sample)
    return parts


def _shared(parts: Sequence[set]) -> int:  # type: ignore[type-arg]  # of anything
    return len(set().union(*(a & b for a, b in combinations(parts, 2))))


def _ids(sample: Stored) -> Ints:
    return np.array([], int) if sample.glyph_ids is None else sample.glyph_ids


def _writers(sample: Stored) -> list[int]:
    """Return who wrote each glyph, as far as that is known."""
    known = sample.record.get("writers") if sample.record is not None else None
    return [] if known is None else [int(writer) for writer in known if writer != UNKNOWN_WRITER]


def _repeated(samples: Sequence[Stored]) -> int:
    hashes = Counter(
        sha256(f"{sample.image.shape}".encode() + sample.image.tobytes()).digest()
        for sample in samples
    )
    return sum(count - 1 for count in hashes.values())


def _alerts(manifest: Manifest, samples: Sequence[Stored], contrasts: np.ndarray) -> Iterator[str]:
    faint = int((contrasts < _FAINT).sum())
    if faint:
        yield f"{plural(faint, 'image')} can hardly be read: ink and paper differ by less than {_FAINT} levels"
    outside = sum(_reaches_out(sample) for sample in samples)
    if outside:
        yield f"{plural(outside, 'image')} with boxes that reach out of the image"
    given = manifest.input
    drawn = {label for sample in samples for label in sample.labels}
    if given.kind == "drawn" and len(drawn) < given.labels:
        yield f"only {len(drawn)} of {plural(given.labels, 'label')} occur"
    if manifest.skipped.rows:
        yield f"{plural(manifest.skipped.rows, 'row')} of the input were skipped"


def _reaches_out(sample: Stored) -> bool:
    if sample.ink_boxes is None or not len(sample.ink_boxes):
        return False
    height, width = sample.image.shape[:2]
    low, high = sample.ink_boxes[:, :2].min(), sample.ink_boxes[:, 2:].max(axis=0)
    return bool(low < 0 or high[0] > width or high[1] > height)
