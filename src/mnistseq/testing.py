"""Contract checks for authors of components, to be called from their tests.

    from mnistseq.testing import check_spacing
    from my_package import Triangular

    def test_contract():
        check_spacing(Triangular(peak=0.3))

Each raises AssertionError that says what the component does and what it should
do: shapes, dtypes, the law of randomness (equal calls give equal results,
whatever the batch and the process), and refusal of unknown parameters. The
built-in components pass the same checks.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from hashlib import sha256
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

from mnistseq.config.validation import check_parameters
from mnistseq.core.arrays import Ints, Pixels
from mnistseq.core.canvas import Canvas
from mnistseq.core.composer import Composer
from mnistseq.core.gap_space import GapSpace
from mnistseq.core.glyphs import GlyphBank
from mnistseq.core.layout import GapRule
from mnistseq.core.protocols import (
    CanvasTransform,
    Executor,
    GlyphTransform,
    Source,
    Spacing,
    Writer,
)
from mnistseq.core.randomness import GlyphStream, Stream
from mnistseq.errors import ConfigError, SpacingError
from mnistseq.pipeline.build import load_bank
from mnistseq.plugins.builtin import Kind
from mnistseq.plugins.discovery import component_fault
from mnistseq.spacings.variable import Variable

T = TypeVar("T")

_SEED = 20_261_123
_SAMPLES = 12


def check_source(source: Source, split: str = "train", path: str | None = None) -> GlyphBank:
    """Check a source on glyphs that it can read here, and return them."""
    _check_component("source", source)
    bank = source.load(split, path)
    _need(isinstance(bank, GlyphBank), f"load returned {type(bank).__name__}, not a GlyphBank")
    _need(len(bank.alphabet) > 0, "the bank has no labels")
    unused = [label for label, n in zip(bank.alphabet, bank.by_label.number, strict=True) if not n]
    _need(not unused, f"labels without a glyph: {unused[:10]}")
    ground = float(np.mean(np.asarray(bank.pixels[:1000]) == 0))
    _need(ground > 0, "no pixel is 0: glyphs are ink (255) on ground (0), whatever they were")
    digest = bank.digest()
    _need(source.load(split, path).digest() == digest, "loading twice gives different glyphs")
    _need(
        _elsewhere(_load_digest, source, split, path) == digest,
        "another process loads different glyphs",
    )
    for missing in ("no-such-split-0", f"{split} "):
        _check_refuses(source, missing, path)
    Composer(bank, GapRule(Variable(), subtype="edge")).compose([[bank.alphabet[0]]], seed=1)
    return bank


def check_spacing(spacing: Spacing, *, fits: bool = True) -> None:
    """Check a spacing strategy.

    Parameters
    ----------
    spacing : Spacing
    fits : bool
        Whether it can keep gaps within a width; otherwise only free gaps are asked for.
    """
    _check_component("spacing", spacing)
    spaces = [GapSpace(count, 3, 9, _content(84)) for count in (1, 2, 9)]
    spaces.append(GapSpace(4, 5, 5, _content(84)))
    if fits:
        spaces += [GapSpace(count, 2, 12, _content(84), 84 + 7 * count) for count in (1, 2, 9)]
        spaces += [replace(space, exact=True) for space in spaces if space.width is not None]
    tried = [space for space in spaces if _check_gaps(spacing, space)]
    _need(bool(tried), "it refuses every request, free gaps of 3 to 9 pixels included")


def check_transform(transform: GlyphTransform | CanvasTransform) -> None:
    """Check a transform of glyphs, of finished images, or of both."""
    _check_component("transform", transform)
    bank = load_bank_of_digits()
    batch = Composer(bank, GapRule(Variable(), width=120)).compose(["350"] * _SAMPLES, seed=_SEED)
    if hasattr(transform, "glyphs"):
        ids = np.concatenate(list(batch.glyph_ids))
        _check_glyphs(cast("GlyphTransform", transform), np.asarray(bank.pixels[ids]))
    if hasattr(transform, "canvas"):
        owner = batch.sequences.owner
        images = np.asarray(batch.images)
        for shown in (images, np.repeat(images[..., None], 3, axis=3)):
            _check_canvas(
                cast("CanvasTransform", transform),
                Canvas(shown, batch.flat_boxes, batch.flat_ink_boxes, owner),
            )


def check_writer(writer: Writer) -> None:
    """Check a format: equal samples make equal bytes, wherever and in whatever batches."""
    _check_component("writer", writer)
    _need(isinstance(getattr(writer, "suffix", None), str), "suffix is not a text")
    bank = load_bank_of_digits()
    composer = Composer(bank, GapRule(Variable(), width=120))
    with tempfile.TemporaryDirectory() as folder:
        hashes = set()
        for place, size in (("a", _SAMPLES), ("b", 5), ("c", 1)):
            path = Path(folder) / place / f"shard{writer.suffix}"
            path.parent.mkdir()
            batches = (
                composer.compose(["350"] * min(size, _SAMPLES - start), _SEED, start)
                for start in range(0, _SAMPLES, size)
            )
            writer.write_shard(batches, path)
            _need(path.exists(), f"nothing was written to {path}")
            _need(path.is_dir() == (not writer.suffix), "a shard without a suffix is a folder")
            beside = [left.name for left in path.parent.iterdir() if left != path]
            _need(not beside, f"left behind beside the shard: {beside}")
            hashes.add(_tree_digest(path))
        _need(len(hashes) == 1, "equal samples made different bytes in other places or batches")


def check_executor(executor: Executor) -> None:
    """Check an executor: every receipt once, errors raised, nothing else."""
    _check_component("executor", executor)
    receipts = sorted(executor.run(range(25), _square))
    _need(receipts == [n * n for n in range(25)], f"25 squares came back as {receipts}")
    _need(list(executor.run([], _square)) == [], "no tasks gave receipts")
    endless = executor.run(chain(range(25)), _square)
    _need(next(iter(endless)) in {n * n for n in range(25)}, "the first receipt is none of ours")
    try:
        receipts = list(executor.run(range(10), _fail_at_seven))
    except ZeroDivisionError:
        pass
    else:
        raise AssertionError(f"a task raised ZeroDivisionError, but run returned {receipts}")


def load_bank_of_digits() -> GlyphBank:
    """Real digits to try a component on: MNIST's test split, which ships with mnistseq."""
    from mnistseq.config.model import Config, SourceConfig

    return load_bank(Config(source=SourceConfig(split="test")))


