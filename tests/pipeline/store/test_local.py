"""A folder of this machine: files appear whole, and links lead nowhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.datasets import contents, plan

from mnistseq.errors import OutputError, UnsafePathError
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.shards.worker import make_shard
from mnistseq.pipeline.store.durability import measure
from mnistseq.pipeline.store.local import LocalStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    store = LocalStore(str(tmp_path / "set"))
    with store.session():
        yield store


def put(store: LocalStore, name: str, content: bytes | None) -> None:
    """Put a file, or without content a folder with one file."""
    with store.scratch() as folder:
        part = folder / "part"
        if content is None:
            part.mkdir()
            (part / "inner").write_bytes(b"inner")
        else:
            part.write_bytes(content)
        store.put(part, name)


@pytest.mark.parametrize("old", [b"old", None], ids=["file", "folder"])
@pytest.mark.parametrize("new", [b"new", None], ids=["file", "folder"])
def test_put_replaces_files_and_folders(
    store: LocalStore, old: bytes | None, new: bytes | None
) -> None:
    put(store, "train/00000", old)
    put(store, "train/00000", new)
    path = store.root / "train" / "00000"
    assert contents(path) == {"inner": b"inner"} if new is None else path.read_bytes() == new
    assert store.names() == [".mnistseq", "train"]
    assert store.names(".mnistseq/parts") == []


def test_a_shard_is_measured_as_it_is_stored(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out")
    store = LocalStore(planned.request.root)
    with store.session():
        receipt = make_shard(planned.spec, next(planned.tasks({})))
        shard = planned.layout[0]
        assert receipt == Receipt.of(shard, *measure(store.root / shard.name))
        assert store.measure(shard.name) == (receipt.bytes, receipt.sha256)


def test_a_missing_file_has_no_measure(store: LocalStore) -> None:
    store.write("file", b"")
    assert store.measure("none") is None
    assert store.measure("file/inner") is None


def test_files_are_listed_at_every_depth_without_the_work_folder(store: LocalStore) -> None:
    put(store, "train/00000", None)
    put(store, "b.tar", b"b")
    assert store.entries() == [("b.tar", "file"), ("train/00000/inner", "file")]
    assert LocalStore(str(store.root / "none")).entries() == []


def test_removing_a_file_removes_the_folders_that_it_leaves_empty(store: LocalStore) -> None:
    put(store, "a/b/one", b"1")
    put(store, "a/two", b"2")
    store.remove("a/b/one")
    assert contents(store.root / "a") == {"two": b"2"}
    store.remove("a/two")
    store.remove("a/two")
    assert store.names() == [".mnistseq"]


class TestSession:
    """One run at a time; leftovers go before and after."""

    def test_a_second_session_is_refused(self, store: LocalStore) -> None:
        with (
            pytest.raises(OutputError, match="another run is writing to it; wait for it, or"),
            LocalStore(str(store.root)).session(),
        ):
            pass

    def test_leftovers_of_a_killed_run_are_removed(self, tmp_path: Path) -> None:
        half = tmp_path / ".mnistseq" / "parts" / "x" / "part.tar"
        half.parent.mkdir(parents=True)
        half.write_bytes(b"half")
        (tmp_path / ".mnistseq-0123456789abcdef").write_bytes(b"half a manifest")
        (tmp_path / ".mnistseq" / ".mnistseq-0123456789abcdef").write_bytes(b"half a plan")
        (tmp_path / "mine").write_bytes(b"mine")
        with LocalStore(str(tmp_path)).session():
            assert not half.exists()
        assert contents(tmp_path) == {"mine": b"mine"}

    def test_an_empty_folder_is_removed(self, tmp_path: Path) -> None:
        with LocalStore(str(tmp_path / "set")).session():
            assert (tmp_path / "set").is_dir()
        assert not (tmp_path / "set").exists()

    def test_files_of_the_work_folder_are_kept_for_the_next_run(self, tmp_path: Path) -> None:
        store = LocalStore(str(tmp_path / "set"))
        with store.session():
            store.write(".mnistseq/plan.json", b"{}")
        assert store.has(".mnistseq/plan.json")

    def test_a_shard_that_cannot_be_put_leaves_no_folder(self, store: LocalStore) -> None:
        with pytest.raises(OutputError), store.scratch() as folder:
            store.put(folder / "missing", "train/00000")
        assert store.names() == [".mnistseq"]

    def test_a_folder_that_was_removed_stays_removed(self, store: LocalStore) -> None:
        shutil.rmtree(store.root)
        with pytest.raises(OutputError, match="the folder no longer exists"), store.scratch():
            pass
        assert not store.root.exists()


OPERATIONS: dict[str, Callable[[LocalStore, str], object]] = {
    "has": lambda store, name: store.has(name),
    "open": lambda store, name: store.open(name),
    "local": lambda store, name: store.local(name).__enter__(),
    "measure": lambda store, name: store.measure(name),
    "read": lambda store, name: store.read([name]),
    "put": lambda store, name: put(store, name, b"mine"),
    "write": lambda store, name: store.write(name, b"mine"),
    "append": lambda store, name: store.append(name, b"mine"),
    "remove": lambda store, name: store.remove(name),
    "names": lambda store, name: store.names(name),
}


@pytest.mark.skipif(os.name == "nt", reason="needs links")
class TestNamesThatLeadOutside:
    """No operation reads, writes or removes anything outside of the store."""

    @pytest.fixture
    def victim(self, store: LocalStore, tmp_path: Path) -> Iterator[Path]:
        """A folder outside, to which a link in the store leads; it is unchanged at the end."""
        victim = tmp_path / "victim"
        (victim / "sub").mkdir(parents=True)
        (victim / "file").write_text("theirs")
        (store.root / "link").symlink_to(victim)
        (store.root / "file-link").symlink_to(victim / "file")
        yield victim
        assert contents(victim) == {"file": b"theirs"}
        assert (victim / "sub").is_dir()

    @pytest.mark.parametrize("operation", OPERATIONS)
    @pytest.mark.parametrize("name", ["link/file", "link/sub", "link/sub/new", "link/new"])
    def test_links_are_not_passed_through(
        self, store: LocalStore, victim: Path, operation: str, name: str
    ) -> None:
        with pytest.raises(UnsafePathError, match="link: is a link, and links in a data set are"):
            OPERATIONS[operation](store, name)
        assert victim.is_dir()

    @pytest.mark.parametrize("operation", OPERATIONS)
    @pytest.mark.parametrize("name", ["../victim/file", "/etc/passwd", "a/../../victim", "."])
    def test_climbing_and_absolute_names_are_refused(
        self, store: LocalStore, victim: Path, operation: str, name: str
    ) -> None:
        with pytest.raises(UnsafePathError, match="is not a name in a data set"):
            OPERATIONS[operation](store, name)
        assert victim.is_dir()

    @pytest.mark.parametrize("operation", sorted(OPERATIONS.keys() - {"put", "write", "remove"}))
    @pytest.mark.parametrize("name", ["link", "file-link"])
    def test_a_link_is_not_followed(
        self, store: LocalStore, victim: Path, operation: str, name: str
    ) -> None:
        with pytest.raises(UnsafePathError, match="is a link"):
            OPERATIONS[operation](store, name)
        assert victim.is_dir()

    @pytest.mark.parametrize("operation", ["put", "write"])
    @pytest.mark.parametrize("name", ["link", "file-link"])
    def test_a_link_is_replaced(
        self, store: LocalStore, victim: Path, operation: str, name: str
    ) -> None:
        OPERATIONS[operation](store, name)
        assert (store.root / name).read_text() == "mine"
        assert not (store.root / name).is_symlink()
        assert victim.is_dir()

    def test_a_link_is_replaced_by_a_folder(self, store: LocalStore, victim: Path) -> None:
        put(store, "link", None)
        assert not (store.root / "link").is_symlink()
        assert victim.is_dir()

    @pytest.mark.parametrize("name", ["link", "file-link"])
    def test_a_link_is_removed(self, store: LocalStore, victim: Path, name: str) -> None:
        store.remove(name)
        assert not os.path.lexists(store.root / name)
        assert victim.is_dir()

    def test_links_are_listed_and_not_followed(self, store: LocalStore, victim: Path) -> None:
        assert store.entries() == [("file-link", "link"), ("link", "link")]
        assert victim.is_dir()

    @pytest.mark.parametrize("name", [".mnistseq", ".mnistseq/parts", ".mnistseq/lock"])
    def test_a_work_folder_that_is_a_link_is_refused(self, tmp_path: Path, name: str) -> None:
        victim = tmp_path / "victim"
        (victim / "parts").mkdir(parents=True)
        (victim / "parts" / "file").write_text("theirs")
        link = tmp_path / "other" / name
        link.parent.mkdir(parents=True)
        link.symlink_to(victim / "parts" / "file" if name.endswith("lock") else victim)
        with (
            pytest.raises(UnsafePathError, match=f"{name}: is a link"),
            LocalStore(str(tmp_path / "other")).session(),
        ):
            pass
        assert contents(victim) == {"parts/file": b"theirs"}

    def test_the_root_may_be_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "real")
        store = LocalStore(str(tmp_path / "link"))
        with store.session():
            put(store, "train/00000", b"1")
        assert contents(tmp_path / "real") == {"train/00000": b"1"}
