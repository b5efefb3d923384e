"""Built-in components keep their contracts, and each check catches a component that does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.plugins import rule_breakers as bad
from tests.plugins import rule_breakers_later as later

from mnistseq.errors import MnistseqError
from mnistseq.plugins.built_in import BUILT_IN, Kind
from mnistseq.plugins.registry import find
from mnistseq.sources.idx import Idx
from mnistseq.sources.mnist import SHIPPED, Mnist
from mnistseq.testing import (
    check_canvas_transform,
    check_executor,
    check_format,
    check_glyph_transform,
    check_source,
    check_spacing,
)

ENGINES = {"dask", "processes", "ray"}
"""Executors that start processes; their own tests check the contract."""

IMGAUG = {"augmenter": "ElasticTransformation", "arguments": {"alpha": 3.0, "sigma": 2.0}}

DOWNLOADED = {"fashion-mnist", "kmnist", "emnist"}
ELSEWHERE = {"csv", "image-folder", "npz", "pendigits", "qmnist", "strokes", "unipen"}
"""Sources that their own tests check, with files that they make."""


def _names(kind: Kind) -> list[str]:
    return list(BUILT_IN[kind])


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a picture of paper."""
    folder = tmp_path_factory.mktemp("paper")
    shades = np.add.outer(np.arange(40), np.arange(60)).astype(np.uint8) + np.uint8(150)
    Image.fromarray(shades).save(folder / "shades.png")
    return str(folder)


class TestBuiltIn:
    @pytest.mark.parametrize("name", _names("spacing"))
    def test_a_spacing_keeps_its_contract(self, name: str) -> None:
        check_spacing(find("spacing", name)())

    @pytest.mark.parametrize("name", _names("glyph_transform"))
    def test_a_glyph_transform_keeps_its_contract(self, name: str) -> None:
        parameters = IMGAUG if name == "imgaug" else {}
        check_glyph_transform(find("glyph_transform", name)(**parameters))

    @pytest.mark.parametrize("name", _names("canvas_transform"))
    def test_a_canvas_transform_keeps_its_contract(self, name: str, paper: str) -> None:
        needed: dict[str, dict[str, Any]] = {"imgaug": IMGAUG, "paper-picture": {"folder": paper}}
        check_canvas_transform(find("canvas_transform", name)(**needed.get(name, {})))

    @pytest.mark.parametrize("name", sorted({*_names("executor")} - ENGINES))
    def test_an_executor_keeps_its_contract(self, name: str) -> None:
        check_executor(find("executor", name)())

    def test_mnist_keeps_its_contract(self) -> None:
        check_source(Mnist(), "test")

    def test_idx_keeps_its_contract(self) -> None:
        pair = Idx("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")
        check_source(pair, "test", str(SHIPPED))

    @pytest.mark.parametrize("name", sorted(DOWNLOADED))
    def test_a_downloaded_source_keeps_its_contract(self, name: str) -> None:
        source = find("source", name)()
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("MNISTSEQ_OFFLINE", "1")
                source.load("test", None)
        except MnistseqError as error:
            pytest.skip(f"its files are not here: {error}")
        check_source(source, "test")

    def test_every_source_is_checked(self) -> None:
        checked = {"mnist", "idx", *DOWNLOADED, *ELSEWHERE}
        assert {*_names("source")} == checked


