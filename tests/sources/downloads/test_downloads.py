"""Downloads from a real server on this machine, which behaves well or badly in many ways."""

from __future__ import annotations

import gzip
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from tests.displays import Recorder

from mnistseq.errors import ArgumentError, SourceError
from mnistseq.progress import show_progress
from mnistseq.sources import fashion_mnist, mnist, qmnist
from mnistseq.sources.downloads.checksum import fault
from mnistseq.sources.downloads.dataset import Dataset, RemoteFile
from mnistseq.sources.downloads.fetch import obtain
from mnistseq.sources.downloads.locate import find, home_of
from mnistseq.sources.downloads.settings import Patience, data_folder

LABELS = "train-labels-idx1-ubyte.gz"
IMAGES = "t10k-images-idx3-ubyte.gz"
QUICK = Patience(rounds=2, pause=0.01)


class Server:
    """Serves the files of a folder, well or badly, as the first part of the path chooses."""

    def __init__(self, folder: Path) -> None:
        self.requested: list[str] = []
        self.stop = Event()
        ways: dict[str, Callable[[BaseHTTPRequestHandler, bytes], None]] = {
            "good": self._good,
            "truncated": self._truncated,
            "corrupted": lambda ask, body: self._good(ask, _flipped(body)),
            "repacked": lambda ask, body: self._good(ask, gzip.compress(gzip.decompress(body), 1)),
            "unpacked": lambda ask, body: self._good(ask, gzip.decompress(body)),
            "login": lambda ask, _: self._good(ask, b"\n<!DOCTYPE html><title>Log in</title>"),
            "endless": lambda ask, body: self._good(ask, body * 200),
            "drip": self._drip,
            "drip-header": self._drip_header,
            "slow": self._slow,
            "busy-once": self._busy_once,
        }
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requested.append(self.path)
                way, _, name = self.path.strip("/").rpartition("/")
                if way not in ways or not (folder / name).is_file():
                    self.send_error(404)
                    return
                with suppress(ConnectionError):  # the client may have closed the connection
                    ways[way](self, (folder / name).read_bytes())

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, way: str) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}/{way}/"

    def close(self) -> None:
        self.stop.set()
        self.http.shutdown()
        self.http.server_close()

    def _head(self, ask: BaseHTTPRequestHandler, length: int) -> None:
        ask.send_response(200)
        ask.send_header("Content-Length", str(length))
        ask.end_headers()

    def _good(self, ask: BaseHTTPRequestHandler, body: bytes) -> None:
        self._head(ask, len(body))
        ask.wfile.write(body)

    def _truncated(self, ask: BaseHTTPRequestHandler, body: bytes) -> None:
        self._head(ask, len(body))
        ask.wfile.write(body[: len(body) // 2])

    def _drip(self, ask: BaseHTTPRequestHandler, body: bytes) -> None:
        self._head(ask, len(body))
        for start in range(0, len(body), 10):
            ask.wfile.write(body[start : start + 10])
            if self.stop.wait(0.1):
                return

    def _drip_header(self, ask: BaseHTTPRequestHandler, body: bytes) -> None:
        ask.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not self.stop.wait(0.1):
            ask.wfile.write(b"x")

    def _slow(self, ask: BaseHTTPRequestHandler, body: bytes) -> None:
        self._head(ask, len(body))
        step = len(body) // 20 + 1
        for start in range(0, len(body), step):
            ask.wfile.write(body[start : start + step])
            if self.stop.wait(0.1):
                return

    def _busy_once(self, ask: BaseHTTPRequestHandler, body: bytes) -> None:
        if self.requested.count(ask.path) == 1:
            ask.send_error(503)
        else:
            self._good(ask, body)


def _flipped(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


@pytest.fixture
def server() -> Iterator[Server]:
    serving = Server(mnist.SHIPPED)
    yield serving
    serving.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use an empty data folder, and no other tool's; return the folder for MNIST in it."""
    for name in ("MNISTSEQ_MIRROR", "MNISTSEQ_OFFLINE", "MNISTSEQ_DEADLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MNISTSEQ_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / "mnist"


def at(*mirrors: str) -> Dataset:
    """MNIST as if it did not ship, from these mirrors."""
    return replace(mnist.DATASET, mirrors=mirrors, system=())


def shipped(name: str) -> bytes:
    return (mnist.SHIPPED / name).read_bytes()


def left(home: Path) -> list[str]:
    """Names of the files in the folder, except the lock."""
    return sorted(path.name for path in home.iterdir() if path.name != ".lock")


def test_a_file_arrives_unchanged_and_is_not_downloaded_again(server: Server, home: Path) -> None:
    paths = obtain(at(server.url("good")), [IMAGES, LABELS], QUICK)
    assert paths == [home / IMAGES, home / LABELS]
    assert [path.read_bytes() for path in paths] == [shipped(IMAGES), shipped(LABELS)]
    assert obtain(at(server.url("good")), [IMAGES, LABELS], QUICK) == paths
    assert server.requested == [f"/good/{IMAGES}", f"/good/{LABELS}"]
    assert left(home) == [IMAGES, LABELS]


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("truncated", "the connection was lost"),
        ("corrupted", "its gzip data is damaged|the sha256 of its content is"),
        ("login", "it is a web page, perhaps the login page"),
        ("endless", "it is longer than"),
        ("nowhere", "the server answered 404 Not Found"),
    ],
)
def test_a_bad_mirror_is_an_error_with_the_reason(
    server: Server, home: Path, way: str, reason: str
) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        obtain(at(server.url(way)), [IMAGES], QUICK)
    assert f"{server.url(way)}{IMAGES}" in str(caught.value)
    assert str(home) in str(caught.value)
    assert left(home) == []


@pytest.mark.parametrize("way", ["truncated", "corrupted", "login", "nowhere"])
def test_the_next_mirror_takes_over(server: Server, home: Path, way: str) -> None:
    (path,) = obtain(at(server.url(way), server.url("good")), [IMAGES], QUICK)
    assert path.read_bytes() == shipped(IMAGES)
    assert server.requested == [f"/{way}/{IMAGES}", f"/good/{IMAGES}"]
    assert left(home) == [IMAGES]


def test_a_busy_server_is_tried_again_but_a_404_is_not(server: Server) -> None:
    obtain(at(server.url("nowhere"), server.url("busy-once")), [LABELS], QUICK)
    assert server.requested == [
        f"/nowhere/{LABELS}",
        f"/busy-once/{LABELS}",
        f"/busy-once/{LABELS}",
    ]


@pytest.mark.parametrize("way", ["repacked", "unpacked"])
def test_the_right_content_is_accepted_however_it_is_compressed(server: Server, way: str) -> None:
    (path,) = obtain(at(server.url(way)), [LABELS], QUICK)
    content = path.read_bytes()
    assert content != shipped(LABELS)
    if way == "repacked":
        content = gzip.decompress(content)
    assert content == gzip.decompress(shipped(LABELS))


def test_other_compression_is_refused_where_only_the_md5_is_known(server: Server) -> None:
    known = mnist.DATASET.file(LABELS)
    dataset = replace(at(server.url("repacked")), files=(replace(known, content=None),))
    with pytest.raises(SourceError, match=f"its md5 is .*, not {known.md5}"):
        obtain(dataset, None, QUICK)
    assert obtain(replace(dataset, mirrors=(server.url("good"),)), None, QUICK)


@pytest.mark.parametrize("way", ["drip", "drip-header"])
def test_a_drip_ends_at_the_deadline_and_the_next_mirror_takes_over(
    server: Server, home: Path, way: str
) -> None:
    begun = time.monotonic()
    hasty = replace(QUICK, deadline=0.6)
    (path,) = obtain(at(server.url(way), server.url("good")), [IMAGES], hasty)
    assert time.monotonic() - begun < 5
    assert path.read_bytes() == shipped(IMAGES)
    with pytest.raises(SourceError, match=r"only \d+ bytes arrived within 0\.6 seconds"):
        obtain(at(server.url(way)), [LABELS], hasty)
    assert left(home) == [IMAGES]


def test_the_environment_sets_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Patience().seconds(0) == 60
    assert Patience().seconds(561_753_746) > 3600
    monkeypatch.setenv("MNISTSEQ_DEADLINE", "2.5")
    assert Patience().seconds(561_753_746) == 2.5
    monkeypatch.setenv("MNISTSEQ_DEADLINE", "soon")
    with pytest.raises(ArgumentError, match="MNISTSEQ_DEADLINE is 'soon'"):
        Patience().seconds(1)


def test_a_refused_connection_is_an_error(server: Server, home: Path) -> None:
    server.close()
    with pytest.raises(SourceError, match="no connection: Connection refused"):
        obtain(at(server.url("good")), [LABELS], QUICK)
    assert left(home) == []


def test_an_unknown_host_asks_whether_this_machine_is_online() -> None:
    with pytest.raises(SourceError, match="is this machine online"):
        obtain(at("http://mirror.invalid/"), [LABELS], QUICK)


def test_the_users_mirror_is_tried_first(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNISTSEQ_MIRROR", server.url("own").rstrip("/"))
    obtain(at(server.url("good")), [LABELS], QUICK)
    assert server.requested == [f"/own/mnist/{LABELS}", f"/good/{LABELS}"]
    monkeypatch.setenv("MNISTSEQ_MIRROR", "mirror.example.org")
    with pytest.raises(ArgumentError, match="must begin with http"):
        obtain(at(server.url("good")), [IMAGES], QUICK)


def test_offline_names_what_is_missing_and_where_to_put_it(
    server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNISTSEQ_OFFLINE", "1")
    dataset = at(server.url("good"))
    with pytest.raises(SourceError, match="MNISTSEQ_OFFLINE") as caught:
        obtain(dataset, [IMAGES, LABELS], QUICK)
    for expected in (IMAGES, LABELS, str(home), server.url("good")):
        assert expected in str(caught.value)
    assert server.requested == []
    home.mkdir(parents=True)
    for name in (IMAGES, LABELS):
        (home / name).write_bytes(shipped(name))
    assert obtain(dataset, [IMAGES, LABELS], QUICK) == [home / IMAGES, home / LABELS]


def test_a_file_that_was_damaged_since_is_downloaded_again(server: Server) -> None:
    dataset = at(server.url("good"))
    (path,) = obtain(dataset, [IMAGES], QUICK)
    path.write_bytes(_flipped(shipped(IMAGES)))
    assert fault(path, dataset.file(IMAGES)) is not None
    assert obtain(dataset, [IMAGES], QUICK) == [path]
    assert path.read_bytes() == shipped(IMAGES)


def test_a_file_is_read_once_by_a_process_and_again_when_it_changes(home: Path) -> None:
    file = mnist.DATASET.file(LABELS)
    home.mkdir(parents=True)
    path = home / LABELS
    path.write_bytes(shipped(LABELS))
    os.utime(path, ns=(1, 1))
    assert find(at(), file) == path
    path.write_bytes(_flipped(shipped(LABELS)))
    os.utime(path, ns=(1, 1))
    assert find(at(), file) == path  # neither its size nor its time differs
    os.utime(path, ns=(2, 2))
    assert find(at(), file) is None


def test_files_of_keras_and_torchvision_are_used_after_the_checksum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNISTSEQ_OFFLINE", "1")
    dataset = replace(at("http://mirror.invalid/"), keras="digits")
    raw = tmp_path / "data" / "MNIST" / "raw"  # torchvision's root is ./data here
    keras = tmp_path / "keras" / "datasets" / "digits"
    for folder in (raw, keras):
        folder.mkdir(parents=True)
    unpacked = raw / LABELS.removesuffix(".gz")
    unpacked.write_bytes(gzip.decompress(shipped(LABELS)))
    (keras / IMAGES).write_bytes(shipped(IMAGES))
    (keras / LABELS).write_bytes(_flipped(shipped(LABELS)))  # not used, being damaged
    assert [path.resolve() for path in obtain(dataset, [LABELS, IMAGES])] == [
        unpacked,
        keras / IMAGES,
    ]


def test_the_published_checksums_are_those_of_real_files(shared_data: Path) -> None:
    for file in mnist.DATASET.files:
        content = (shared_data / "mnist" / file.name).read_bytes()
        assert hashlib.md5(content, usedforsecurity=False).hexdigest() == file.md5
        assert hashlib.sha256(gzip.decompress(content)).hexdigest() == file.content
        assert len(content) == file.size
    for file in qmnist.DATASET.files[:2]:
        content = (shared_data / "qmnist" / file.name).read_bytes()
        assert hashlib.md5(content, usedforsecurity=False).hexdigest() == file.md5
        assert hashlib.sha256(gzip.decompress(content)).hexdigest() == file.content


def test_debians_fashion_mnist_is_accepted_though_it_was_compressed_again() -> None:
    (folder,) = fashion_mnist.DATASET.system
    if not folder.is_dir():
        pytest.skip("needs Debian's package dataset-fashion-mnist")
    for file in fashion_mnist.DATASET.files:
        path = folder / file.name
        assert hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() != file.md5
        assert find(fashion_mnist.DATASET, file) == path
    bank = fashion_mnist.FashionMnist().load("test", None)
    assert bank.pixels.shape == (10_000, 28, 28)
    assert bank.by_label.number.tolist() == [1000] * 10


SCRIPT = """
import sys
from dataclasses import replace
from mnistseq.sources import mnist
from mnistseq.sources.downloads.fetch import obtain
dataset = replace(mnist.DATASET, mirrors=(sys.argv[1],), system=())
print(obtain(dataset, [sys.argv[2]])[0])
"""


def start(url: str, name: str, before: str = "") -> subprocess.Popen[str]:
    """Start another process that downloads a file."""
    command = [sys.executable, "-c", before + SCRIPT, url, name]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy()
    )


def test_what_a_killed_download_left_is_removed_by_the_next(server: Server, home: Path) -> None:
    killed = start(server.url("slow"), IMAGES)
    deadline = time.monotonic() + 20
    while not any(path.stat().st_size for path in home.glob(".part-*")):
        assert time.monotonic() < deadline
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert [name[:6] for name in left(home)] == [".part-"]
    (path,) = obtain(at(server.url("good")), [IMAGES], QUICK)
    assert path.read_bytes() == shipped(IMAGES)
    assert left(home) == [IMAGES]


def test_two_processes_download_a_file_once(server: Server, home: Path) -> None:
    both = [start(server.url("slow"), IMAGES) for _ in range(2)]
    ended = [process.communicate(timeout=30) for process in both]
    assert ended == [(f"{home / IMAGES}\n", "")] * 2
    assert server.requested == [f"/slow/{IMAGES}"]
    assert left(home) == [IMAGES]


def test_progress_is_reported_in_bytes(server: Server) -> None:
    recorder = Recorder()
    with show_progress(recorder):
        obtain(at(server.url("good")), [IMAGES], QUICK)
    size = mnist.DATASET.file(IMAGES).size
    assert recorder.opened == [(size, f"mnist: {IMAGES}", "B")]
    assert sum(recorder.steps) == size == len(shipped(IMAGES))


def test_a_full_disk_is_not_reported_as_a_network_error(server: Server, home: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
    process = start(server.url("good"), IMAGES, limit)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"{home}: cannot be written: File too large" in error
    assert "MNISTSEQ_DATA" in error
    assert server.requested == [f"/good/{IMAGES}"]
    assert left(home) == []


@pytest.fixture
def sealed() -> Iterator[Path]:
    """A folder that this process may not write to; root becomes another user for it."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65_534)
    yield folder
    os.seteuid(was)
    folder.chmod(0o755)
    folder.rmdir()


def test_a_read_only_folder_is_named_with_a_remedy(
    server: Server, sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNISTSEQ_DATA", str(sealed))
    with pytest.raises(SourceError, match=r"cannot be written: Permission denied.*MNISTSEQ_DATA"):
        obtain(at(server.url("good")), [LABELS], QUICK)
    assert server.requested == []


def test_a_read_only_folder_that_holds_the_files_is_enough(home: Path, server: Server) -> None:
    home.mkdir(parents=True)
    (home / LABELS).write_bytes(shipped(LABELS))
    home.chmod(0o555)
    assert obtain(at(server.url("good")), [LABELS], QUICK) == [home / LABELS]
    assert left(home) == [LABELS]
    assert not (home / ".lock").exists()


def test_a_data_folder_that_is_a_file_is_an_error(server: Server, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(SourceError, match="cannot be written: Not a directory"):
        obtain(at(server.url("good")), [LABELS], QUICK)


def test_an_unknown_file_of_a_data_set_is_refused() -> None:
    with pytest.raises(ArgumentError, match="no file 'labels'; it has train-images"):
        obtain(mnist.DATASET, ["labels"])


def test_the_data_folder_is_the_users_by_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("MNISTSEQ_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    assert data_folder().name == "mnistseq"
    assert home_of(mnist.DATASET) == data_folder() / "mnist"


def test_a_gzip_bomb_is_not_unpacked_to_its_end(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.gz"
    with gzip.open(bomb, "wb", 9) as stream:
        for _ in range(100):
            stream.write(bytes(1 << 20))
    problem = fault(bomb, RemoteFile("bomb.gz", "0" * 32, 1, "0" * 64))
    assert problem is not None
    assert "longer than 67108864 bytes" in problem


def test_a_source_imports_neither_requests_nor_its_neighbours() -> None:
    code = (
        "import sys, mnistseq.sources.fashion_mnist\n"
        "heavy = {'requests', 'PIL', 'filelock', 'tqdm', 'mnistseq.sources.image_folder.source',"
        " 'mnistseq.sources.emnist', 'mnistseq.sources.qmnist'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"
