"""Whether a line can be drawn, against trying it; gap statistics, against enumeration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from mnistseq import Config, build_composer
from mnistseq.errors import ArgumentError, LabelError, RequestError
from mnistseq.inspection.feasibility import Feasibility, assess


def config(**keys: Any) -> Config:
    """A config from flat keys, for the split that is quicker to load."""
    sections: dict[str, Any] = {"image": {}, "spacing": {}, "source": {"split": "test"}}
    for key, value in keys.items():
        place = "image" if key in {"width", "height", "crop", "polarity"} else "spacing"
        sections[place][key] = value
    return Config(**sections)


def enumerated(
    low: int, high: int, gaps: int, room: int | None, exact: bool
) -> tuple[float, dict[int, float]]:
    """The chance that free gaps fit, and the distribution of the first, by listing them all."""
    vectors = list(product(range(low, high + 1), repeat=gaps))
    fitting = [v for v in vectors if room is None or sum(v) <= room]
    kept = [v for v in fitting if not exact or sum(v) == room]
    first = [vector[0] for vector in kept]
    return len(fitting) / len(vectors), {
        gap: first.count(gap) / len(first) for gap in range(low, high + 1) if first
    }


@pytest.mark.parametrize(
    ("subtype", "low", "high"),
    [
        ("between", 0, 3),
        ("between", 2, 6),
        ("between", -4, 1),
        ("between", 5, 5),
        ("edge", 0, 3),
        ("edge", 2, 6),
        ("edge", 5, 5),
    ],
)
@pytest.mark.parametrize("fit", ["pad", "exact"])
@pytest.mark.parametrize("slack", [None, 0, 3, 7, 12])
def test_statistics_are_those_of_the_enumeration(
    subtype: str, fit: str, low: int, high: int, slack: int | None
) -> None:
    width = None if slack is None else 3 * 28 + slack
    found = assess(config(min=low, max=high, fit=fit, subtype=subtype, width=width), "350")
    gaps = 4 if subtype == "edge" else 2
    assert (found.glyphs, found.gaps, found.content) == (3, gaps, (84, 84))
    chance, distribution = enumerated(
        low, high, gaps, slack, exact=fit == "exact" and slack is not None
    )
    assert found.fit_probability == pytest.approx(chance, abs=1e-12)
    assert (found.possible == "always") == bool(distribution)
    assert found.distribution == pytest.approx(distribution, abs=1e-12)
    if distribution:
        mean = sum(gap * part for gap, part in distribution.items())
        assert found.mean_gap == pytest.approx(mean, abs=1e-9)
        assert sum(found.distribution.values()) == pytest.approx(1, abs=1e-12)
    else:
        assert found.mean_gap is None


def test_statistics_of_a_long_line_add_up() -> None:
    found = assess(config(min=0, max=100, width=28 * 200 + 4000), length=200)
    assert sum(found.distribution.values()) == pytest.approx(1, abs=1e-12)
    assert found.fit_probability == pytest.approx(0, abs=1e-30)
    assert found.mean_gap is not None
    assert 19 < found.mean_gap < 4000 / 199


def test_statistics_match_what_is_drawn() -> None:
    asked = config(min=0, max=9, width=110)
    found = assess(asked, "350")
    boxes = np.asarray(build_composer(asked).compose(["350"] * 20_000, seed=1).boxes)
    drawn = np.bincount(boxes[:, 1, 0] - boxes[:, 0, 2], minlength=10) / 20_000
    expected = [found.distribution[gap] for gap in range(10)]
    np.testing.assert_allclose(drawn, expected, atol=5 * np.sqrt(0.1 / 20_000))


def draws(asked: Config, sequence: str, number: int = 200) -> list[str | None]:
    """What becomes of drawing: an error's text, or nothing, for each of some samples."""
    composer = build_composer(asked)
    told: list[str | None] = []
    for index in range(number):
        try:
            composer.compose([sequence], 1, index)
            told.append(None)
        except RequestError as error:
            told.append(str(error))
    return told


