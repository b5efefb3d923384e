"""Data sets from strangers: verifying and remaking them uses nothing outside of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.conftest import Call
from tests.cli.data_sets import Make, faults
from tests.datasets import manifest

from mnistseq import open_dataset
from mnistseq.errors import NotAllowedError, SourceError, UnknownComponentError
from mnistseq.inspection.report.loaders import loaders_of
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.store.durability import measure

REDRAW = ("verify", "out", "--redraw", "100%", "-j", 1)
REMAKE = ("remake", "out", "-o", "again", "-j", 1)

OUTSIDE: dict[str, tuple[dict[str, Any], str]] = {
    "a path of the source": (
        {"source": {"name": "npz", "path": "/elsewhere/x.npz"}},
        "/elsewhere/x",
    ),
    "files of the source": (
        {"source": {"name": "idx", "parameters": {"images": "/etc/passwd", "labels": "b"}}},
        "/etc/passwd, b",
    ),
    "one of several sources": (
        {"source": {"mix": ["mnist", {"name": "image-folder", "path": "/elsewhere"}]}},
        "/elsewhere",
    ),
    "a folder of pictures": (
        {"canvas": {"transform": [{"name": "paper-picture", "folder": "/elsewhere"}]}},
        "/elsewhere",
    ),
    "a plugin": ({"spacing": {"type": "theirs"}}, "the plugin of spacing theirs"),
}


def with_config(out: Path, config: dict[str, Any]) -> None:
    path = out / "manifest.json"
    path.write_text(json.dumps(manifest(out) | {"config": config}))


@pytest.mark.parametrize("command", [REDRAW, REMAKE], ids=["redraw", "remake"])
@pytest.mark.parametrize("case", OUTSIDE)
def test_what_is_outside_is_used_only_if_that_is_allowed(
    make: Make,
    call: Call,
    refused: Callable[..., str],
    command: tuple[Any, ...],
    case: str,
) -> None:
    config, named = OUTSIDE[case]
    with_config(make(), config)
    message = refused(*command)
    assert f"would use {named}" in message
    assert message.endswith("if you trust it, add --fetch\n")
    assert "would use" not in call(*command, "--fetch").err


def test_the_plugin_of_a_format_reads_only_if_that_is_allowed(
    make: Make, call: Call, refused: Callable[..., str]
) -> None:
    out = make()
    values = manifest(out)
    values["format"]["name"] = "theirs"
    (out / "manifest.json").write_text(json.dumps(values))
    message = refused("report", "out", "--json")
    assert "would use the plugin of format theirs, which has to be allowed" in message
    assert message.endswith("if you trust it, add --fetch\n")
    with pytest.raises(NotAllowedError, match="would use the plugin of format theirs"):
        open_dataset(out)
    assert "unknown format 'theirs'" in call("report", "out", "--json", "--fetch").err
    with pytest.raises(UnknownComponentError, match="unknown format 'theirs'"):
        open_dataset(out, fetch=True)


def test_a_source_is_downloaded_only_if_that_is_allowed(
    make: Make, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("MNISTSEQ_DATA", "HOME", "KERAS_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("MNISTSEQ_OFFLINE", raising=False)
    with_config(make(), {"source": {"name": "emnist"}})
    message = refused(*REDRAW, code=1)
    assert "the caller has not allowed downloads" in message


def test_a_path_that_is_given_may_be_read(make: Make, call: Call, folder: Path) -> None:
    pictures = np.eye(28, dtype=np.uint8)[None].repeat(20, 0) * 255
    np.savez(folder / "few.npz", x_train=pictures, y_train=np.arange(20) % 10)
    make("webdataset", "--source", "npz", "--data-dir", "few.npz")
    assert call(*REDRAW, "--data-dir", "few.npz").code == 0


def forge(out: Path, number: int = 0) -> None:
    """Give the manifest the present hash of a shard, and other versions, so that it is read."""
    values = manifest(out)
    shard = values["shards"][number]
    shard["bytes"], shard["sha256"] = measure(out / shard["name"])
    values["bytes"] = sum(item["bytes"] for item in values["shards"])
    values["format"]["versions"] = dict.fromkeys(values["format"]["versions"], "0")
    (out / "manifest.json").write_text(json.dumps(values))


@pytest.mark.parametrize("name", ["/dev/zero", "../../manifest.json", "pipe", "link", "..", 7])
def test_records_lead_only_to_files_of_the_shard(
    make: Make, call: Call, tmp_path: Path, name: object
) -> None:
    """The first record names something else; it is not opened."""
    out = make("files")
    os.mkfifo(tmp_path / "pipe")
    path = out / "train" / "00000" / "metadata.jsonl"
    first, *rest = path.read_text().splitlines(keepends=True)
    outside = str(tmp_path / "pipe") if name == "pipe" else name
    path.write_text(json.dumps(json.loads(first) | {"file_name": outside}) + "\n" + "".join(rest))
    forge(out)
    [fault] = faults(call(*REDRAW))
    assert fault.startswith("train/00000: cannot be read after 0 samples: ")


def test_a_manifest_that_claims_more_than_there_is_ends_at_once(
    make: Make, call: Call, refused: Callable[..., str]
) -> None:
    out = make("webdataset")
    values = manifest(out)
    values["splits"][0]["samples"] = values["samples"] = values["input"]["samples"] = 10**15
    (out / "manifest.json").write_text(json.dumps(values))
    assert any("shards were planned, but" in fault for fault in faults(call(*REDRAW)))
    assert "shards were planned, but the manifest lists" in refused(*REMAKE, code=1)


def test_names_cannot_write_to_the_terminal(make: Make, call: Call) -> None:
    out = make()
    (out / "\x1b[2Jout: everything matches\nx").touch()
    assert "\x1b" not in call("verify", "out").out
    values = manifest(out)
    values["mnistseq"], values["algorithm"] = "\x1b[2J", 999
    (out / "manifest.json").write_text(json.dumps(values))
    done = call(*REDRAW)
    assert "\x1b" not in done.out + done.err


def test_code_to_copy_from_a_report_is_ours(make: Make) -> None:
    out = make("webdataset")
    values = manifest(out)
    values["shards"][0]["name"] = 'x.tar"); import os; os.abort("'
    (out / "manifest.json").write_text(json.dumps(values))
    first = FinishedDataset.open(str(out)).manifest
    assert r'WebDataset("DIR/x.tar\"); import os; os.abort(\"")' in loaders_of(first)["WebDataset"]


RECORDS: dict[str, Callable[[dict[str, Any]], object]] = {
    "a label": lambda record: record["objects"]["categories"].__setitem__(0, ["3"]),
    "a number for a label": lambda record: record["objects"]["categories"].__setitem__(0, 3),
    "an index": lambda record: record.update(index="0"),
    "a negative index": lambda record: record.update(index=-1),
    "a text": lambda record: record.update(text=5),
    "a box that is far away": lambda record: record["objects"]["bbox"][0].__setitem__(0, 2**40),
    "fewer boxes": lambda record: record["objects"].update(bbox=[]),
    "fewer glyphs": lambda record: record.update(glyph_ids=[]),
    "writers": lambda record: record.update(writers="many"),
    "a mask": lambda record: record["objects"].update(masks=["h" * 99], quads=[]),
    "no objects": lambda record: record.pop("objects"),
}


@pytest.mark.parametrize("case", RECORDS)
def test_a_record_that_is_not_one_is_an_error(make: Make, case: str) -> None:
    out = make("files")
    path = out / "train" / "00000" / "metadata.jsonl"
    first, *rest = path.read_text().splitlines(keepends=True)
    record = json.loads(first)
    RECORDS[case](record)
    path.write_text(json.dumps(record) + "\n" + "".join(rest))
    with pytest.raises(SourceError, match=r"out/train/00000: cannot be read \("):
        open_dataset(out)[0]


def test_a_member_of_an_archive_that_consists_of_holes_is_not_read(make: Make, call: Call) -> None:
    """In the format of GNU's tar, a few bytes may stand for terabytes of zeros."""
    out = make("webdataset")
    shard = out / "train-00000.tar"
    content = bytearray(shard.read_bytes())
    header = bytearray(512)
    header[:10], header[100:108] = b"000000.png", b"0000644\0"
    header[124:136], header[136:148] = b"00000000000\0", b"00000000000\0"
    header[156:157], header[257:265] = b"S", b"ustar  \0"
    header[386:398], header[398:410] = b"77777777777\0", b"00000000000\0"
    header[483:495] = b"77777777777\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    shard.write_bytes(bytes(header) + bytes(content))
    forge(out)
    [fault] = faults(call(*REDRAW))
    assert "'000000.png' is not a regular file" in fault
