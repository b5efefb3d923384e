"""Things are there whole or not at all, in this order: written, flushed, hashed, named, noted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.sets import contents, drawn, make, plan

from mnistseq.errors import OutputError
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.shards.worker import make_shard
from mnistseq.pipeline.store import durability, local
from mnistseq.pipeline.store.durability import fsync_and_hash, measure
from mnistseq.pipeline.store.local import LocalStore


@pytest.fixture
def place(tmp_path: Path) -> LocalStore:
    made = LocalStore(str(tmp_path / "set"))
    made.prepare()
    return made


def put(place: LocalStore, name: str, content: bytes | None) -> None:
    """A file, or without content a folder with one."""
    with place.scratch() as folder:
        part = folder / "part"
        if content is None:
            part.mkdir()
            (part / "inner").write_bytes(b"inner")
        else:
            part.write_bytes(content)
        place.put(part, name)


@pytest.mark.parametrize("old", [b"old", None], ids=["file", "folder"])
@pytest.mark.parametrize("new", [b"new", None], ids=["file", "folder"])
def test_what_is_put_takes_the_place_of_what_was(
    place: LocalStore, old: bytes | None, new: bytes | None
) -> None:
    put(place, "train/00000", old)
    put(place, "train/00000", new)
    path = place.root / "train" / "00000"
    assert contents(path) == {"inner": b"inner"} if new is None else path.read_bytes() == new
    assert place.names() == [".mnistseq", "train"]
    assert not list((place.root / ".mnistseq" / "parts").iterdir())


def test_a_link_gives_way_and_what_it_leads_to_stays(place: LocalStore, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    for name in ("a", "b"):
        (place.root / name).symlink_to(tmp_path / "mine", target_is_directory=True)
    put(place, "a", None)
    place.remove("b")
    assert not (place.root / "a").is_symlink()
    assert not os.path.lexists(place.root / "b")
    assert (tmp_path / "mine" / "file").read_text() == "mine"


@pytest.mark.parametrize("form", ["files", "webdataset"])
def test_the_order_of_things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """What is called when, seen from beside; everything is really done."""
    seen: list[str] = []

    def watch(module: Any, name: str, title: Callable[..., str]) -> None:
        real = getattr(module, name)

        def watched(*arguments: Any, **options: Any) -> Any:
            seen.append(title(*arguments))
            return real(*arguments, **options)

        monkeypatch.setattr(module, name, watched)

    def inside(path: Path) -> str:
        return "parts" if ".mnistseq" in str(path) else path.name

    watch(durability, "_flush_file", lambda path: f"flush {inside(path)}")
    watch(durability, "_flush_file_system", lambda path: f"flush {inside(path)}")
    for module in (durability, local):
        watch(module, "flush_folder", lambda path: f"flush folder {inside(path)}")
    watch(durability, "measure", lambda path: f"hash {inside(path)}")
    watch(Path, "replace", lambda _, to: f"name {to.name}")
    watch(LocalStore, "append", lambda _, __, lines: f"note {lines[0]['name']}")
    planned = plan(tmp_path / "out", drawn(60), form=form, shard=60)
    make(planned)
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


def test_a_shard_is_flushed_before_it_is_named(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out")
    place = LocalStore(planned.batch.root)
    place.prepare()
    receipt = make_shard(planned.job, next(planned.tasks({})))
    assert receipt == Receipt(planned.shards[0], *measure(place.root / planned.shards[0].name))


def test_many_files_are_flushed_and_measured(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(200):
        (folder / f"{number}").write_bytes(b"x" * number)
    assert fsync_and_hash(folder) == measure(folder)
    assert measure(folder)[0] == 199 * 100


@pytest.mark.parametrize("change", ["content", "name", "extra", "missing", "swapped"])
def test_the_hash_of_a_folder_sees(tmp_path: Path, change: str) -> None:
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


def test_journal_outlives_torn_lines(place: LocalStore) -> None:
    place.append("journal", [{"a": 1}, {"b": 2}])
    with open(place.root / "journal", "a") as file:
        file.write('\n{"torn": ')
    place.append("journal", [{"c": 3}])
    with open(place.root / "journal", "ab") as file:
        file.write(b"\n\xff\0\0")
    place.append("journal", [{"d": 4}])
    assert place.lines("journal") == [{"a": 1}, {"b": 2}, {"c": 3}, {"d": 4}]
    assert place.lines("none") == []


def test_what_dead_runs_left_is_swept(place: LocalStore) -> None:
    (place.root / ".mnistseq" / "parts" / "x").mkdir()
    (place.root / ".mnistseq" / "parts" / "x" / "part.tar").write_bytes(b"half")
    (place.root / ".mnistseq-0123456789abcdef").write_bytes(b"half a manifest")
    (place.root / "mine").write_bytes(b"mine")
    place.prepare()
    assert contents(place.root) == {"mine": b"mine"}


def test_lock(place: LocalStore) -> None:
    with (
        place.lock(),
        pytest.raises(OutputError, match="another run is at work there; wait for it, or take"),
        LocalStore(str(place.root)).lock(),
    ):
        pass
    with place.lock():
        pass


def test_a_folder_that_was_taken_away_stays_away(place: LocalStore) -> None:
    shutil.rmtree(place.root)
    with (
        pytest.raises(OutputError, match="the folder is not there, or not any more"),
        place.scratch(),
    ):
        pass
    assert not place.root.exists()


def test_files(place: LocalStore) -> None:
    put(place, "train/00000", None)
    put(place, "b.tar", b"b")
    assert place.files() == ["b.tar", "train/00000/inner"]
    assert LocalStore(str(place.root / "none")).files() == []
