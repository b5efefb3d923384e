"""What fails in a component is told in a line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

from mnistseq.core.canvas import Canvas
from mnistseq.core.composer import Composer
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.core.plugin_boundary import component_errors
from mnistseq.core.protocols import CanvasTransform, GlyphTransform, Spacing
from mnistseq.errors import MnistseqError, PluginError, SpacingError
from mnistseq.spacings.variable import Variable


@pytest.mark.parametrize("error", [ValueError("my\nbad"), FileNotFoundError("lost"), SystemExit(3)])
def test_a_foreign_error_is_told_with_its_place(error: BaseException) -> None:
    text = " ".join(str(error).split())
    message = rf"^source odd failed: {type(error).__name__}: {text} \(test_plugin_boundary.py, line \d+\)$"
    with pytest.raises(PluginError, match=message) as raised, component_errors("source", "odd"):
        raise error
    assert raised.value.__cause__ is error


@pytest.mark.parametrize("error", [SpacingError("none"), MemoryError(), KeyboardInterrupt()])
def test_what_people_are_told_anyhow_passes(error: BaseException) -> None:
    with pytest.raises(type(error)) as raised, component_errors("spacing", "odd"):
        raise error
    assert raised.value is error


@dataclass(frozen=True)
class Odd(Spacing, GlyphTransform):
    """Gives what it likes, or raises it."""

    name: ClassVar[str] = "odd"

    given: Any

    def _give(self) -> Any:
        if isinstance(self.given, Exception):
            raise self.given
        return self.given

    def gaps(self, *_: object) -> Any:
        return self._give()

    def apply(self, *_: object) -> Any:
        return self._give()


@dataclass(frozen=True)
class OddCanvas(CanvasTransform):
    """Changes what it is told to change."""

    name: ClassVar[str] = "odd"

    changed: dict[str, Any] | None

    def apply(self, canvas: Canvas, *_: object) -> Any:
        return None if self.changed is None else replace(canvas, **self.changed)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"gaps": GapRule(Odd(None))}, "spacing odd gave gaps of type NoneType, not an array"),
        ({"gaps": GapRule(Odd(IndexError("boo")))}, "spacing odd failed: IndexError: boo"),
        (
            {"glyph_transforms": (Odd(OSError()),)},
            "glyph transform odd failed: OSError: no message",
        ),
        (
            {"glyph_transforms": (Odd(None),)},
            "glyph transform odd gave glyphs of type NoneType, not an array of uint8",
        ),
        (
            {"glyph_transforms": (Odd(np.zeros((1, 2, 3), np.uint8)),)},
            r"glyph transform odd gave glyphs of shape \(1, 2, 3\), not \(2, 28, 28\)",
        ),
        (
            {"canvas_transforms": (OddCanvas(None),)},
            "canvas transform odd gave a NoneType, not a Canvas",
        ),
        (
            {"canvas_transforms": (OddCanvas({"images": np.zeros((1, 9, 9))}),)},
            "canvas transform odd gave images of type float64, not an array of uint8",
        ),
        (
            {"canvas_transforms": (OddCanvas({"boxes": np.zeros((1, 4), np.int64)}),)},
            r"canvas transform odd gave boxes of shape \(1, 4\), not \(2, 4\)",
        ),
    ],
)
def test_components_at_fault_are_named(
    mnist: GlyphBank, part: dict[str, Any], message: str
) -> None:
    composer = replace(Composer(mnist, GapRule(Variable())), **part)
    with pytest.raises(MnistseqError, match=message):
        composer.compose(["35"], seed=1)
