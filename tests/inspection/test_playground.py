"""The playground: what it draws, who may ask, and its page in a real browser."""

from __future__ import annotations

import json
import threading
import tomllib
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tests.browser import chromium, violations

from mnistseq import Config
from mnistseq.inspection.playground.drawing import draw

pytest.importorskip("flask")

browser = pytest.fixture(scope="module")(chromium)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    from mnistseq.inspection.playground.server import make_server

    server, address = make_server(0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


def refused(address: str, **headers: str) -> int:
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(address, headers=headers), timeout=30)
    caught.value.close()
    return caught.value.code


def test_the_form_is_drawn_and_given_back_as_a_config_and_a_command() -> None:
    drawn = draw({"image.width": 200, "spacing.fit": "exact", "spacing.max": 80}, "350\n123", 7)
    assert drawn.problem == ""
    assert ">350</text>" in drawn.sheet
    assert "can be drawn, width 200: always" in drawn.feasibility
    config = Config.of(tomllib.loads(drawn.toml))
    assert (config.image.width, config.spacing.fit, config.spacing.max) == (200, "exact", 80)
    assert drawn.command.startswith(
        "mnistseq preview --seed 7 sequences.txt --width 200 --fit exact"
    )


def test_a_preset_is_part_of_the_config() -> None:
    drawn = draw({"preset": "camera"}, "# 3-5", 7)
    assert tomllib.loads(drawn.toml) == {"preset": "camera"}
    assert drawn.command == "mnistseq preview --seed 7 --length 3-5 --preset camera"


@pytest.mark.parametrize(
    ("values", "texts", "problem"),
    [
        ({"image.width": 20}, "350", "width 20 is too small"),
        ({"spacing.min": 9, "spacing.max": 2}, "350", "spacing"),
        ({}, "35x", "unknown label 'x'"),
        ({}, "# many", "many"),
        ({}, "# 1-" + "9" * 5000, "number"),
        ({"preset": ["camera"], "image.width": {"a": 1}}, "350", "image.width"),
        ({}, "", "no rows"),
    ],
)
def test_what_cannot_be_drawn_has_a_reason(
    values: dict[str, Any], texts: str, problem: str
) -> None:
    drawn = draw(values, texts, 1)
    assert drawn.sheet == ""
    assert problem in drawn.problem


def test_only_those_with_the_token_are_served(address: str) -> None:
    root, _, token = address.partition("?token=")
    assert refused(root) == 403
    assert refused(f"{root}?token=x{token}") == 403
    assert refused(f"{root}?token=%C3%A9") == 403
    assert refused(address, Host="attacker.example:80") == 403
    with urlopen(address, timeout=30) as page:
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_requests_that_are_not_a_form_are_refused(address: str) -> None:
    root, _, token = address.partition("?token=")
    seeds = ["x", float("inf"), [], None]
    forms = [json.dumps({"values": {}, "seed": seed}).encode() for seed in seeds]
    for body in (b"[]", b"{}", b"[" * 90_000, b"9" * 9_000, *forms):
        headers = {"X-Token": token, "Content-Type": "application/json"}
        with pytest.raises(HTTPError) as caught:
            urlopen(Request(f"{root}draw", body, headers), timeout=30)
        caught.value.close()
        assert caught.value.code == 400


def test_the_sheet_follows_the_form(address: str, browser: Any) -> None:
    from playwright.sync_api import expect

    page = browser.new_page(viewport={"width": 1200, "height": 900})
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector("#sheet img")
    page.fill("#texts", "350")
    page.select_option('[data-key="spacing.fit"]', "resize")
    expect(page.locator("#command")).to_contain_text("resize", timeout=60_000)
    assert 'fit = "resize"' in page.inner_text("#toml")
    page.fill("#texts", "35x")
    expect(page.locator("#problem")).to_contain_text("unknown label 'x'", timeout=60_000)
    assert violations(page) == []
    assert said == []
    root = address.partition("?")[0]
    assert [url for url in asked if not url.startswith((root, "data:"))] == []
    page.close()
