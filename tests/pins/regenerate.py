"""Pin anew what is drawn and written now: ``python -m tests.pins.regenerate [pixels] [files]``.

It says which entries differ from those before; each needs its reason, as the
modules of the tests have it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from tests.pins.data_sets import SETS, installed_versions, make_set
from tests.pins.drawings import Materials, digests, draw, drawings
from tests.pins.stored import FOLDER, differences, load_pins, save_pins

from mnistseq import Config, load_bank


def pixel_pins(folder: Path) -> dict[str, Any]:
    """Hashes of every drawing."""
    materials = Materials.made(load_bank(Config()), folder)
    return {name: digests(draw(drawing, materials)) for name, drawing in drawings().items()}


def file_pins(folder: Path) -> dict[str, Any]:
    """Hashes of every data set, and the versions of what packed them."""
    pins: dict[str, Any] = {
        "packed by": installed_versions(),
        "files": {},
        "contents": {},
        "manifests": {},
    }
    for number, (name, data_set) in enumerate(SETS.items()):
        own = folder / str(number)
        own.mkdir()
        made = make_set(data_set, own)
        pins["files"][name] = made.files
        pins["contents"][name] = made.contents
        pins["manifests"][name] = made.manifest
    return pins


PINNED: dict[str, Callable[[Path], dict[str, Any]]] = {"pixels": pixel_pins, "files": file_pins}


def _told(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Differences, of tables in tables as well."""
    found = []
    for line in differences(before, after):
        entry, _, word = line.rpartition(" ")
        if word == "differs" and isinstance(after[entry], dict):
            found += _told(f"{name}: {entry}", before[entry], after[entry])
        else:
            found.append(f"{name}: {line}")
    return found


def main(names: list[str]) -> None:
    """Write the pins of these names, by default all."""
    for name in names or PINNED:
        with TemporaryDirectory() as folder, TemporaryDirectory() as cache:
            os.environ["MNISTSEQ_CACHE"] = cache
            pins = PINNED[name](Path(folder))
        before = load_pins(name) if (FOLDER / f"{name}.json").exists() else {}
        for line in _told(name, before, pins):
            click.echo(line)
        save_pins(name, pins)


if __name__ == "__main__":
    main(sys.argv[1:])
