"""Data sets have the bytes they always had.

Each is made by the command that data_sets.py has for it, and pinned in
files.json: a hash of every file; of every packed file a hash of its content, too,
for the bytes hang on the version of what packed them; and a hash of the manifest,
without what differs from version to version and from folder to folder. Pins
change only with a change that the changelog names; a new set may be added at any
time::

    python -m tests.pins.regenerate files
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.pins.data_sets import SETS, Made, installed_versions, make_set
from tests.pins.stored import differences, load_pins

from mnistseq.cli import main

PINS = load_pins("files")


@pytest.fixture(params=SETS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def made(name: str, tmp_path: Path) -> Made:
    for library in ("isal", "lmdb", "pyarrow"):
        if library in SETS[name].packed_by:
            pytest.importorskip(library, reason="an extra that `nox -s minimums` leaves out")
    return make_set(SETS[name], tmp_path)


def test_a_data_set_is_what_it_always_was(name: str, made: Made) -> None:
    here, before = installed_versions(), PINS["packed by"]
    # Another version may pack the same content into other bytes.
    packed_alike = all(here[library] == before[library] for library in SETS[name].packed_by)
    unsure = set() if packed_alike else set(made.contents)
    pinned, found = (
        {path: digest for path, digest in files.items() if path not in unsure}
        for files in (PINS["files"][name], made.files)
    )
    problems = [
        *(f"bytes: {line}" for line in differences(pinned, found)),
        *(f"content: {line}" for line in differences(PINS["contents"][name], made.contents)),
        *differences({"manifest": PINS["manifests"][name]}, {"manifest": made.manifest}),
    ]
    assert not problems, "\n".join(problems)


def test_every_pin_has_its_data_set() -> None:
    assert [list(PINS[kind]) for kind in ("files", "contents", "manifests")] == 3 * [list(SETS)]


def test_processes_make_what_one_makes() -> None:
    for name in ("webdataset", "npy"):
        assert PINS["files"][name] == PINS["files"][f"{name}, two processes"]


def test_every_format_is_pinned() -> None:
    result = CliRunner().invoke(main, ["plugins", "--json"])
    assert result.exit_code == 0, result.output
    items = json.loads(result.output)["components"]
    formats = {
        item["name"]
        for item in items
        if item["kind"] in ("writer", "format") and item["package"] == "mnistseq"
    }
    options = [shlex.split(data_set.options) for data_set in SETS.values()]
    pinned = {line[line.index("--format") + 1] for line in options if "--format" in line}
    assert formats == {"files", *pinned}
