"""``mnistseq data``: listing data sets, downloading them, finding them, checking them."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from mnistseq.sources import fashion_mnist, mnist

CLOTHES = fashion_mnist.DATASET.system[0]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where downloads go; nothing may be downloaded unless a test allows it."""
    monkeypatch.setenv("MNISTSEQ_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("MNISTSEQ_OFFLINE", "1")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    return tmp_path / "data"


@pytest.fixture
def mirror(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[str]]:
    """A mirror with QMNIST's label files; the paths that were requested from it."""
    requested: list[str] = []
    shutil.copytree(shared_data / "qmnist", tmp_path / "served" / "qmnist")

    class Handler(SimpleHTTPRequestHandler):
        def log_request(self, code: Any = "-", size: Any = "-") -> None:
            requested.append(self.path)

    http = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(tmp_path / "served"))
    )
    Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("MNISTSEQ_MIRROR", f"http://127.0.0.1:{http.server_address[1]}")
    monkeypatch.delenv("MNISTSEQ_OFFLINE")
    yield requested
    http.shutdown()
    http.server_close()


def test_list_names_every_data_set_with_its_licence(call: Any) -> None:
    done = call("data", "list")
    assert done.code == 0
    for expected in (
        "mnist",
        "fashion-mnist",
        "kmnist",
        "emnist",
        "qmnist",
        "CC-BY-SA-4.0",
        "562 MB",
    ):
        assert expected in done.out
    assert str(mnist.SHIPPED) in done.out


def test_the_list_as_json_has_paths_and_sizes(call: Any, data: Path) -> None:
    rows = {row["name"]: row for row in json.loads(call("data", "list", "--json").out)}
    assert set(rows) == {"mnist", "fashion-mnist", "kmnist", "emnist", "qmnist", "unipen"}
    assert rows["mnist"]["here"] == "yes"
    assert rows["kmnist"]["here"] == "no"
    assert rows["kmnist"]["folder"] == str(data / "kmnist")
    assert [file["path"] for file in rows["kmnist"]["files"]] == [None] * 4
    assert rows["emnist"]["size"] == 561_753_746


def test_the_path_of_mnist_is_in_the_package(call: Any) -> None:
    assert call("data", "path", "mnist").out == f"{mnist.SHIPPED}\n"


def test_the_path_of_a_missing_data_set_downloads_nothing(refused: Any, data: Path) -> None:
    message = refused("data", "path", "kmnist", code=1)
    assert "mnistseq data fetch kmnist" in message
    assert str(data / "kmnist") in message


def test_fetching_offline_is_an_error_that_names_the_folder_for_the_files(
    refused: Any, data: Path
) -> None:
    message = refused("data", "fetch", "emnist", code=1)
    assert "MNISTSEQ_OFFLINE" in message
    assert str(data / "emnist") in message


def test_fetching_what_is_here_needs_no_network(call: Any) -> None:
    done = call("data", "fetch", "mnist")
    assert done.out.splitlines() == [str(mnist.SHIPPED / file.name) for file in mnist.DATASET.files]


def test_a_source_downloads_what_it_needs_and_no_more(
    call: Any, data: Path, mirror: list[str]
) -> None:
    drawn = ("generate", "31415", "--source", "qmnist", "--writer", "one", "--seed", 5, "-o")
    assert call(*drawn, "a.png").code == 0
    assert mirror == ["/qmnist/qmnist-train-labels-idx2-int.gz"]
    assert call(*drawn, "b.png").code == 0
    assert len(mirror) == 1
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()
    assert (data / "qmnist" / "qmnist-train-labels-idx2-int.gz").is_file()


def test_a_name_that_is_nearly_right_is_corrected(refused: Any) -> None:
    assert "unknown data set 'kmnst'; did you mean 'kmnist'?" in refused("data", "fetch", "kmnst")


def test_verify_calls_the_shipped_files_intact(call: Any) -> None:
    done = call("data", "verify", "mnist")
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()] == ["intact"] * 4


def test_verify_finds_damage(call: Any, data: Path) -> None:
    damaged = data / "kmnist" / "t10k-labels-idx1-ubyte.gz"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(gzip.compress(b"not labels"))
    done = call("data", "verify")
    assert done.code == 1
    assert f"damaged  kmnist  {damaged}" in done.out
    assert "its md5 is" in done.err
    found = call("data", "verify", "kmnist", "--json")
    states = {row["file"]: row["state"] for row in json.loads(found.out)}
    assert states.pop(damaged.name) == "damaged"
    assert set(states.values()) == {"missing"}


def test_verify_by_name_expects_all_files(call: Any) -> None:
    done = call("data", "verify", "emnist")
    assert done.code == 1
    assert "emnist: not on this machine: gzip.zip" in done.err


def test_debians_copy_is_found_and_drawn_from(call: Any) -> None:
    if not CLOTHES.is_dir():
        pytest.skip("needs Debian's package dataset-fashion-mnist")
    assert call("data", "path", "fashion-mnist").out == f"{CLOTHES}\n"
    drawn = call("generate", "0,9", "--source", "fashion-mnist", "--seed", 1, "-o", "clothes.png")
    assert (drawn.code, drawn.out) == (0, "clothes.png\n")
