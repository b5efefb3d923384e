"""Archives of strangers: what tarfile writes is read, and nothing leads backwards or to no end."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mnistseq.formats.encoding.tar import members_of

NAMES = ("a.png", "d/" + "x" * 60 + "/" + "y" * 60 + ".txt", "é" * 80 + ".json", "z" * 200)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_what_tarfile_writes_is_read(form: int, tmp_path: Path) -> None:
    names = NAMES[:2] if form == tarfile.USTAR_FORMAT else NAMES
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w", format=form) as archive:
        for number, name in enumerate(names):
            member = tarfile.TarInfo(name)
            member.size = 500 * number + 1
            member.mtime = 1.5  # so that pax has a record of its own
            archive.addfile(member, io.BytesIO(bytes([number]) * member.size))
        link = tarfile.TarInfo("link")
        link.type = tarfile.SYMTYPE
        archive.addfile(link)
    *found, last = members_of(path)
    assert [one.name for one in found] == list(names)
    with path.open("rb") as file:
        for number, one in enumerate(found):
            assert one.read(file) == bytes([number]) * (500 * number + 1)
        with pytest.raises(ValueError, match="'link' is not a regular file"):
            last.read(file)


def header(change: Callable[[bytearray], object], kind: bytes = b"0") -> bytes:
    """Return the header of a member, changed, with its sum."""
    member = tarfile.TarInfo("a.png")
    member.type = kind
    block = bytearray(member.tobuf())
    change(block)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


HOSTILE = {
    "a size below 0": header(
        lambda block: block.__setitem__(slice(124, 136), b"\xff" * 10 + b"\xfc\0")
    ),
    "a size that is no number": header(
        lambda block: block.__setitem__(slice(124, 136), b"-00000000512")
    ),
    "a long header": header(
        lambda block: block.__setitem__(slice(124, 136), b"77777777777\0"), b"x"
    ),
    "a cut header": header(bytearray.copy)[:300],
    "a wrong sum": b"x" + header(bytearray.copy)[1:],
    "a record without an end": header(
        lambda block: block.__setitem__(slice(124, 136), b"00000000020\0"), b"x"
    )
    + b"0 path=x".ljust(512, b"\0"),
    "a size in a record": header(
        lambda block: block.__setitem__(slice(124, 136), b"00000000014\0"), b"x"
    )
    + b"12 size=-99\n".ljust(512, b"\0"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_header_that_leads_astray_is_an_error(case: str, tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(HOSTILE[case])
    with pytest.raises(ValueError, match=r"archive|header|number"):
        list(members_of(path))


def test_a_member_that_is_cut_off_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(header(lambda block: block.__setitem__(slice(124, 136), b"00000000777\0")))
    [member] = members_of(path)
    with path.open("rb") as file, pytest.raises(ValueError, match="cut off"):
        member.read(file)