def verdicts() -> Iterator[tuple[dict[str, Any], str]]:
    yield {}, "350"
    yield {"width": 84}, "350"
    yield {"width": 83}, "350"
    yield {"width": 83, "fit": "resize"}, "350"
    yield {"width": 124, "fit": "exact"}, "350"
    yield {"width": 125, "fit": "exact"}, "350"
    yield {"width": 125, "subtype": "edge", "fit": "exact"}, "350"
    yield {"width": 100, "type": "fixed"}, "350"
    yield {"width": 101, "type": "fixed"}, "350"
    yield {"width": 126, "type": "fixed"}, "350"
    yield {"type": "fixed"}, "350"
    yield {"type": "fixed", "min": 5, "max": 5}, "350"
    yield {"min": -27}, "350"
    yield {"min": -28}, "350"
    yield {"min": -1, "subtype": "edge"}, "350"
    yield {"min": -8, "max": -2, "crop": "ink"}, "12345"
    yield {"min": -8, "max": -2, "crop": "ink", "width": 50}, "11345"
    yield {"min": -8, "max": -2, "crop": "ink", "width": 40, "fit": "exact"}, "11345"
    yield {"min": -30, "max": -20, "width": 70}, "350"
    yield {"min": -5, "max": -5, "crop": "ink", "type": "fixed"}, "1135"
    yield {"min": -9, "max": -1, "crop": "ink", "width": 40, "type": "fixed"}, "135"
    yield {}, "3"
    yield {"subtype": "edge"}, "3"
    yield {"width": 45, "crop": "ink"}, "350"
    yield {"width": 20, "crop": "ink"}, "350"
    yield {"width": 90, "crop": "ink", "fit": "exact"}, "350"
    yield {"width": 60, "crop": "ink", "type": "fixed"}, "350"
    yield {"width": 101, "crop": "ink", "type": "fixed"}, "350"
    yield {"width": 70, "crop": "ink", "height": 40}, "350"
    yield {"width": 250, "height": 84}, "350"
    yield {"width": 252, "height": 84}, "350"
    yield {"width": 40, "height": 13}, "350"


@pytest.mark.parametrize(("keys", "sequence"), [*verdicts()], ids=str)
def test_verdict_is_what_drawing_does(keys: dict[str, Any], sequence: str) -> None:
    asked = config(**keys)
    found = assess(asked, sequence)
    told = draws(asked, sequence)
    if found.possible == "always":
        assert set(told) == {None}
        assert found.problem is None
    elif found.possible == "never":
        assert None not in told
        assert found.problem is not None
    else:
        assert None in told
        assert len(set(told)) > 1
    # Where glyphs are all alike, nothing hangs on which is drawn.
    if found.content[0] == found.content[1]:
        assert found.possible != "sometimes"
        assert set(told) == {found.problem}


def test_natural_width_beyond_the_maximum() -> None:
    assert assess(config(), length=1300).possible == "always"
    found = assess(config(), length=2000)
    assert found.possible == "sometimes"
    assert "could be 95980 px wide" in str(found.problem)
    found = assess(config(), length=2340)
    assert found.possible == "never"
    assert "would be 65520 px wide" in str(found.problem)
    # Found out without making a thousand glyphs of 16 million pixels.
    assert assess(config(height=4096), length=1000).possible == "never"


def suggested(found: Feasibility, pattern: str) -> int:
    match = re.search(pattern, str(found.problem))
    assert match is not None, found.problem
    return int(match[1])


SUGGESTIONS = [
    ({"width": 90, "min": 5}, r"a width of (-?\d+) or more", "width"),
    ({"width": 90, "min": 5}, r"a minimum of (-?\d+) or less", "min"),
    ({"width": 70, "min": -5, "max": 3}, r"a width of (-?\d+) or more", "width"),
    ({"width": 90, "min": 5, "subtype": "edge"}, r"a minimum of (-?\d+) or less", "min"),
    ({"width": 300, "fit": "exact"}, r"a width of (-?\d+) or less", "width"),
    ({"width": 300, "fit": "exact"}, r"a maximum of (-?\d+) or more", "max"),
    ({"width": 300, "fit": "exact", "subtype": "edge"}, r"a maximum of (-?\d+) or more", "max"),
    ({"width": 101, "type": "fixed"}, r"a width of (\d+) or", "width"),
    ({"width": 101, "type": "fixed"}, r" or (\d+), another", "width"),
    ({"width": 500, "type": "fixed"}, r"a width of (\d+)", "width"),
    ({"width": 50, "type": "fixed"}, r"a width of (\d+)", "width"),
]


@pytest.mark.parametrize(("keys", "pattern", "key"), SUGGESTIONS)
def test_each_suggestion_works(keys: dict[str, Any], pattern: str, key: str) -> None:
    found = assess(config(**keys), "350")
    assert found.possible == "never"
    mended = config(**{**keys, key: suggested(found, pattern)})
    assert assess(mended, "350").possible == "always"
    assert set(draws(mended, "350", 20)) == {None}


