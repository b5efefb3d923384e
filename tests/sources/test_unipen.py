"""UNIPEN: the real files come from a server on this machine, and are read as pen paths."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.errors import MissingSourceError, SourceError
from mnistseq.sources.downloads.catalogue import verify
from mnistseq.sources.unipen import DATASET, Unipen
from mnistseq.testing import check_source

ARCHIVE = DATASET.files[0].name
DONORS = {"aga", "apa", "art", "kai", "val"}
"""Of seventeen, those whose files are read: it would take most of a minute for all."""


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def real(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GlyphBank]:
    """The real digits and symbols of five donors, packed as they are published, and downloaded."""
    folder = tmp_path_factory.mktemp("mirror") / "unipen"
    folder.mkdir()
    published = shared_data / "unipen" / "unipen-1a-1d.tar.xz"
    with (
        tarfile.open(published) as all_files,
        tarfile.open(folder / ARCHIVE, "w:gz", compresslevel=1) as some_files,
    ):
        for member in all_files:
            if not DONORS.isdisjoint(member.name.split("/")):
                some_files.addfile(member, all_files.extractfile(member))
    with pytest.MonkeyPatch.context() as patch, serving(folder.parent) as url:
        patch.setenv("MNISTSEQ_MIRROR", url)
        patch.setenv("MNISTSEQ_DATA", str(folder.parent / "data"))
        patch.delenv("MNISTSEQ_OFFLINE", raising=False)
        bank = Unipen().load("train", None)
        [check] = verify("unipen")
        assert check.state == "intact"
        yield bank


@pytest.mark.slow
def test_nearly_all_real_glyphs_are_read_with_their_writers(real: GlyphBank) -> None:
    assert len(real) == 6_040
    assert len(real.left_out) == 127
    assert len(real.alphabet) == 42
    digits = [real.alphabet.index(digit) for digit in "0123456789"]
    assert np.isin(real.codes, digits).sum() == 2_723
    assert real.writers is not None
    assert len(np.unique(real.writers)) == 28


@pytest.mark.slow
def test_real_digits_are_alike_and_symbols_keep_their_sizes(real: GlyphBank) -> None:
    widths, heights = (real.ink[:, 2:] - real.ink[:, :2]).T
    feet = real.ink[:, 3]

    def median(label: str, values: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
        return float(np.median(values[real.codes == real.alphabet.index(label)]))

    assert all(abs(median(digit, heights) - 41) <= 1 for digit in "0123456789")
    assert median(".", heights) < 7 < median(",", heights) < median("/", heights)
    assert median(".", feet) == pytest.approx(46, abs=3)
    assert 28 < median("-", feet) < 40
    assert median("'", feet) < 20
    assert median("-", widths) > 4 * median("-", heights)


@pytest.mark.slow
def test_the_reason_for_leaving_a_glyph_out_is_recorded(real: GlyphBank) -> None:
    assert "data/1d/aga/crlmtchl.dat: line 8: - is too narrow" in real.left_out


SEGMENTS = """.VERSION 1.0
.INCLUDE x/x.doc
.INCLUDE x/data/ann.dat
"""
DATA = ".WRITER_ID ann\n" + "".join(
    f".PEN_DOWN\n{100 * n} 100\n{100 * n + 40} 100\n{100 * n + 10} {20 + n}\n.PEN_UP\n"
    for n in range(5)
)


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release with five sevens and a dash of a writer."""
    sevens = "".join(f'.SEGMENT CHARACTER {n} OK "7"\n' for n in range(5))
    files = {
        "data/1a/x/ann.dat": SEGMENTS + sevens,
        "data/1d/x/ann.dat": SEGMENTS + '.SEGMENT CHARACTER 5 OK "-"\n',
        "include/x/x.doc": ".PAD a tablet\n",
        "include/x/data/ann.dat": DATA + ".PEN_DOWN\n600 60\n630 60\n.PEN_UP\n",
    }
    folder = tmp_path / "train_r01_v07"
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def packed(folder: Path, mode: str = "w:gz") -> Path:
    path = folder.with_name(ARCHIVE)
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        archive.add(folder, f"CDROM/{folder.name}")
    return path


def test_an_archive_and_its_folder_give_equal_glyphs(release: Path) -> None:
    paths = [release, release.parent, packed(release), packed(release, "w:xz")]
    banks = [Unipen().load("train", str(path)) for path in paths]
    assert len({bank.fingerprint for bank in banks}) == 1
    assert banks[0].by_label.number.tolist() == [1, 5]
    assert banks[0].alphabet == ("-", "7")


def test_symbols_alone_have_the_sizes_that_they_have_beside_digits(release: Path) -> None:
    both = Unipen().load("train", str(release))
    alone = Unipen(characters="symbols").load("train", str(release))
    assert alone.alphabet == ("-",)
    np.testing.assert_array_equal(alone.pixels[0], both.pixels[5])


