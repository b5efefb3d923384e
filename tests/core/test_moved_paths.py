"""Pens draw moved paths as they would draw paths that had been recorded there."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnistseq.core import moved_paths
from mnistseq.core import pen as pen_module
from mnistseq.core.array_types import Floats, Ints, Pixels
from mnistseq.core.bilinear import ONE
from mnistseq.core.composer import Composer
from mnistseq.core.distance_fields import FIELD_HEIGHT
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.motion import Motion
from mnistseq.core.moved_paths import Ends, drawn
from mnistseq.core.pen import Pen
from mnistseq.core.protocols import GlyphTransform
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.errors import PluginError
from mnistseq.glyph_transforms.ending import Ending
from mnistseq.glyph_transforms.flags import Flags
from mnistseq.glyph_transforms.size import Size
from mnistseq.glyph_transforms.slant import Slant
from mnistseq.imaging.distance_fields import MASK_HEIGHT, distance_fields
from mnistseq.imaging.move_glyphs import turned
from mnistseq.imaging.warp import warp_affine
from mnistseq.spacings.variable import Variable

MARGIN = 60


@pytest.fixture(scope="module")
def fields() -> Pixels:
    """Rings, a stem, a dash and an empty field."""
    down, across = np.mgrid[:MASK_HEIGHT, :MASK_HEIGHT]
    masks = np.zeros((5, MASK_HEIGHT, MASK_HEIGHT), dtype=np.bool_)
    for mask, centre, radius in zip(masks, (50, 70), (26, 20), strict=False):
        mask[:] = np.abs(np.hypot(across - centre, (down - 60) * 0.8) - radius) < 0.7
    masks[2, 20:92, 56] = True
    masks[3, 60, 4:108] = True
    return distance_fields(masks)


def stream_of(count: int) -> GlyphStream:
    return GlyphStream(Stream(4, 0, count, "pen"), np.arange(count), np.zeros(count, np.int64))


def motion(
    count: int,
    angle: float = 0,
    slant: float = 0,
    scale: float = 1,
    shift: tuple[float, float] = (0, 0),
    **more: float,
) -> Motion:
    ones = np.ones(count)
    linear = turned(angle * ones, slant * ones, scale * ones)
    return Motion(linear, np.tile(np.array(shift, float), (count, 1)), (0.5, 1.0), **more)


def test_a_motion_of_nothing_changes_nothing(fields: Pixels) -> None:
    pen, stream = Pen((0.03, 0.2), 0.5, 0.5), stream_of(len(fields))
    plain = pen.draw(fields, 48, 48, stream)[0]
    assert np.array_equal(pen.draw(fields, 48, 48, stream, [motion(len(fields))])[0], plain)


@pytest.mark.parametrize("slant", [-30, 20])
def test_a_slanted_path_is_like_a_large_drawing_slanted(
    fields: Pixels, slant: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream, pen, times = stream_of(3), Pen((0.08, 0.08)), 8
    large = pen.draw(fields[:3], 48 * times, 48 * times, stream)[0]
    used = []

    def noted(fields: Pixels, ends: Ends, maps: Floats, *rest: Any) -> tuple[Pixels, Ints]:
        used.append(maps / ONE)
        return drawn(fields, ends, maps, *rest)

    monkeypatch.setattr(pen_module, "drawn", noted)
    slanted = pen.draw(fields[:3], 48, 48, stream, [motion(3, slant=slant)])[0].astype(float)
    # From pixels of the small result to those of the field; and the same among large pixels.
    (back,) = used
    middle = back[:, :, 2] + back[:, :, :2].sum(axis=2) * (0.5 / times - 0.5) + 0.5
    zoom = 48 * times / FIELD_HEIGHT
    maps = np.dstack([back[:, :, :2] * (zoom / times), middle * zoom - 0.5])
    reduced = warp_affine(large, maps).reshape(3, 48, times, 48, times).mean(axis=(2, 4))
    assert np.abs(slanted - reduced).sum() < 0.05 * reduced.sum()


def test_smaller_glyphs_are_drawn_with_the_same_pen(fields: Pixels) -> None:
    stem, pen = fields[2:3], Pen((0.06, 0.06))
    for scale in (0.6, 1.0, 1.2):
        ink = pen.draw(stem, 100, 100, stream_of(1), [motion(1, scale=scale)])[0][0] / 255
        rows = np.flatnonzero(ink.any(axis=1))
        assert np.ptp(rows) == pytest.approx(64 * scale, abs=6)
        assert ink[rows[len(rows) // 2]].sum() == pytest.approx(6, abs=0.3)


def test_consecutive_motions_are_one_map(fields: Pixels) -> None:
    pen, stream = Pen((0.05, 0.05)), stream_of(4)
    halves = [motion(4, scale=0.8), motion(4, scale=0.75, rise=0.2)]
    twice = pen.draw(fields[:4], 64, 64, stream, halves)[0]
    height = np.array([np.ptp(np.flatnonzero(glyph.any(axis=1))) for glyph in twice[:3]])
    once = pen.draw(fields[:4], 64, 64, stream, [motion(4, scale=0.6)])[0]
    first = [np.flatnonzero(glyph.any(axis=1))[0] for glyph in once[:3]]
    risen = [np.flatnonzero(glyph.any(axis=1))[0] for glyph in twice[:3]]
    # The second one raises what the first has left: a fifth of it.
    assert np.subtract(first, risen) == pytest.approx(height / 0.75 * 0.2, abs=1.5)


@settings(max_examples=40)
@given(
    pen=st.sampled_from([Pen((0.02, 0.02)), Pen((0.2, 0.25), 1.0, 1.0)]),
    size=st.tuples(st.integers(8, 80), st.integers(8, 80)),
    angle=st.sampled_from([0.0, -40.0, 25.0]),
    slant=st.floats(-45, 45),
    scale=st.floats(0.5, 1.4),
    shift=st.tuples(st.floats(-30, 30), st.floats(-30, 30)),
    room=st.floats(0.5, 1),
)
def test_all_ink_of_what_moves_is_inside(
    fields: Pixels,
    pen: Pen,
    size: tuple[int, int],
    angle: float,
    slant: float,
    scale: float,
    shift: tuple[float, float],
    room: float,
) -> None:
    beyond = []
    columns = np.full(len(fields), int(room * size[1]))

    def with_margin(
        fields: Pixels, ends: Ends, maps: Floats, pressures: Pixels, nibs: Ints, size: Ints
    ) -> tuple[Pixels, Ints]:
        """The same map with room around the picture, where what is cut off would show."""
        maps = maps.copy()
        maps[:, :, 2] -= MARGIN * maps[:, :, :2].sum(axis=2)
        around = size[0] + 2 * MARGIN, size[1] + 2 * MARGIN
        wide, boxes = drawn(fields, ends, maps, pressures, nibs, around)
        inside = wide[:, MARGIN:-MARGIN, MARGIN:-MARGIN].copy()
        wide[:, MARGIN:-MARGIN, MARGIN : MARGIN + columns[0]] = 0
        # What is unmoved, because it would have to shrink too much, may be cut off.
        moved = (np.abs(maps[:, 0, 0] / ONE - FIELD_HEIGHT / size[1]) > 1e-6) | (maps[:, 0, 1] != 0)
        beyond.extend(wide[moved].max(axis=(1, 2)))
        return inside, boxes

    moves = [motion(len(fields), angle, slant, scale, shift), motion(len(fields), scale=0.9)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pen_module, "drawn", with_margin)
        pen.draw(fields, *size, stream_of(len(fields)), moves, columns)
    assert not any(beyond)


def test_large_pictures_are_drawn_in_strips(
    fields: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    pen, stream = Pen((0.05, 0.05), 0.5), stream_of(len(fields))
    moves = [motion(len(fields), angle=10, slant=20)]
    strips = pen.draw(fields, 300, 300, stream, moves)[0]
    monkeypatch.setattr(moved_paths, "_BLOCK_PIXELS", 1 << 20)
    assert np.array_equal(strips, pen.draw(fields, 300, 300, stream, moves)[0])


def test_glyphs_too_small_to_be_seen_do_not_move(fields: Pixels) -> None:
    pen, stream = Pen((0.005, 0.005)), stream_of(len(fields))
    plain = pen.draw(fields, 9, 9, stream)
    # A dash that misses every centre, and a motion that leaves the others as they are.
    moves = motion(len(fields))
    moves.linear[3] *= 0.01
    ink, boxes = pen.draw(fields, 9, 9, stream, [moves])
    assert np.array_equal(ink, plain[0])
    assert np.array_equal(boxes, plain[1])
    assert ink[:4].any(axis=(1, 2)).all()


class Faded(GlyphTransform):
    """Halves the ink."""

    name: ClassVar[str] = "faded"

    def apply(self, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        return glyphs // 2


def test_a_pen_draws_what_the_first_transforms_have_moved(
    fields: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = GlyphBank(fields[:3], np.arange(3), ("a", "b", "c"), paths=True)
    made = Composer(
        bank,
        GapRule(Variable()),
        height=40,
        pen=Pen((0.08, 0.08)),
        glyph_transforms=(Size(), Slant(), Ending(chance=1), Faded(), Slant(), Flags()),
    )
    applied = []
    apply = Slant.apply

    def counted(self: Slant, glyphs: Pixels, stream: GlyphStream) -> Pixels:
        applied.append(int(glyphs.max()))
        return apply(self, glyphs, stream)

    monkeypatch.setattr(Slant, "apply", counted)
    made.compose(["abc", "cab"], seed=1)
    assert applied == [127]


class Moving(Faded):
    """Returns a motion that is wrong for the two glyphs of a line."""

    name: ClassVar[str] = "moving"

    def __init__(self, given: Any) -> None:
        self.given = given

    def motion(self, *_: object) -> Any:
        return self.given


EYES, REST = np.tile(np.eye(2), (2, 1, 1)), np.zeros((2, 2))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((EYES, REST), "a tuple, not a Motion"),
        (Motion(EYES[0], REST), r"a motion whose linear has the shape \(2, 2\), not \(2, 2, 2\)"),
        (Motion(EYES.tolist(), REST), "a motion whose linear is of type list, not an array"),
        (Motion(EYES, REST * np.nan), "a motion whose shift has values that are not finite"),
        (
            Motion(EYES, REST, rise=np.ones(3)),
            r"a motion whose rise has the shape \(3,\), not \(2,\)",
        ),
        (Motion(EYES * 0, REST), "a motion that leaves nothing of a glyph"),
        (Motion(np.ones((2, 2, 2)), REST), "a motion that leaves nothing of a glyph"),
    ],
)
def test_a_motion_that_no_pen_can_draw_is_refused(fields: Pixels, given: Any, message: str) -> None:
    bank = GlyphBank(fields[:3], np.arange(3), ("a", "b", "c"), paths=True)
    transforms = (Size(), Moving(given))
    made = Composer(
        bank, GapRule(Variable()), height=40, pen=Pen((0.08, 0.08)), glyph_transforms=transforms
    )
    with pytest.raises(PluginError, match=f"^glyph transform moving gave {message}"):
        made.compose(["ab"], seed=1)
