from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from mnistseq.errors import OutputError
from mnistseq.pipeline.store.local import LocalStore
from mnistseq.pipeline.store.write_errors import cannot_write, temp_file_errors


def system_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "free some space"),
        (errno.EACCES, "check the permissions"),
        (errno.EPERM, "check the permissions"),
        (errno.EROFS, "choose another folder"),
        (errno.ENAMETOOLONG, "choose a shorter name"),
        (errno.EFBIG, "choose another folder"),
    ],
)
def test_the_remedy_fits_the_cause(tmp_path: Path, number: int, remedy: str) -> None:
    error = cannot_write(str(tmp_path), "a.tar", system_error(number))
    cause = os.strerror(number)
    assert str(error) == f"{tmp_path}/a.tar: cannot be written: {cause}; {remedy}"


def test_a_folder_that_was_removed_is_reported_as_such(tmp_path: Path) -> None:
    error = cannot_write(str(tmp_path / "gone"), "a.tar", system_error(errno.ENOENT))
    assert str(error).endswith("gone: the folder no longer exists; nothing can be written to it")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_a_folder_that_cannot_be_created_is_named() -> None:
    with (
        pytest.raises(OutputError, match="cannot create folder /proc/x: No such file or directory"),
        LocalStore("/proc/x").session(),
    ):
        pass


def test_a_full_temporary_folder_is_reported() -> None:
    message = "rows: cannot be kept in a temporary file: No space left on device; set TMPDIR to"
    with pytest.raises(OutputError, match=message), temp_file_errors("rows"):
        raise system_error(errno.ENOSPC)
