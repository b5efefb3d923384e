"""Report: everything known about a data set, for the page and for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mnistseq.inspection.report.survey import QUANTILES, Survey, quantiles_of_folder, survey
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.manifest import Manifest
from mnistseq.pipeline.verify.check import verify
from mnistseq.pipeline.verify.result import Verification
from mnistseq.progress import reporting

DEFAULT_SAMPLES = 5_000
"""Default number of samples to measure."""


@dataclass(frozen=True)
class Report:
    """Everything known about a data set.

    Attributes
    ----------
    name : str
        Name of the folder.
    verification : Verification or None
        None if the hashes were not verified.
    against : tuple of (str, dict) or None
        Name of a folder of pictures, and quantiles of their measures.
    """

    name: str
    manifest: Manifest
    survey: Survey
    verification: Verification | None
    against: tuple[str, dict[str, tuple[float, ...]]] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the content of the page, without images."""
        manifest, found = self.manifest, self.survey
        checked = self.verification
        return {
            "name": self.name,
            "samples": manifest.samples,
            "shards": len(manifest.shards),
            "bytes": manifest.bytes,
            "format": manifest.format.name,
            "seed": str(manifest.seed),
            "algorithm": manifest.algorithm,
            "mnistseq": manifest.mnistseq,
            "source": asdict(manifest.source),
            "verified": None if checked is None else checked.passed,
            "faults": [] if checked is None else [asdict(fault) for fault in checked.faults],
            "notes": [] if checked is None else [asdict(note) for note in checked.notes],
            "measured": found.samples,
            "unread": found.unread,
            "fits": [asdict(fit) for fit in found.fits],
            "unknown_law": found.unknown_law,
            "quantiles": {"percent": QUANTILES, **found.quantiles},
            "against": None if self.against is None else dict([self.against]),
            "splits": found.splits,
            "shared_glyphs": found.shared_glyphs,
            "shared_texts": found.shared_texts,
            "glyphs": found.glyphs,
            "most_used": found.most_used,
            "writers": found.writers,
            "busiest_writer": found.busiest_writer,
            "shared_writers": found.shared_writers,
            "repeated_images": found.repeated_images,
            "alerts": found.alerts,
            "shown": {shown.rule: list(shown.samples) for shown in found.shown},
        }


def make_report(
    path: str,
    *,
    most: int = DEFAULT_SAMPLES,
    verified: bool = True,
    against: Path | None = None,
    fetch: bool = False,
) -> Report:
    """Read a data set, and measure its samples.

    Parameters
    ----------
    path : str
        Folder or URL of the data set, or of its manifest.
    most : int
        Maximum number of samples to measure.
    verified : bool
        Whether to compare all hashes with the manifest.
    against : Path, optional
        A folder of pictures to compare with.
    fetch : bool
        Whether the manifest may cause other files to be read, sources to be downloaded and
        plugins to be imported.

    Raises
    ------
    OutputError
        If there is no finished data set.
    NotAllowedError
        If the format needs a plugin, and `fetch` is false.
    SourceError
        If the manifest, every sample, or a picture to compare with cannot be read.
    MissingSourceError
        If the folder to compare with has no pictures.
    """
    other = None if against is None else (against.name, quantiles_of_folder(against, most))
    finished = FinishedDataset.open(path)
    return Report(
        name=_name(finished.root),
        manifest=finished.manifest,
        survey=survey(finished, most, fetch=fetch),
        verification=_verify(finished) if verified else None,
        against=other,
    )


def _name(root: str) -> str:
    return (root if "://" in root else Path(root).resolve().as_posix()).rpartition("/")[2] or root


def _verify(finished: FinishedDataset) -> Verification:
    files = len(finished.manifest.shards) + len(finished.manifest.files)
    with reporting(files, "comparing hashes", "file") as advance:

        def compared(done: int, _total: int) -> None:
            if done:  # the first call is before the first file
                advance(1)

        return verify(finished, progress=compared)