def test_a_glyph_that_cannot_be_read_is_left_out_with_the_reason(release: Path) -> None:
    with (release / "data/1a/x/ann.dat").open("a") as file:
        file.write('.SEGMENT CHARACTER 77 OK "7"\n')
    (release / "data/1a/x/bob.dat").write_text(
        '.INCLUDE x/data/bob.dat\n.SEGMENT CHARACTER 0 ? "1"'
    )
    bank = Unipen().load("train", str(release))
    assert len(bank) == 6
    assert bank.left_out == (
        "data/1a/x/ann.dat: line 9: components 77 do not exist; there are 6",
        "the included file x/data/bob.dat does not exist",
    )


def test_files_that_include_themselves_are_left_out(release: Path) -> None:
    (release / "data/1a/x/eve.dat").write_text(".INCLUDE x/data/eve.dat\n")
    (release / "include/x/data/eve.dat").write_text(".INCLUDE x/data/eve.dat\n")
    bank = Unipen().load("train", str(release))
    assert bank.left_out == ("x/data/eve.dat: files include each other more than 8 deep",)


def test_included_files_are_read_only_within_the_release(release: Path) -> None:
    (release.parent / "secret.dat").write_text(".PEN_DOWN\n1 2\n")
    (release / "data/1a/x/eve.dat").write_text(".INCLUDE ../../secret.dat\n")
    bank = Unipen().load("train", str(release))
    assert bank.left_out == ("the included file ../../secret.dat does not exist",)


def test_a_release_without_the_wanted_characters_is_refused(release: Path) -> None:
    with pytest.raises(SourceError, match="contains no letters of UNIPEN"):
        Unipen(characters="letters").load("train", str(release))


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def _fill(path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("data/1a/x/big.dat")
        member.size = (1 << 26) + 1
        archive.addfile(member, BytesIO(bytes(member.size)))


def _lead_back(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        member = tarfile.TarInfo("data/1a/x/back.dat")
        archive.addfile(member)
        member.size = -512  # the header after it is its own
        archive.fileobj.write(member.tobuf(tarfile.GNU_FORMAT))


def _claim(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        archive.addfile(tarfile.TarInfo("data"))
        member = tarfile.TarInfo("././@PaxHeader")
        member.type, member.size = tarfile.XHDTYPE, 1 << 40
        archive.fileobj.write(member.tobuf(tarfile.GNU_FORMAT))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_truncate, r"not a readable tar archive: "),
        (
            lambda path: path.write_bytes(b"no archive"),
            r"not a readable tar archive: file could not be opened successfully; give the archive",
        ),
        (_lead_back, r"not a readable tar archive: a member leads backwards"),
        (_claim, r"not a readable tar archive: an extended header is too long"),
        (_fill, r"data/1a/x/big\.dat: is larger than 64 MiB, as no file of UNIPEN is"),
    ],
)
def test_damaged_archives_are_refused(
    release: Path, damage: Callable[[Path], object], message: str
) -> None:
    path = packed(release)
    damage(path)
    with pytest.raises(SourceError, match=rf"{ARCHIVE}: {message}"):
        Unipen().load("train", str(path))


def test_folders_that_are_no_release_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="contains no folder include; give the archive of UNIPEN"):
        Unipen().load("train", str(tmp_path))
    with pytest.raises(MissingSourceError, match="no such file or folder; give the archive"):
        Unipen().load("train", str(tmp_path / "gone"))


@pytest.mark.parametrize("content", ["truncated", "login"])
def test_a_download_that_is_not_whole_is_refused(
    release: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    mirror = release.parent / "mirror" / "unipen"
    mirror.mkdir(parents=True)
    whole = packed(release).read_bytes()
    broken = {"truncated": whole[:-100], "login": b"<!DOCTYPE html><title>Log in</title>"}
    (mirror / ARCHIVE).write_bytes(broken[content])
    monkeypatch.setattr("mnistseq.sources.downloads.fetch.sleep", lambda _: None)
    monkeypatch.setattr("mnistseq.sources.unipen.DATASET", replace(DATASET, mirrors=()))
    monkeypatch.setenv("MNISTSEQ_DATA", str(release.parent / "data"))
    monkeypatch.delenv("MNISTSEQ_OFFLINE", raising=False)
    reason = {"truncated": "its gzip data is damaged", "login": "it is a web page"}[content]
    with serving(mirror.parent) as url:
        monkeypatch.setenv("MNISTSEQ_MIRROR", url)
        with pytest.raises(SourceError, match=f"not the published file: {reason}"):
            Unipen().load("train", None)


def test_it_keeps_the_contract_of_sources(release: Path) -> None:
    check_source(Unipen(), "train", str(packed(release)))
