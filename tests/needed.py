"""What tests of a format need besides the core; where it is not there, they skip."""

from __future__ import annotations

import pytest

PACKAGES = {"parquet": "pyarrow", "lmdb": "lmdb"}
"""Format → the package that writes and reads it."""


def package_or_skip(form: str) -> None:
    """Skip a test where the format's package is not installed, as in `nox -s minimums`."""
    if form in PACKAGES:
        pytest.importorskip(PACKAGES[form], exc_type=ImportError)