def _check_component(kind: Kind, component: object) -> None:
    fault = component_fault(kind, type(component))
    _need(fault is None, str(fault))
    _need(bool((type(component).__doc__ or "").strip()), "the class has no docstring")
    copy = pickle.loads(pickle.dumps(component))  # noqa: S301  # our own bytes
    _need(copy == component, "a pickled copy differs from the component")
    try:
        check_parameters(type(component), {"no such parameter": 1}, "")
    except ConfigError:
        pass
    else:
        raise AssertionError("an unknown parameter was accepted")


def _check_refuses(source: Source, split: str, path: str | None) -> None:
    """A split that is not there is an error of ours, or the source has no splits."""
    from mnistseq.errors import MnistseqError

    try:
        source.load(split, path)
    except MnistseqError:
        return
    except Exception as error:
        raise AssertionError(
            f"split {split!r} raised {type(error).__name__}, not one of mnistseq's errors"
        ) from error


def _check_gaps(spacing: Spacing, space: GapSpace) -> bool:
    """Check one request; False where the strategy refuses it as it may."""
    stream = Stream(_SEED, 5, _SAMPLES, "gap")
    try:
        gaps = spacing.gaps(space, stream)
    except SpacingError:
        return False
    shape = (_SAMPLES, space.count)
    _need(gaps.shape == shape, f"gaps have shape {gaps.shape}, not {shape}")
    _need(gaps.dtype == np.int64, f"gaps are {gaps.dtype}, not int64")
    low, high = int(gaps.min()), int(gaps.max())
    _need(
        space.minimum <= low and high <= space.maximum,
        f"gaps of {low} to {high} px lie outside {space.minimum} to {space.maximum}",
    )
    if space.room is not None:
        sums = gaps.sum(axis=1)
        fits = sums == space.room if space.exact else sums <= space.room
        _need(bool(fits.all()), f"gaps add up to {sums.tolist()}, the room is {space.room[0]}")
    _need(bool((spacing.gaps(space, stream) == gaps).all()), "equal calls gave different gaps")
    for row in range(_SAMPLES):
        one = replace(space, content=space.content[row : row + 1])
        alone = spacing.gaps(one, Stream(_SEED, 5 + row, 1, "gap"))
        _need(bool((alone[0] == gaps[row]).all()), "a sample's gaps change with its batch")
    there = _elsewhere(_draw_gaps, spacing, space, stream)
    _need(bool((there == gaps).all()), "another process draws other gaps")
    return True


