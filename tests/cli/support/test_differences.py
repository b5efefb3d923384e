"""Why a data set cannot be resumed is said in terms of options."""

from __future__ import annotations

import pytest

from mnistseq.cli.support.differences import in_terms_of_options
from mnistseq.errors import DatasetExistsError, Difference
from mnistseq.pipeline.dataset.differences import describe


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (Difference("config.spacing.max", 20, 30), "--max was 20, now 30"),
        (Difference("config.image.width", None, 300), "--width was not set, now 300"),
        (
            Difference("config.spacing.parameters.peak", 1, 2),
            "--set spacing.parameters.peak was 1, now 2",
        ),
        (Difference("input.samples", 100, 50), "--count was 100, now 50"),
        (Difference("input.shortest", 3, 5), "--length (shortest) was 3, now 5"),
        (Difference("format.parameters.labels", [], ["coco"]), "--labels was empty, now coco"),
        (
            Difference("format.parameters.compression", "zlib", "isal"),
            "--format-option compression was zlib, now isal",
        ),
        (
            Difference("input.kind", "rows", "drawn"),
            "input was a file or pattern, now random sequences",
        ),
        (Difference("plugins.theirs", "1", "2"), "version of theirs was 1, now 2"),
    ],
)
def test_a_difference_names_the_option(difference: Difference, text: str) -> None:
    message = f"out: cannot be resumed: {describe(difference)} and 3 more"
    error = DatasetExistsError(message, (difference,))
    assert in_terms_of_options(error) == f"out: cannot be resumed: {text} and 3 more"
