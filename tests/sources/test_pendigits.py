"""pendigits: the digits that ship with the package as pen paths."""

from __future__ import annotations

import lzma
import shutil
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from mnistseq.core.composer import Composer
from mnistseq.core.distance_fields import FAR, ON_PATH
from mnistseq.core.gap_rule import GapRule
from mnistseq.core.pen import Pen
from mnistseq.errors import ArgumentError, MissingSourceError, SourceError
from mnistseq.sources.pendigits import SHIPPED, Pendigits
from mnistseq.spacings.variable import Variable
from mnistseq.testing import check_source

PUBLISHED = {
    "pendigits-orig.tra.xz": "21b74c3c2e8279c393e418ffdafe137549c8f788fdf196fce9bf515631792d4d",
    "pendigits-orig.tes.xz": "065f3be2f402e3e92745e4db711cb6079d39b2ad3a5d528e0acdc5e0247767fb",
}
DIGITS_OF_TEST = [363, 364, 364, 336, 364, 335, 336, 364, 336, 336]
"""As the data set's description lists them."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_shipped_files_are_the_published_ones(name: str) -> None:
    assert sha256((SHIPPED / name).read_bytes()).hexdigest() == PUBLISHED[name]


def test_notice_names_authors_and_licence() -> None:
    notice = (SHIPPED / "NOTICE").read_text("utf-8")
    assert "Alpaydin" in notice
    assert "Creative Commons Attribution 4.0" in notice
    assert "Creative Commons Attribution 4.0" in (SHIPPED / "LICENSE").read_text("utf-8")
    assert Pendigits().terms().licence == "CC-BY-4.0"


def test_test_has_the_published_digits_by_14_writers_who_wrote_nothing_in_train() -> None:
    bank = Pendigits().load("test", None)
    assert bank.paths
    assert bank.alphabet == tuple("0123456789")
    assert np.bincount(bank.codes).tolist() == DIGITS_OF_TEST
    assert bank.writers is not None
    assert np.unique(bank.writers).tolist() == list(range(31, 45))


@pytest.mark.slow
def test_train_has_7494_digits_by_30_writers() -> None:
    bank = Pendigits().load("train", None)
    assert len(bank) == 7494
    assert bank.writers is not None
    assert np.unique(bank.writers).tolist() == list(range(1, 31))


def test_digits_are_20_units_high_and_centred() -> None:
    bank = Pendigits().load("test", None)
    height = bank.ink[:, 3] - bank.ink[:, 1]
    # Two pixels are a unit; a wide digit is smaller, so that it fits into the cell.
    assert np.median(height) == pytest.approx(41, abs=1)
    middle = (bank.ink[:, 3] + bank.ink[:, 1]) / 2
    assert np.abs(middle - 28).max() <= 1
    assert bank.pixels[:, [0, -1]].min() >= ON_PATH
    assert bank.pixels[:, :, [0, -1]].min() >= ON_PATH
    assert bank.pixels.max() == FAR


def test_the_fields_of_a_hundred_digits_are_pinned() -> None:
    fields = Pendigits().load("test", None).pixels[:100]
    assert sha256(np.ascontiguousarray(fields).data).hexdigest() == (
        "413a6a11ec57ba7796d795491f48dba2c2e4ca3e18d2d6dcc0d62daec0e3488e"
    )


def test_natural_zeros_are_smaller_than_other_digits() -> None:
    bank = Pendigits(sizes="natural").load("test", None)
    height = bank.ink[:, 3] - bank.ink[:, 1]
    medians = [float(np.median(height[bank.codes == code])) for code in range(10)]
    assert medians[0] < 0.9 * np.median(height)
    assert medians[0] == min(medians)


def test_an_image_is_written_by_one_writer_with_one_pen() -> None:
    bank = Pendigits().load("test", None)
    assert bank.writers is not None
    composer = Composer(bank, GapRule(Variable()), writer="one", pen=Pen((0.04, 0.08)))
    sample = composer.compose(["3141592653"], seed=8)[0]
    assert len(set(bank.writers[list(sample.glyph_ids)].tolist())) == 1
    assert [bank.alphabet[bank.codes[glyph]] for glyph in sample.glyph_ids] == [*"3141592653"]


def test_a_folder_may_have_the_files_unpacked(tmp_path: Path) -> None:
    packed = (SHIPPED / "pendigits-orig.tes.xz").read_bytes()
    (tmp_path / "pendigits-orig.tes").write_bytes(lzma.decompress(packed))
    given = Pendigits().load("test", str(tmp_path))
    assert given.fingerprint == Pendigits().load("test", None).fingerprint


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"has no split 'val'; it has train and test$"):
        Pendigits().load("val", None)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda content: content[:-2000], r"tes\.xz: damaged xz data: it does not end"),
        (lambda content: content[:5000] + b"x" + content[5001:], r"tes\.xz: damaged xz data: "),
        (lambda _: b".PEN_DOWN\n1 2\n3\n", r"tes\.xz: line 3: '3' is not a point$"),
        (
            lambda _: b'.PEN_DOWN\n1 2\n.SEGMENT DIGIT 0 ? "8"\n',
            r"tes\.xz: line 3: the segment needs a comment of digit, writer and number",
        ),
        (lambda _: b"", r"source pendigits has no glyphs"),
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, damage: object, message: str) -> None:
    assert callable(damage)
    content = damage((SHIPPED / "pendigits-orig.tes.xz").read_bytes())
    (tmp_path / "pendigits-orig.tes.xz").write_bytes(content)
    with pytest.raises(SourceError, match=message):
        Pendigits().load("test", str(tmp_path))


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingSourceError, match="no such file or folder"):
        Pendigits().load("test", str(tmp_path / "gone"))


def test_a_damaged_installation_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SHIPPED, tmp_path / "shipped")
    file = tmp_path / "shipped" / "pendigits-orig.tes.xz"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    monkeypatch.setattr("mnistseq.sources.pendigits.SHIPPED", tmp_path / "shipped")
    with pytest.raises(SourceError, match=r"tes\.xz: the content has changed"):
        Pendigits().load("test", None)


def test_it_keeps_the_contract_of_sources() -> None:
    check_source(Pendigits(), "test")
