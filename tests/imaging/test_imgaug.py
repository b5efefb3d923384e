"""imgaug's augmenters on glyphs and on whole images, drawn by our random numbers."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mnistseq import Config, build_composer, load_bank
from mnistseq.canvas_transforms.imgaug import Imgaug as CanvasImgaug
from mnistseq.core.canvas import Canvas
from mnistseq.core.glyph_bank import ink_boxes
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.errors import ConfigError, PluginError
from mnistseq.glyph_transforms.imgaug import Imgaug
from mnistseq.imaging import imgaug_loading
from mnistseq.imaging.imgaug_arguments import augmenter_names, classes_of

DOCS = Path(__file__).parents[2] / "docs"
ARGUMENTS: dict[str, dict[str, Any]] = json.loads((DOCS / "imgaug_arguments.json").read_text())
PAGE = (DOCS / "transforms-imgaug.md").read_text()
WORKING = PAGE.partition("that work")[2].partition("##")[0]
WORKS = [name.strip(" `\n") for name in WORKING.split(",")]
SLOW = {"PiecewiseAffine", "WithPolarWarping", "UniformVoronoi"}
QUICK = [name for name in WORKS if name not in SLOW]
SAMPLES = 4

Pixels = NDArray[np.uint8]


def step(name: str, **arguments: Any) -> Imgaug:
    return Imgaug(name, arguments or ARGUMENTS.get(name, {}))


def image_step(name: str, **arguments: Any) -> CanvasImgaug:
    return CanvasImgaug(name, arguments or ARGUMENTS.get(name, {}))


def glyphs_of(transform: Imgaug, first: int = 0, last: int = SAMPLES) -> Pixels:
    """Augment lines of two digits each; the digits continue from line to line."""
    glyphs = np.asarray(load_bank(Config(source={"split": "test"})).pixels[2 * first : 2 * last])
    number = np.arange(len(glyphs))
    stream = Stream(1, first, last - first, "test")
    return transform.apply(glyphs, GlyphStream(stream, number // 2, number % 2))


def images_of(transform: CanvasImgaug, first: int = 0, last: int = 2) -> Canvas:
    """Augment short lines in black on white."""
    config = Config(source={"split": "test"}, image={"width": 90})
    batch = build_composer(config).compose(["35", "12", "70"], seed=5)
    rows = slice(first, last)
    mine = (batch.sequences.owner >= first) & (batch.sequences.owner < last)
    canvas = Canvas(
        np.asarray(batch.images)[rows],
        batch.flat_boxes[mine],
        batch.flat_ink_boxes[mine],
        batch.sequences.owner[mine] - first,
    )
    return transform.apply(canvas, Stream(1, first, last - first, "test"))


def digests(names: list[str]) -> dict[str, str]:
    """Return a hash of what each draws on glyphs and images, a sample at a time, in this order."""
    found = {}
    for name in names:
        digest = sha256()
        for sample in range(SAMPLES):
            digest.update(glyphs_of(step(name), sample, sample + 1).tobytes())
        for image in range(2):
            digest.update(images_of(image_step(name), image, image + 1).images.tobytes())
        found[name] = digest.hexdigest()
    return found


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, str]:
    """The hashes of another process, which draws the augmenters in another order."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(digests, sorted(QUICK, reverse=True)).result()


def test_more_than_a_hundred_augmenters_work() -> None:
    assert len(WORKS) >= 100
    assert set(WORKS) < set(augmenter_names())


@pytest.mark.parametrize("name", QUICK)
def test_an_augmenter_is_independent_of_batch_process_and_order(
    name: str, elsewhere: dict[str, str]
) -> None:
    """Glyphs and images are equal in every batch, process and order."""
    glyphs, canvas = glyphs_of(step(name)), images_of(image_step(name))
    assert glyphs.any(axis=(1, 2)).all()
    digest = sha256(glyphs.tobytes())
    digest.update(canvas.images.tobytes())
    assert digest.hexdigest() == elsewhere[name]
    assert (canvas.ink_boxes[:, 2] > canvas.ink_boxes[:, 0]).all()


@pytest.mark.parametrize("name", sorted(SLOW))
def test_a_slow_augmenter_is_independent_of_its_batch(name: str) -> None:
    alone = glyphs_of(step(name), 1, 2)
    assert (glyphs_of(step(name), 0, 2)[2:] == alone).all()
    assert images_of(image_step(name), 0, 1).images.shape == (1, 28, 90)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Affine", {"rotate": [-4, 4], "scale": [0.8, 0.95], "cval": 255}),
        ("Affine", {"translate_px": {"x": [-4, 4], "y": [-2, 2]}, "cval": 255}),
        ("ShearX", {"shear": [-8, 8], "cval": 255}),
        ("PerspectiveTransform", {"scale": [0.01, 0.03], "cval": 255}),
        ("ElasticTransformation", {"alpha": 10, "sigma": 4, "cval": 255}),
        ("Fliplr", {}),
        ("Crop", {"px": [0, 2]}),
        ("GaussianBlur", {"sigma": 0.6}),
    ],
)
def test_boxes_follow_the_ink(name: str, arguments: dict[str, Any]) -> None:
    config = Config(
        source={"split": "test"},
        spacing={"min": 6, "max": 9, "subtype": "edge"},
        canvas={"transform": [{"name": "imgaug", "augmenter": name, "arguments": arguments}]},
    )
    batch = build_composer(config).compose(["0123456789"] * 4, seed=3)
    for image, inks in zip(batch.images, batch.ink_boxes, strict=True):
        # Fainter than this may be the tail of a blur or of an interpolation.
        left = np.where(image < 215, 1, 0)[None].astype(np.uint8)
        for x0, y0, x1, y1 in inks:
            found = ink_boxes(left[:, y0:y1, x0:x1])[0]
            assert np.abs(found - [0, 0, x1 - x0, y1 - y0]).max() <= 2
            left[:, y0:y1, x0:x1] = 0
        assert not left.any()


