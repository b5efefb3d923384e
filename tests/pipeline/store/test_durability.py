"""Sizes and hashes of files and folders, and the order in which a shard is made durable."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.datasets import make, plan, random_input

from mnistseq.errors import UnsafePathError
from mnistseq.pipeline.store import durability, local
from mnistseq.pipeline.store.durability import files_in, fsync_and_hash, measure
from mnistseq.pipeline.store.journal import Journal


def test_many_files_are_flushed_and_measured(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(200):
        (folder / f"{number}").write_bytes(b"x" * number)
    assert fsync_and_hash(folder) == measure(folder)
    assert measure(folder)[0] == 199 * 100


@pytest.mark.parametrize("change", ["content", "name", "extra", "missing", "swapped"])
def test_the_hash_of_a_folder_detects(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    (folder / "a").write_bytes(b"1")
    (folder / "inner" / "b").write_bytes(b"2")
    before = measure(folder)
    if change == "content":
        (folder / "inner" / "b").write_bytes(b"3")
    elif change == "name":
        (folder / "a").rename(folder / "c")
    elif change == "extra":
        (folder / "c").write_bytes(b"")
    elif change == "missing":
        (folder / "a").unlink()
    else:
        (folder / "a").write_bytes(b"2")
        (folder / "inner" / "b").write_bytes(b"1")
    assert measure(folder)[1] != before[1]


@pytest.mark.skipif(os.name == "nt", reason="needs links and FIFOs")
@pytest.mark.parametrize(
    ("kind", "message"),
    [("file", "is a link"), ("folder", "is a link"), ("fifo", "is not a regular file")],
)
def test_a_folder_with_links_or_fifos_is_not_measured(
    tmp_path: Path, kind: str, message: str
) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "folder").mkdir()
    shard = tmp_path / "shard"
    shard.mkdir()
    if kind == "fifo":
        os.mkfifo(shard / "inner")
    else:
        (shard / "inner").symlink_to(tmp_path / kind)
    with pytest.raises(UnsafePathError, match=f"inner: {message}"):
        files_in(shard)


@pytest.mark.parametrize("form", ["files", "webdataset"])
def test_a_shard_is_flushed_hashed_named_and_noted_in_this_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Every call is recorded and made."""
    seen: list[str] = []

    def watch(module: Any, name: str, display_name: Callable[..., str]) -> None:
        real = getattr(module, name)

        def watched(*arguments: Any, **options: Any) -> Any:
            seen.append(display_name(*arguments))
            return real(*arguments, **options)

        monkeypatch.setattr(module, name, watched)

    def inside(path: Path) -> str:
        return "parts" if ".mnistseq" in str(path) else path.name

    watch(durability, "_flush_file", lambda path: f"flush {inside(path)}")
    watch(durability, "_flush_file_system", lambda path: f"flush {inside(path)}")
    for module in (durability, local):
        watch(module, "flush_folder", lambda path: f"flush folder {inside(path)}")
    watch(durability, "_measure_file", lambda path: f"hash {inside(path)}")
    watch(Path, "replace", lambda _, to: f"name {to.name}")
    watch(Journal, "append", lambda _, record: f"note {record['name']}")
    make(plan(tmp_path / "out", random_input(60), format_name=form, shard_samples=60))
    name, folder = ("00000", "train") if form == "files" else ("train-00000.tar", "out")
    around = seen[seen.index(f"name {name}") - 2 :]
    first = ["flush folder out"] if form == "files" else ["flush parts"]
    if form == "files":
        assert "hash parts" in seen[: seen.index(f"name {name}")]
        assert "flush parts" in seen[: seen.index("hash parts")]
        assert around[1:4] == [*first, f"name {name}", "flush folder train"]
    else:
        assert around[:4] == [*first, "hash parts", f"name {name}", f"flush folder {folder}"]
    noted = seen.index(f"note {'train/00000' if form == 'files' else name}")
    assert seen.index(f"flush folder {folder}", seen.index(f"name {name}")) < noted
    assert noted < seen.index("name manifest.json")
