from __future__ import annotations

from pathlib import Path

import pytest

from mnistseq.errors import UnsafePathError, WrongPathError
from mnistseq.pipeline.images.destination import Destination
from mnistseq.pipeline.store.file_names import checked
from mnistseq.pipeline.store.local import LocalStore


@pytest.mark.parametrize("name", ["a", "train/00000", ".mnistseq/plan.json", "..a", "a..b", "a b"])
def test_a_relative_name_is_accepted(name: str) -> None:
    assert checked(name) == name


@pytest.mark.parametrize(
    "name", ["", "/", "/a", "..", "../a", "a/..", "a/../b", ".", "a/./b", "a//b", "a/", "a\0b"]
)
def test_a_name_that_could_lead_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(UnsafePathError, match="is not a name in a data set"):
        checked(name)


@pytest.mark.parametrize(
    "name", ["con", "NUL.png", "a/aux.tar.gz", "com1", "LPT9.x", "a.", "a ", "b./c"]
)
def test_a_name_that_windows_refuses_is_refused_everywhere(name: str) -> None:
    with pytest.raises(UnsafePathError, match="Windows refuses it"):
        checked(name)


@pytest.mark.parametrize("name", ["con.png", "set/nul", "a."])
def test_an_output_that_windows_refuses_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(WrongPathError, match="Windows cannot have a file or folder of this name"):
        Destination.of(str(tmp_path / name), "png", 1)
    with pytest.raises(WrongPathError, match="Windows cannot have a file or folder of this name"):
        LocalStore(str(tmp_path / name)).check_writable()