def test_boxes_of_unmoved_ink_do_not_change() -> None:
    before, after = (
        images_of(image_step("Identity")),
        images_of(image_step("Add", value=[-20, -10])),
    )
    assert (after.boxes == before.boxes).all()
    assert (after.ink_boxes == before.ink_boxes).all()
    assert (after.images < before.images).any()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Multiply", {"mul": 0.0}),
        ("TotalDropout", {}),
        ("TranslateX", {"px": 500}),
        ("Affine", {"scale": 0.01}),
    ],
)
def test_no_digit_is_erased(name: str, arguments: dict[str, Any]) -> None:
    assert (glyphs_of(step(name, **arguments)) == glyphs_of(step("Identity"))).all()
    untouched, after = images_of(image_step("Identity")), images_of(image_step(name, **arguments))
    assert (after.images == untouched.images).all()
    assert (after.ink_boxes == untouched.ink_boxes).all()


def test_overlapping_glyphs_keep_their_boxes() -> None:
    config = Config(source={"split": "test"}, spacing={"min": -20, "max": -16})
    transform = {"name": "imgaug", "augmenter": "TranslateY", "arguments": {"px": 1, "cval": 255}}
    moved = Config(
        source={"split": "test"},
        spacing={"min": -20, "max": -16},
        canvas={"transform": [transform]},
    )
    plain, batch = (build_composer(one).compose(["080808"], seed=3) for one in (config, moved))
    down = plain.flat_ink_boxes + np.array([0, 1, 0, 1])
    assert np.abs(batch.flat_ink_boxes - down).max() <= 2


def test_arguments_may_be_nested() -> None:
    nested = {
        "children": [
            {"augmenter": "Dropout", "arguments": {"p": {"choice": [0.1, 0.2]}}},
            {"augmenter": "Crop", "arguments": {"px": {"tuple": [1, 2, 1, 2]}}},
            {
                "augmenter": "Add",
                "arguments": {
                    "value": {"parameter": "Normal", "arguments": {"loc": 0, "scale": 9}}
                },
            },
        ]
    }
    transform = Imgaug("Sequential", nested)
    assert (glyphs_of(transform) != glyphs_of(step("Identity"))).any()
    assert pickle.loads(pickle.dumps(transform)) == transform  # noqa: S301  # our own bytes


def test_an_unknown_augmenter_is_refused() -> None:
    with pytest.raises(
        ConfigError, match="unknown imgaug augmenter 'GausianBlur'; did you mean 'GaussianBlur"
    ):
        step("GausianBlur")


def test_an_unknown_argument_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r'GaussianBlur does not accept \{"sigmas": 1\}: TypeError'
    ):
        step("GaussianBlur", sigmas=1)


def test_a_bad_argument_is_refused() -> None:
    with pytest.raises(ConfigError, match="Dropout does not accept"):
        step("Dropout", p="much")


def test_a_change_of_size_is_refused() -> None:
    transform = step("CropToFixedSize", width=20, height=20)
    with pytest.raises(ConfigError, match=r"of 28 x 28 px to 20 x 20 px, .*KeepSizeByResize"):
        glyphs_of(transform)


def test_the_error_of_a_config_names_the_key() -> None:
    steps = [{"name": "imgaug", "augmenter": "Nope"}]
    with pytest.raises(ConfigError, match=r"^image.transform\[0\] \(imgaug\): unknown imgaug"):
        build_composer(Config(image={"transform": steps}))
    with pytest.raises(ConfigError, match=r"image.transform\[0\] \(imgaug\).augmenter: missing"):
        build_composer(Config(image={"transform": ["imgaug"]}))


def test_numpy_does_not_change() -> None:
    step("GaussianBlur")
    assert not hasattr(np, "sctypes")
    assert not hasattr(np, "complex")


def test_threads_do_not_mix() -> None:
    transform = step("MultiplyAndAddToBrightness")
    alone = [glyphs_of(transform, sample, sample + 1) for sample in range(SAMPLES)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda n: glyphs_of(transform, n, n + 1), range(SAMPLES)))
    assert all((a == b).all() for a, b in zip(alone, together, strict=True))


def test_opencv_without_the_libraries_of_a_screen_is_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a slim container OpenCV is installed, but libGL is not."""

    def missing(name: str) -> object:
        assert name == "cv2"
        raise ImportError("libGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(imgaug_loading, "import_module", missing)
    imgaug_loading.load_imgaug.cache_clear()
    classes_of.cache_clear()
    try:
        with pytest.raises(PluginError) as raised:
            step("GaussianBlur")
    finally:
        monkeypatch.undo()
        imgaug_loading.load_imgaug.cache_clear()
        classes_of.cache_clear()
    for part in ("libGL.so.1", "apt-get install libgl1 libglib2.0-0 libxcb1", "headless"):
        assert part in str(raised.value)


def test_it_is_imported_only_when_used() -> None:
    code = (
        "import sys, mnistseq.canvas_transforms.imgaug\n"
        "import mnistseq.glyph_transforms.imgaug, mnistseq.glyph_transforms.original\n"
        "from mnistseq import build_composer\n"
        "build_composer().compose(['350'], seed=1)\n"
        "assert not {'imgaug', 'cv2', 'scipy', 'skimage'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
