"""Files of sources: what is not a file is not read, because that may never end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mnistseq.errors import SourceError
from mnistseq.sources.array_files.files import content_digest, read_bytes

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs files of POSIX")


@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_devices_and_pipes_are_not_read(kind: str, tmp_path: Path) -> None:
    path = Path("/dev/zero")
    if kind == "pipe":
        path = tmp_path / "pipe"
        os.mkfifo(path)
    for read in (read_bytes, content_digest):
        with pytest.raises(SourceError, match="is a device or a pipe; give a file"):
            read(path)
