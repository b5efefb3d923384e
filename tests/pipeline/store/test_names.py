from __future__ import annotations

import pytest

from mnistseq.errors import UnsafePathError
from mnistseq.pipeline.store.names import checked


@pytest.mark.parametrize("name", ["a", "train/00000", ".mnistseq/plan.json", "..a", "a..", "a b"])
def test_a_relative_name_is_accepted(name: str) -> None:
    assert checked(name) == name


@pytest.mark.parametrize(
    "name", ["", "/", "/a", "..", "../a", "a/..", "a/../b", ".", "a/./b", "a//b", "a/", "a\0b"]
)
def test_a_name_that_could_lead_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(UnsafePathError, match="is not a name in a data set"):
        checked(name)
