"""Pairs of IDX files: what becomes a bank, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnistseq.errors import SourceError
from mnistseq.sources.array_files.pairs import read_pair

MakeIdx = Callable[..., bytes]
Pair = Callable[..., tuple[Path, Path]]


def test_a_pair_becomes_a_bank(pair: Pair) -> None:
    bank = read_pair(*pair(), name="made up")
    assert bank.alphabet == ("0", "1", "2")
    assert bank.codes.tolist() == [0, 1, 2, 0, 1, 2]
    np.testing.assert_array_equal(bank.pixels, np.arange(120).reshape(6, 5, 4))


def test_labels_may_be_any_whole_numbers(pair: Pair, make_idx: MakeIdx) -> None:
    labels = make_idx([-7, 1000, 1000, 5, 5, -7], "i4")
    bank = read_pair(*pair(labels=labels), name="made up")
    assert [bank.alphabet[code] for code in bank.codes] == ["-7", "1000", "1000", "5", "5", "-7"]


def test_unequal_numbers_of_images_and_labels_are_refused(pair: Pair, make_idx: MakeIdx) -> None:
    images, labels = pair(labels=make_idx([1, 2, 3]))
    message = f"^6 images in {re.escape(str(images))} but 3 labels in {re.escape(str(labels))}"
    with pytest.raises(SourceError, match=message):
        read_pair(images, labels, "made up")


def test_swapped_files_are_noticed(pair: Pair) -> None:
    images, labels = pair()
    with pytest.raises(SourceError, match=r"not uint8 6; are images and labels swapped\?$"):
        read_pair(labels, images, "made up")


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (("i2", (3, 4, 4)), ("u1", (3,)), r"images must be uint8 .*, not int16 3 x 4 x 4"),
        (("u1", (3, 4)), ("u1", (3,)), r"images must be uint8 with three dimensions"),
        (("u1", (3, 4, 4)), ("u1", (3, 1)), r"labels must be .* not uint8 3 x 1$"),
        (("u1", (3, 4, 4)), ("f4", (3,)), r"labels must be whole numbers .* not float32 3$"),
        (("u1", (0, 4, 4)), ("u1", (0,)), r"has no glyphs: shape \(0, 4, 4\)"),
        (("u1", (3, 0, 4)), ("u1", (3,)), r"has no glyphs: shape \(3, 0, 4\)"),
    ],
)
def test_other_shapes_and_types_are_refused(
    pair: Pair, make_idx: MakeIdx, images: Any, labels: Any, message: str
) -> None:
    first, second = (make_idx(np.zeros(shape), kind) for kind, shape in (images, labels))
    with pytest.raises(SourceError, match=message):
        read_pair(*pair(first, second), name="made up")


def test_missing_and_unreadable_files_are_named(pair: Pair, tmp_path: Path) -> None:
    images, labels = pair()
    with pytest.raises(SourceError, match=r"gone: no such file or folder$"):
        read_pair(tmp_path / "gone", labels, "made up")
    with pytest.raises(SourceError, match=r"cannot be read: Is a directory$"):
        read_pair(images, tmp_path, "made up")