@pytest.mark.parametrize(
    ("component", "fault"),
    [
        (bad.NotFrozen(), "NotFrozen is not a frozen dataclass"),
        (bad.NoDocstring(), "the class has no docstring"),
        (bad.BadName(), "BadName.name is 'bad name'"),
        (bad.NameIsParameter(), "NameIsParameter.name is a parameter; write name: ClassVar"),
        (bad.NoBase(), "NoBase does not inherit from mnistseq.core.protocols.Spacing"),
        (bad.NotPicklable(), "it cannot be pickled for another process"),
        (bad.CopyDiffers(), "a pickled copy differs"),
        (bad.BadDefault(), "a default does not meet its own declaration: parameters.peak: 2.0"),
        (bad.UncheckedRange(), "parameter size: 0, below the range, was accepted"),
        (bad.UnknownType(), "its parameters cannot be checked"),
        (bad.ChangesItself(), "using it changed it"),
        (bad.Shape(), r"gaps have shape \(12, 0\), not \(12, 1\)"),
        (bad.NoArray(), "gaps are list, not an array"),
        (bad.Floating(), "gaps are float64, not int64"),
        (bad.OutOfRange(), "gaps of 2 to 2 px lie outside 3 to 9"),
        (bad.TooWide(), "px, but must fit in"),
        (bad.GlobalState(), "equal calls gave different gaps"),
        (bad.WithTheBatch(), "a sample's gaps depend on its batch"),
        (bad.WithTheProcess(), "another process draws different gaps"),
        (bad.WritesToContent(), "the given widths of glyphs were written to"),
        (bad.RefusesAll(), "it refuses every request"),
        (bad.RefusesWidths(), "it refuses every width; check it with fits=False"),
        (bad.WrongError(), "it raised ZeroDivisionError, not SpacingError"),
        (bad.NoCheck(), "must fill"),
        (bad.IgnoresPairs(), "gaps lie outside the range of their pair"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_a_bad_spacing_is_caught(component: Any, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        check_spacing(component)


@pytest.mark.parametrize(
    ("component", "fault"),
    [
        (bad.NoBank(), "load returned ndarray, not a GlyphBank"),
        (bad.UnusedLabel(), r"labels without a glyph: \['c'\]"),
        (bad.OddLabel(), r"labels that are empty or contain the end of a line: .*b.+nc"),
        (bad.DarkOnLight(), "most pixels are 255"),
        (bad.WrongInk(), "column ink does not match the pixels"),
        (bad.NarrowCell(), "a glyph has ink to the right of its cell"),
        (bad.NoDistances(), "neighbouring pixels of a field differ by 200 steps, but are 16 apart"),
        (bad.NoPath(), "a glyph has no path"),
        (bad.OtherEachTime(), "loading twice gives different glyphs"),
        (bad.OtherElsewhere(), "another process loads different glyphs"),
        (bad.AnySplit(), "split 'no-such-split-0' raised KeyError"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_a_bad_source_is_caught(component: Any, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        check_source(component)


@pytest.mark.parametrize(
    ("component", "fault"),
    [
        (later.GlyphShape(), r"glyphs of \(36, 28, 28\) became \(36, 27, 28\)"),
        (later.GlyphType(), "glyphs are float64, not uint8"),
        (later.GlyphList(), "glyphs are list, not an array"),
        (later.GlyphErased(), "a glyph lost all of its ink"),
        (later.GlyphWritten(), "the given glyphs were written to"),
        (later.GlyphGlobal(), "equal calls gave different glyphs"),
        (later.GlyphBatch(), "a sample's glyphs depend on its batch"),
        (later.GlyphProcess(), "another process makes different pixels"),
        (
            later.MotionShape(),
            r"gives a motion whose linear has the shape \(2, 2\), not \(36, 2, 2\)",
        ),
        (
            later.MotionNumbers(),
            "gives a motion whose shift has values that are not finite numbers",
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_a_bad_glyph_transform_is_caught(component: Any, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        check_glyph_transform(component)


@pytest.mark.parametrize(
    ("component", "fault"),
    [
        (later.CanvasCount(), "12 images became 11"),
        (later.CanvasType(), "images are float32, not uint8"),
        (later.CanvasOutside(), "a box leaves its image of 120 x 28 px"),
        (later.CanvasLost(), "boxes were lost or added"),
        (later.CanvasFloat(), "boxes are float64, not int64"),
        (later.CanvasWritten(), "the given images were written to"),
        (later.CanvasWider(), r"added_width\(28\) is 5, but images became 0 px wider"),
        (later.CanvasBatch(), "an image or its boxes depend on its batch"),
        (later.CanvasProcess(), "another process makes different pixels"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_a_bad_canvas_transform_is_caught(component: Any, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        check_canvas_transform(component)


@pytest.mark.parametrize(
    ("component", "fault"),
    [
        # Whether its clock ticks between two of the first writes or only later depends on the machine.
        (later.Stamped(), "equal samples made different bytes (later|at another)"),
        (later.NamesItself(), "equal samples made different bytes at another path"),
        (later.Litters(), r"files were left beside the shard: \['temporary'\]"),
        (later.WritesNothing(), "nothing was written to shard"),
        (later.WrongSuffix(), "a shard is a folder if and only if the suffix is empty"),
        (later.Forgets(), "12 samples were written, but 11 read back"),
        (later.Blurs(), "an image came back with different pixels"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_a_bad_format_is_caught(component: Any, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        check_format(component)


@pytest.mark.parametrize(
    ("component", "fault"),
    [
        (later.Loses(), "25 squares came back as"),
        (later.Repeats(), "25 squares came back as"),
        (later.Returns(), "run must be a generator, but returned a list"),
        (later.Swallows(), "a task raised ZeroDivisionError, but run returned"),
        (later.Renames(), "a task raised ZeroDivisionError, but run raised OSError"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_a_bad_executor_is_caught(component: Any, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        check_executor(component)


@pytest.mark.parametrize(
    ("check", "component"),
    [
        (check_spacing, bad.Least()),
        (check_spacing, bad.Harmless()),
        (check_source, bad.TwoGlyphs()),
        (check_glyph_transform, later.Same()),
        (check_canvas_transform, later.SameImage()),
    ],
)
def test_the_components_that_the_bad_ones_derive_from_are_good(check: Any, component: Any) -> None:
    check(component)


def test_a_strategy_for_free_gaps_passes_with_fits_false() -> None:
    check_spacing(bad.RefusesWidths(), fits=False)
