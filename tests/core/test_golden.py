"""Hashes that pin the public promise: the same call gives the same pixels, in every version.

A hash here changes only together with `ALGORITHM`.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import numpy as np
import pytest

from mnistseq import Composer, GlyphBank, SampleBatch
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.randomness import ALGORITHM
from mnistseq.spacings.fixed import Fixed
from mnistseq.spacings.variable import Variable

EVEN = ["3141592653", "5897932384"]
# More than 16 glyphs take words of a second chunk.
RAGGED = ["350", "12", "31415926535897932384", "7777"]

GOLDEN: dict[str, tuple[list[str], dict[str, Any], dict[str, Any], str]] = {
    "pad": (
        EVEN,
        {"width": 390},
        {},
        "e22914d9f9b48f6116b1bcc45cbcda9bdf1e98eebc6916364042f39ca6ef0dc9",
    ),
    "pad, loose": (
        EVEN,
        {"width": 600},
        {},
        "5029cadb722e01ef795d2d49740387cee01188cd0cb5584ae8ab03353dc6aefd",
    ),
    "exact": (
        EVEN,
        {"width": 390, "fit": "exact"},
        {},
        "74e60c9a06e709a534dcfd04cfdf6cb59f0c9284494fd8ca4fc0de6dff58393a",
    ),
    "exact, past the middle": (
        EVEN,
        {"width": 440, "fit": "exact"},
        {},
        "1ac3108b33a72b916580320fc119520f31379563af6beaf2d7a5481d5b69ea10",
    ),
    "resize": (
        RAGGED,
        {"width": 390, "fit": "resize"},
        {},
        "68ab514ad5a33dac538331dcf9032272b813c76fcfa169a480d663329137c7a8",
    ),
    "no width": (
        RAGGED,
        {},
        {},
        "ed2150f821365955b60429f59d21fe9ef16eeb0f6c0e0cbad77963a7aa30f241",
    ),
    "ragged": (
        RAGGED,
        {"width": 700},
        {},
        "84671edd76595b16dadcd221378a5d57cb60936db913469e29a3b92f3ad0d4e5",
    ),
    "edge": (
        RAGGED,
        {"subtype": "edge", "width": 800},
        {},
        "015e2a742eb3a4a79619e68cde11767470e8916149c75cf5993ebc1ae7d3ec95",
    ),
    "ink": (
        RAGGED,
        {"width": 420, "minimum": 0, "maximum": 40},
        {"crop": "ink"},
        "19dd1860b6c889980668977d79e18fc94feaa18fbb02066b1142c37d3e1c09eb",
    ),
    "overlaps": (
        RAGGED,
        {"minimum": -9, "maximum": 3},
        {},
        "c7704f1e97f33e3bf299e699d2cbeca1c700d312e580ca88775097034ab9a8a5",
    ),
    "random align": (
        EVEN,
        {"width": 600, "align": "random"},
        {},
        "5166936c3ae56a35346aa28cc5ea9355998a612b7d047cdae688048ee7a36f45",
    ),
    "right, light on dark": (
        EVEN,
        {"width": 600, "align": "right"},
        {"polarity": "light-on-dark"},
        "3efbde9c1b6cf301ee61be5ea383f973523f19d8f4033e934514d69c4fc74492",
    ),
    "one writer": (
        RAGGED,
        {"width": 700},
        {"writer": "one"},
        "b979a10b6045f009d53ed152e011c868e1ca4ff310d4dcc0af9a115dae8afa82",
    ),
    "fixed": (
        EVEN,
        {"spacing": Fixed(), "width": 388},
        {},
        "2381f431a0c9be102a691b06dbcf5cc471bd8a4fcf51c718cf43c149586b9de7",
    ),
    "smaller": (
        RAGGED,
        {"width": 700},
        {"height": 19},
        "4a1ad0e1608c708177bc5282ab627d834bcde59eb0c01b8f0911796aa708843b",
    ),
    "larger": (
        RAGGED,
        {},
        {"height": 64, "crop": "ink"},
        "e4976e9932ea2816c935096c7f4cb9387cc60cd29b7ab948d28393e3dc742269",
    ),
    "many gaps": (
        ["0123456789" * 30],
        {"width": 9_000},
        {},
        "941d013cd2c2bb6d4c6742624acf5ed6122122fdd30a967fb4f47dac2781c3af",
    ),
}


@pytest.fixture(scope="module")
def written(mnist: GlyphBank) -> GlyphBank:
    """MNIST with made-up writers: each wrote some three hundred glyphs that follow one another."""
    return GlyphBank(
        mnist.pixels, mnist.codes, mnist.alphabet, writers=np.arange(len(mnist)) // 311
    )


def digest(batch: SampleBatch) -> str:
    """One hash over ids, boxes and pixels, whatever the machine's byte order."""
    found = sha256()
    for column in (batch.flat_glyph_ids, batch.flat_boxes, batch.flat_ink_boxes):
        found.update(column.astype("<i8").tobytes())
    for image in batch.images:
        found.update(repr(image.shape).encode() + image.tobytes())
    return found.hexdigest()


@pytest.mark.parametrize("name", GOLDEN)
def test_drawings_are_pinned(written: GlyphBank, name: str) -> None:
    labels, rule, fields, expected = GOLDEN[name]
    composer = Composer(written, GapRule(**{"spacing": Variable(), **rule}), **fields)
    assert ALGORITHM == 3
    assert digest(composer.compose(labels, 350, 1_000)) == expected


def test_no_two_of_them_are_alike() -> None:
    hashes = [expected for *_, expected in GOLDEN.values()]
    assert len(set(hashes)) == len(hashes)
