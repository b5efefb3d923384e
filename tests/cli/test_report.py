"""``mnistseq report``: a page about a data set, in a real browser."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.browser import chromium, violations
from tests.cli.conftest import Call
from tests.displays import Recorder

from mnistseq.inspection.report.report import make_report
from mnistseq.progress import show_progress

Refused = Callable[..., str]

WIDTHS = {"desktop": 1200, "phone": 375}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def made(call: Call, *arguments: str, texts: tuple[str, str] = ("--length", "2-4")) -> None:
    given = ("--count", "60", *texts, "--width", "150", "--seed", "1", "-j", "1", "-o", "digits")
    assert call("batch", *given, *arguments).code == 0


def report(call: Call, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(call("report", "digits", "--json", *arguments).out)
    return found


@pytest.mark.parametrize("name", ["files", "webdataset", "parquet", "lmdb", "npy"])
def test_every_format_is_reported_on_behind_a_url(call: Call, served: str, name: str) -> None:
    made(call, "--format", name)
    found: dict[str, Any] = json.loads(call("report", f"{served}/digits", "--json").out)
    assert (found["samples"], found["measured"], found["verified"]) == (60, 60, True)
    assert found["quantiles"]["width, px"] == [150.0] * 5
    titles = [fit["title"] for fit in found["fits"]]
    assert titles[0] == "Labels at position 1"
    assert titles[-1] == "First gap of each image, in pixels"


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """The address of a server for the folder."""
    pytest.importorskip("aiohttp")

    class _Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_page_is_the_same_again(call: Call) -> None:
    made(call)
    call("report", "digits", "-o", "a.html")
    call("report", "digits/manifest.json", "-o", "b.html")
    assert Path("a.html").read_bytes() == Path("b.html").read_bytes()


def test_a_changed_file_is_a_fault_and_all_others_are_shown(call: Call) -> None:
    made(call)
    next(Path("digits").rglob("*.png")).write_bytes(b"")
    found = report(call)
    assert found["verified"] is False
    assert found["measured"] == 59
    assert (
        "1 image could not be read; the first: digits/train/00000: cannot be" in found["alerts"][0]
    )


def test_progress_is_reported(call: Call) -> None:
    made(call, "--format", "npy")
    recorder = Recorder()
    with show_progress(recorder):
        make_report("digits", most=20)
    assert recorder.opened == [(20, "reading samples", "img"), (3, "comparing hashes", "file")]
    assert sum(recorder.steps) == 23


def test_splits_are_compared(call: Call) -> None:
    made(call, "--split", "train=0.5,val=0.5", texts=("--length", "1"))
    found = report(call)
    assert found["splits"] == {"train": 30, "val": 30}
    assert found["shared_glyphs"] == 0
    assert found["shared_texts"] > 0


def test_gaps_that_transforms_move_are_not_compared(call: Call) -> None:
    made(call, "--preset", "camera")
    found = report(call)
    assert "canvas transforms move" in found["unknown_law"]
    assert not [fit for fit in found["fits"] if "gap" in fit["title"]]


def test_faint_images_raise_an_alert(call: Call) -> None:
    for label in "ab":
        folder = Path("glyphs") / label
        folder.mkdir(parents=True)
        glyph = Image.new("L", (20, 20), 255)
        glyph.paste(240, (8, 2, 12, 18))
        glyph.save(folder / "a.png")
    made(call, "--source", "image-folder", "--data-dir", "glyphs")
    assert "60 images can hardly be read" in report(call)["alerts"][0]


def test_fewer_samples_are_measured_on_request(call: Call) -> None:
    made(call)
    found = report(call, "--samples", "7")
    assert found["measured"] == 7
    call("report", "digits", "--samples", "7")
    assert "measured on 7 of 60 images" in Path("report.html").read_text("utf-8")


def test_pictures_of_a_folder_are_measured_beside_it(call: Call, refused: Refused) -> None:
    made(call)
    Path("real").mkdir()
    (Path("real") / "labels.csv").write_text("a.png,1\n", "utf-8")
    assert "no pictures in this folder" in refused("report", "digits", "--against", "real")
    Image.new("L", (80, 44), 120).save("real/a.png")
    assert report(call, "--against", "real")["against"]["real"]["height, px"] == [44.0] * 5


def test_an_existing_page_is_kept(call: Call, refused: Refused) -> None:
    made(call)
    Path("report.html").write_text("mine", "utf-8")
    assert "report.html already exists" in refused("report", "digits")
    assert Path("report.html").read_text("utf-8") == "mine"


def test_a_folder_that_is_missing_is_noticed_before_anything_is_read(refused: Refused) -> None:
    message = refused("report", "not read", "-o", "missing/report.html")
    assert "the folder missing does not exist; create it first" in message


def test_without_a_data_set_there_is_no_page(refused: Refused) -> None:
    assert "digits" in refused("report", "digits")
    assert not Path("report.html").exists()


browser = pytest.fixture(scope="module")(chromium)


@pytest.mark.parametrize("name", ["files", "parquet", "npy"])
def test_writers_are_counted(call: Call, name: str) -> None:
    made(call, "--split", "train=0.5,val=0.5", "--disjoint", "writer", "--format", name)
    found = report(call)
    assert 60 < found["writers"] < 539
    assert found["busiest_writer"] >= 1
    assert found["shared_writers"] == 0


@pytest.mark.parametrize(("device", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_the_page_is_accessible_and_asks_for_nothing(
    call: Call, browser: Any, device: str, scheme: str
) -> None:
    made(call, "--split", "train=0.5,val=0.5", "--masks")
    call("report", "digits")
    size = {"width": WIDTHS[device], "height": 800}
    page = browser.new_page(viewport=size, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(Path("report.html").absolute().as_uri())
    boxes = page.locator(".boxes").first
    assert not boxes.is_visible()
    page.check("#boxes")
    assert boxes.is_visible()
    assert not page.locator(".masks").first.is_visible()
    page.check("#masks")
    assert page.locator(".masks").first.is_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == WIDTHS[device]
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [page.url]
    page.close()


def test_labels_with_html_do_no_harm(call: Call, browser: Any) -> None:
    label = "<img src=x onerror=alert(1)>"
    folder = Path("glyphs")
    folder.mkdir()
    Image.new("L", (20, 20), 0).save(folder / "a.png")
    (folder / "labels.csv").write_text(f"file,label\na.png,{label}\n", "utf-8")
    source = ("--source", "image-folder", "--data-dir", "glyphs")
    labels = ("--set", 'source.parameters={"labels": "labels.csv"}')
    arguments = ("--count", "3", "--length", "1", "--seed", "1", "-j", "1", "-o", "digits")
    assert call("batch", *arguments, *source, *labels).code == 0
    call("report", "digits")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    page.goto(Path("report.html").absolute().as_uri())
    assert label in page.inner_text("body")
    assert [url for url in asked if not url.startswith("data:")] == [page.url]
    page.close()


def test_every_chart_has_words_and_numbers(call: Call) -> None:
    made(call)
    call("report", "digits")
    page = Path("report.html").read_text("utf-8")
    charts = page.count('<svg class="chart" role="img"')
    assert charts > 5
    assert page.count("<summary>Numbers: ") == charts
    assert len(re.findall(r'<svg class="chart"[^>]* aria-label="[^"]{10,}"', page)) == charts
    assert "<script" not in page