def _check_glyphs(transform: GlyphTransform, glyphs: Pixels) -> None:
    owner = np.repeat(np.arange(_SAMPLES), 3)
    place = np.tile(np.arange(3), _SAMPLES)

    def run(rows: slice) -> Pixels:
        samples = Stream(_SEED, 5 + int(owner[rows][0]), int(np.ptp(owner[rows])) + 1, "t")
        stream = GlyphStream(samples, owner[rows] - owner[rows][0], place[rows])
        return transform.glyphs(glyphs[rows], stream)

    changed = _pure(lambda: run(slice(None)), glyphs, "glyphs")
    _need(changed.shape == glyphs.shape, f"glyphs of {glyphs.shape} became {changed.shape}")
    _need(bool(changed.any(axis=(1, 2)).all()), "a glyph lost all of its ink")
    for first in range(0, len(owner), 3):
        alone = run(slice(first, first + 3))
        _need(bool((alone == changed[first : first + 3]).all()), "a glyph changes with its batch")


def _check_canvas(transform: CanvasTransform, canvas: Canvas) -> None:
    def run(first: int, last: int) -> Canvas:
        mine = (canvas.owner >= first) & (canvas.owner < last)
        part = Canvas(
            canvas.images[first:last],
            canvas.boxes[mine],
            canvas.ink_boxes[mine],
            canvas.owner[mine] - first,
        )
        return transform.canvas(part, Stream(_SEED, 5 + first, last - first, "t"))

    count = len(canvas.images)
    changed = run(0, count)
    images = _pure(lambda: run(0, count).images, canvas.images, "images")
    _need(len(images) == count, f"{count} images became {len(images)}")
    height, width = images.shape[1:3]
    for boxes in (changed.boxes, changed.ink_boxes):
        _need(boxes.shape == canvas.boxes.shape, "boxes were lost or added")
        inside = (boxes >= 0).all() and (boxes <= [width, height, width, height]).all()
        _need(bool(inside), f"a box leaves its image of {width} x {height} px")
    for row in range(count):
        alone = run(row, row + 1)
        same = (alone.images[0] == images[row]).all()
        same &= (alone.boxes == changed.boxes[canvas.owner == row]).all()
        _need(bool(same), "an image changes with its batch")


def _pure(run: Callable[[], Pixels], given: Pixels, what: str) -> Pixels:
    """Run twice, and hold the result and what was given against themselves."""
    before = given.copy()
    result = run()
    _need(result.dtype == np.uint8, f"{what} are {result.dtype}, not uint8")
    _need(bool((given == before).all()), f"the {what} that were given were written to")
    _need(bool((run() == result).all()), f"equal calls gave different {what}")
    return result


def _elsewhere(function: Callable[..., T], *arguments: Any) -> T:
    """Call in a process of its own, spawned, which shares nothing with this one."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _load_digest(source: Source, split: str, path: str | None) -> str:
    return source.load(split, path).digest()


def _draw_gaps(spacing: Spacing, space: GapSpace, stream: Stream) -> Ints:
    return spacing.gaps(space, stream)


def _square(number: int) -> int:
    return number * number


def _fail_at_seven(number: int) -> int:
    return 1 // (number - 7)


def _content(width: int) -> Ints:
    return np.full(_SAMPLES, width, dtype=np.int64)


def _tree_digest(path: Path) -> str:
    digest = sha256()
    for file in _files(path):
        digest.update(str(file.relative_to(path)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    return iter(sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path])


def _need(true: bool, otherwise: str) -> None:
    if not true:
        raise AssertionError(otherwise)