@pytest.mark.parametrize(("keys", "pattern", "key"), SUGGESTIONS)
def test_each_suggestion_is_the_nearest(keys: dict[str, Any], pattern: str, key: str) -> None:
    found = assess(config(**keys), "350")
    value = suggested(found, pattern)
    towards = keys[key] if key in keys else {"max": 20}[key]
    nearer = range(*sorted((value, towards))) if value > towards else range(value + 1, towards + 1)
    for some in [near for near in nearer if near != value][:: max(1, len(nearer) // 20)]:
        assert assess(config(**{**keys, key: some}), "350").possible == "never", some


@pytest.mark.parametrize(
    ("width", "keys", "pattern", "message"),
    [
        (130, {"min": 5}, r"a width of (\d+) or more", "gaps of at least 5 px make that 133"),
        (140, {"min": 9}, r"a minimum of (\d+) or less", "gaps of at least 9 px make that 141"),
        (200, {"fit": "exact"}, r"a width of (\d+) or less", "at most 20 px make that 163"),
        (142, {"type": "fixed"}, r"a width of (\d+) or", "and 19 px do not divide evenly"),
    ],
)
def test_messages_reckon_with_margins_that_transforms_add(
    width: int, keys: dict[str, Any], pattern: str, message: str
) -> None:
    """Whoever asks for a width asks for it with the margins."""

    def with_margins(width: int, **keys: Any) -> Config:
        margins = {"name": "margins", "left": 0.4, "right": 1.0}  # 11 and 28 px of 28
        return Config(image={"width": width}, spacing=keys, canvas={"transform": [margins]})

    found = assess(with_margins(width, **keys), "350")
    assert f"width {width} " in str(found.problem) or f"width {width}:" in str(found.problem)
    assert "84 px wide, the margins of canvas.transform 39 px" in str(found.problem)
    assert message in str(found.problem)
    value = suggested(found, pattern)
    mended = with_margins(value, **keys) if "width" in pattern else with_margins(width, min=value)
    assert assess(mended, "350").possible == "always"
    assert assess(with_margins(150), "350").widths == (84 + 39, 84 + 39 + 40)


def test_fit_that_is_suggested_works() -> None:
    found = assess(config(width=60), "350")
    assert "fit resize" in str(found.problem)
    assert assess(config(width=60, fit="resize"), "350").possible == "always"
    found = assess(config(width=300, fit="exact"), "350")
    assert "fit pad" in str(found.problem)
    assert assess(config(width=300, fit="pad"), "350").possible == "always"


def test_widths_that_gaps_fill_are_all_and_only_those_of_exact() -> None:
    low, high = assess(config(min=2, max=5), "3508").widths
    assert (low, high) == (112 + 6, 112 + 15)
    told = {
        width: assess(config(min=2, max=5, width=width, fit="exact"), "3508").possible
        for width in range(low - 2, high + 3)
    }
    assert [width for width, possible in told.items() if possible == "always"] == [
        *range(low, high + 1)
    ]


@pytest.mark.parametrize("subtype", ["between", "edge"])
@pytest.mark.parametrize("crop", ["cell", "ink"])
def test_widths_of_overlapping_glyphs_are_those_of_images(subtype: str, crop: str) -> None:
    asked = config(min=-60, max=-2, crop=crop, subtype=subtype)
    found = assess(asked, "11235")
    low, high = found.widths
    images = build_composer(asked).compose(["11235"] * 500, seed=1).images
    drawn = [image.shape[1] for image in images]
    assert 0 < low <= min(drawn)
    assert max(drawn) <= high
    assert found.least_gap is not None
    assert found.possible == "always"


def test_fixed_gaps_are_certain() -> None:
    found = assess(config(type="fixed", width=100), "350")
    assert (found.distribution, found.draws, found.fit_probability) == ({8: 1.0}, None, None)


def test_what_is_asked_wrongly() -> None:
    with pytest.raises(ArgumentError, match=r"^give either a sequence or a length$"):
        assess(config())
    with pytest.raises(ArgumentError, match=r"^give either a sequence or a length$"):
        assess(config(), "350", 3)
    with pytest.raises(ArgumentError, match=r"^length 0 is too small"):
        assess(config(), length=0)
    with pytest.raises(LabelError, match="unknown label 'x'"):
        assess(config(), "35x")
