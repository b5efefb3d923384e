"""DigitSequence, the class of the older tool: its images, its files and its kinds of errors."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mnistseq import Config, DigitSequence, MnistseqError, build_composer, to_float
from mnistseq.errors import OutputError


@pytest.fixture(scope="module")
def digits() -> DigitSequence:
    return DigitSequence()


@pytest.fixture
def config(tmp_path: Path) -> Callable[[str], DigitSequence]:
    def make(text: str) -> DigitSequence:
        (tmp_path / "config.json").write_text(text)
        return DigitSequence(tmp_path / "config.json")

    return make


def test_an_image_has_the_promised_type_shape_and_values(digits: DigitSequence) -> None:
    image = digits.generate_numbers_sequence(range(10), (0, 20), 390)
    assert image.dtype == np.float32
    assert image.shape == (28, 390)
    assert image.min() >= 0
    assert image.max() == 1.0
    assert (image[:, :2] == 1.0).all(), "the margin is white"
    levels = image * np.float32(255)
    np.testing.assert_allclose(levels, np.rint(levels), atol=1e-4)


def test_an_image_has_the_pixels_that_the_composer_draws(digits: DigitSequence) -> None:
    image = digits.generate_numbers_sequence([3, 5, 0], (2, 9), 200, seed=11)
    asked = Config(spacing={"min": 2, "max": 9}, image={"width": 200})
    expected = build_composer(asked).compose(["350"], seed=11).images[0]
    np.testing.assert_array_equal(image, to_float(expected))


@pytest.mark.parametrize(
    "sequence",
    [
        [3, 5, 0],
        (3, 5, 0),
        np.array([3, 5, 0]),
        np.array([3, 5, 0], np.uint8),
        [np.int64(3), "5", np.uint8(0)],
        "350",
        "3,5,0",
        iter([3, 5, 0]),
        (digit for digit in (3, 5, 0)),
        {3: "three", 5: "five", 0: "none"},
    ],
    ids=lambda case: type(case).__name__,
)
def test_digits_may_be_any_iterable(digits: DigitSequence, sequence: Any) -> None:
    image = digits.generate_numbers_sequence(
        sequence,
        np.array([0, 20]),  # type: ignore[arg-type]
        np.int64(200),
        seed=np.int64(3),  # type: ignore[arg-type]
    )
    expected = digits.generate_numbers_sequence([3, 5, 0], [0, 20], 200, seed=3)
    np.testing.assert_array_equal(image, expected)


@pytest.mark.parametrize(
    ("transform", "digest"),
    [
        ("false", "b7928d7efeaa3f02"),
        ("true", "af6b55182df55b2b"),
    ],
)
def test_the_switch_of_the_older_tool_draws_the_pixels_that_it_always_drew(
    config: Callable[[str], DigitSequence], transform: str, digest: str
) -> None:
    sequence = config(f'{{"image": {{"transform": {transform}}}}}')
    image = sequence.generate_numbers_sequence([3, 5, 0], (0, 20), 390, seed=7)
    assert sha256(np.rint(image * 255).astype(np.uint8).tobytes()).hexdigest()[:16] == digest


def test_each_call_draws_another_without_a_seed(digits: DigitSequence) -> None:
    images = {digits.generate_numbers_sequence(range(10), (0, 20), 390).tobytes() for _ in range(5)}
    assert len(images) == 5


def test_fit_overrides_the_config(digits: DigitSequence) -> None:
    draw = digits.generate_numbers_sequence
    assert draw([3, 5], (0, 20), 40, seed=1, fit="resize").shape == (28, 40)
    exact = draw([3, 5], (0, 20), 66, seed=1, fit="exact")
    sample = build_composer(
        Config(spacing={"fit": "exact", "min": 0, "max": 20}, image={"width": 66})
    ).compose(["35"], seed=1)[0]
    np.testing.assert_array_equal(exact, to_float(sample.image))
    assert sample.boxes[1, 0] - sample.boxes[0, 2] == 10


def test_the_config_applies_except_for_range_and_width(
    config: Callable[[str], DigitSequence],
) -> None:
    sequence = config('{"image": {"polarity": "light-on-dark", "height": 40, "width": 9},'
                      ' "spacing": {"subtype": "edge", "fit": "exact", "min": 50, "max": 60}}')  # fmt: skip
    image = sequence.generate_numbers_sequence([1], (5, 5), 50, seed=1)
    assert image.shape == (40, 50)
    assert image[:, :5].max() == 0
    assert image[:, 45:].max() == 0


ERRORS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"digits": []}, ValueError, "the sequence is empty"),
    ({"digits": []}, KeyError, "the sequence is empty"),
    ({"digits": ""}, ValueError, "the sequence is empty"),
    ({"digits": [3, 10]}, KeyError, "unknown label '10'"),
    ({"digits": [3, -1]}, ValueError, "unknown label '-1'"),
    ({"digits": "3x"}, KeyError, "unknown label 'x'"),
    ({"digits": [3.5, 1]}, TypeError, "label 3.5 is neither a string nor a whole number"),
    ({"digits": [3.0, 1]}, TypeError, "label 3.0 is neither"),
    ({"digits": [True, 1]}, TypeError, "label True is neither"),
    ({"digits": [[3], [1]]}, TypeError, r"label \[3\] is neither"),
    ({"digits": 35}, TypeError, r"digits must be an iterable such as \[3, 5, 0\], not 35"),
    ({"digits": None}, TypeError, "digits must be an iterable"),
    ({"digits": [3]}, ValueError, "one glyph has no gap between glyphs"),
    ({"digits": [3]}, RuntimeError, "one glyph has no gap between glyphs"),
    ({"spacing_range": (20, 0)}, ValueError, "min 20 exceeds max 0"),
    ({"spacing_range": (0, 1.5)}, TypeError, "spacing_range: 1.5 is not a whole number"),
    ({"spacing_range": ("0", 1)}, TypeError, "spacing_range: '0' is not a whole number"),
    ({"spacing_range": (0, 1, 2)}, ValueError, "spacing_range must have two numbers"),
    ({"spacing_range": 20}, TypeError, r"spacing_range must be a pair such as \(0, 20\), not 20"),
    ({"spacing_range": None}, TypeError, "spacing_range must be a pair"),
    ({"image_width": 0}, ValueError, "image.width: 0 is not allowed"),
    ({"image_width": -5}, ValueError, "image.width: -5 is not allowed"),
    ({"image_width": 65_501}, ValueError, "give a whole number from 1 to 65500"),
    ({"image_width": 390.0}, TypeError, "image_width: 390.0 is not a whole number"),
    ({"image_width": np.float32(9)}, TypeError, r"image_width: .* is not a whole number"),
    ({"image_width": True}, TypeError, "image_width: True is not a whole number"),
    ({"image_width": None}, TypeError, "image_width: None is not a whole number"),
    ({"image_width": 80}, RuntimeError, "width 80 is too small"),
    ({"image_width": 80}, ValueError, "take a width of 84 or more or fit resize"),
    ({"seed": 1.5}, TypeError, "seed: 1.5 is not a whole number"),
    ({"seed": -1}, ValueError, "seed -1 is out of range"),
    ({"seed": 2**64}, ValueError, "seed 18446744073709551616 is out of range"),
    ({"fit": "stretch"}, ValueError, 'spacing.fit: "stretch" is not allowed; give pad, exact'),
]


@pytest.mark.parametrize(("wrong", "kind", "message"), ERRORS)
def test_wrong_arguments_are_errors_of_the_builtin_kinds(
    digits: DigitSequence, wrong: dict[str, Any], kind: type[Exception], message: str
) -> None:
    good: dict[str, Any] = {"digits": [3, 5, 0], "spacing_range": (0, 20), "image_width": 390}
    with pytest.raises(kind, match=message) as caught:
        digits.generate_numbers_sequence(**(good | wrong))
    assert isinstance(caught.value, MnistseqError)


@pytest.mark.parametrize("kind", [ValueError, KeyError])
def test_a_missing_config_is_an_error_of_the_builtin_kinds(
    tmp_path: Path, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match=r"gone\.json: there is no such config file") as caught:
        DigitSequence(tmp_path / "gone.json")
    assert isinstance(caught.value, MnistseqError)


def test_fixed_gaps_of_the_config_are_drawn(config: Callable[[str], DigitSequence]) -> None:
    sequence = config('{"spacing": {"type": "fixed"}}')
    assert sequence.generate_numbers_sequence([3, 5, 0], (0, 20), 100).shape == (28, 100)
    with pytest.raises(RuntimeError, match="do not divide evenly by 2 gaps"):
        sequence.generate_numbers_sequence([3, 5, 0], (0, 20), 101)


def test_saving_an_image_overwrites_a_file_of_the_same_name(
    digits: DigitSequence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    image = digits.generate_numbers_sequence([3, 5, 0], (0, 20), 390, seed=1)
    assert digits.save_image(image, [3, 5, 0]) == "seq_350.png"
    with Image.open("seq_350.png") as saved:
        np.testing.assert_array_equal(to_float(np.asarray(saved)), image)
    again = digits.generate_numbers_sequence([3, 5, 0], (0, 20), 390, seed=2)
    assert digits.save_image(again, [3, 5, 0]) == "seq_350.png"
    with Image.open("seq_350.png") as saved:
        np.testing.assert_array_equal(to_float(np.asarray(saved)), again)
    assert [path.name for path in tmp_path.iterdir()] == ["seq_350.png"]


def test_an_image_of_bytes_is_saved_in_another_folder(
    digits: DigitSequence, tmp_path: Path
) -> None:
    pixels = np.arange(28 * 50, dtype=np.uint8).reshape(28, 50)
    name = digits.save_image(pixels, "7,1", tmp_path)
    assert name == str(tmp_path / "seq_71.png")
    with Image.open(name) as saved:
        np.testing.assert_array_equal(np.asarray(saved), pixels)


@pytest.mark.parametrize("kind", ["jpg", "jpeg"])
def test_an_image_is_saved_in_the_output_format_of_the_config(
    config: Callable[[str], DigitSequence], tmp_path: Path, kind: str
) -> None:
    sequence = config(f'{{"output_format": "{kind}"}}')
    image = sequence.generate_numbers_sequence(range(10), (0, 20), 391)
    name = sequence.save_image(image, range(10), str(tmp_path))
    assert name == str(tmp_path / f"seq_0123456789.{kind}")
    with Image.open(name) as saved:
        assert (saved.format, saved.size) == ("JPEG", (391, 28))


@pytest.mark.parametrize(
    ("image", "kind", "message"),
    [
        (np.full((2, 2), 1.5), ValueError, "must be from 0 to 1, not 1.5 to 1.5"),
        (np.full((2, 2), -0.1), ValueError, "must be from 0 to 1"),
        (np.full((2, 2), np.nan), ValueError, "must be from 0 to 1, not nan to nan"),
        (np.zeros((2, 2), int), TypeError, "float from 0 to 1 or uint8 from 0 to 255, not int64"),
        (np.zeros(4), ValueError, r"shape \(height, width\).*, not \(4,\)"),
        (np.zeros((2, 2, 4)), ValueError, r", not \(2, 2, 4\)"),
        (np.zeros((0, 2)), ValueError, r", not \(0, 2\)"),
    ],
)
def test_an_array_that_is_not_an_image_is_refused(
    digits: DigitSequence, tmp_path: Path, image: Any, kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message) as caught:
        digits.save_image(image, [3, 5], tmp_path)
    assert isinstance(caught.value, MnistseqError)
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_an_error(digits: DigitSequence, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"the folder .*gone does not exist; create it first"):
        digits.save_image(np.ones((2, 2)), [3, 5], tmp_path / "gone")


def test_an_image_that_is_too_wide_for_jpeg_is_refused(
    config: Callable[[str], DigitSequence], tmp_path: Path
) -> None:
    sequence = config('{"output_format": "jpg"}')
    with pytest.raises(MnistseqError, match="65500"):
        sequence.save_image(np.ones((2, 70_000)), [3, 5], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["config.json"]
