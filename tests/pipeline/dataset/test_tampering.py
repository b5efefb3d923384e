"""Manifests, plans and journals that somebody changed: an error of ours, or all is well."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.pipeline.sets import contents, drawn, make, manifest, plan, rows

from mnistseq import GlyphBank
from mnistseq.errors import MnistseqError, OutputError, PluginError, SourceError
from mnistseq.pipeline.dataset.existing import known_shards
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.manifest import read_manifest
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.store.local import LocalStore
from mnistseq.pipeline.verify.check import verify

INSTEAD: list[Any] = [None, -1, 3, "x", [], {}, [1], True, math.inf, math.nan, 10**400, "../x"]

KEYS = [
    "mnistseq", "algorithm", "plugins", "seed", "config", "source", "input", "skipped", "format",
    "splits", "shares", "disjoint", "shard_samples", "files", "samples", "bytes", "shards",
]  # fmt: skip

OUTCOME = {"files", "samples", "bytes", "shards"}


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory, mnist: GlyphBank) -> str:
    """Few glyphs, so that a plan is made in no time."""
    path = tmp_path_factory.mktemp("few") / "few.npz"
    labels = mnist.codes[:200].astype(np.uint8)
    np.savez(path, x_train=mnist.pixels[:200], y_train=labels)
    return str(path)


@pytest.fixture(scope="module", params=["drawn", "rows"])
def made(
    request: pytest.FixtureRequest, few: str, tmp_path_factory: pytest.TempPathFactory
) -> DatasetPlan:
    """A data set of two splits."""
    folder = tmp_path_factory.mktemp("made")
    given = drawn(6, 2, 3)
    if request.param == "rows":
        given = rows(folder / "r.csv", "sequence,count\n12,5\nx,1\n3,1\n", skip=True)  # type: ignore[assignment]
    config = {
        "source": {"name": "npz", "path": few},
        "image": {"transform": [{"name": "blur"}], "width": 90},
        "spacing": {"max": 3},
    }
    planned = plan(folder / "out", given, config=config, split="a=0.5,b=0.5", shard=3)
    make(planned)
    return planned


def made_at(planned: DatasetPlan, root: Path) -> DatasetPlan:
    """The same plan for another folder."""
    batch = planned.batch
    return plan(root, batch.input, config=batch.config.to_dict(), split="a=0.5,b=0.5", shard=3)


def tampered(values: Any, keys: list[str] | None = None) -> Iterator[tuple[str, Any]]:
    """The values with each key, at whatever depth, taken away or replaced."""
    places: list[Any] = list(range(len(values))) if isinstance(values, list) else list(values)
    for place in places if keys is None else keys:
        without = deepcopy(values)
        del without[place]
        yield f"{place} gone", without
        inner = values[place]
        changed = [(f" = {new!r}"[:20], new) for new in INSTEAD]
        if isinstance(inner, dict | list):
            changed += [(f".{title}", new) for title, new in tampered(inner)]
        for title, new in changed:
            if json.dumps(new) != json.dumps(inner):
                whole = deepcopy(values)
                whole[place] = new
                yield f"{place}{title}", whole


def settles(function: Callable[[], object], title: str) -> bool:
    """Whether it works; if it does not, then with an error of ours, in one message."""
    try:
        function()
    except PluginError as error:
        pytest.fail(f"{title}: {error}")
    except MnistseqError as error:
        told = str(error)
    except Exception as error:  # noqa: BLE001  # which of them it was is what matters
        pytest.fail(f"{title}: {type(error).__name__}: {error}")
    else:
        return True
    assert 10 < len(told) < 1500, title
    assert "Traceback" not in told, title
    return False


def again(place: str, root: Path) -> None:
    """What ``remake`` does."""
    shutil.rmtree(root, ignore_errors=True)
    finished = FinishedDataset.open(place)
    with finished.plan(str(root)) as planned:
        make(planned)
        finished.compare(planned)


def refusal(planned: DatasetPlan, **options: bool) -> str:
    """What is said where a data set is not made."""
    try:
        make(planned, **options)
    except OutputError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("key", KEYS)
def test_a_manifest(made: DatasetPlan, key: str, tmp_path: Path) -> None:
    out = Path(made.batch.root)
    good, path = contents(out), out / "manifest.json"
    ways = [
        lambda: verify(str(out), 0.01),
        lambda: again(str(path), tmp_path / "again"),
        lambda: make(made, resume=True),
        lambda: make(made, force=True),
    ]
    for number, (title, values) in enumerate(tampered(manifest(out), [key])):
        content = json.dumps(values)
        path.write_text(content)
        readable = settles(lambda: verify(str(out)), title)
        # To read it and draw, four times for each value, takes minutes.
        for way in ways[number % 4 :][:1] if readable else ways:
            path.write_text(content)
            settles(way, title)
            assert readable or path.read_text() == content
    path.write_bytes(good["manifest.json"])
    assert contents(out) == good


@pytest.mark.parametrize("key", [key for key in KEYS if key not in OUTCOME])
def test_a_plan(made: DatasetPlan, key: str, tmp_path: Path) -> None:
    """What is advised where a data set cannot be resumed works."""
    whole = contents(Path(made.batch.root))
    out = tmp_path / "out"
    planned = made_at(made, out)
    for title, values in tampered(made.description, [key]):
        (out / ".mnistseq").mkdir(parents=True)
        (out / ".mnistseq" / "plan.json").write_text(json.dumps(values))
        said = [refusal(planned), refusal(planned, resume=True), refusal(planned, force=True)]
        if "cannot be used (" in said[0]:
            assert said == [said[0]] * 3, title
            assert said[0].endswith("; remove the folder, or give another")
            assert not contents(out).keys() - {".mnistseq/plan.json", ".mnistseq/lock"}
        else:
            # A key that is not there is as good as null, which is what some are. And where the
            # source's files lie is nothing that is asked for.
            same = title.endswith(" gone") or title.startswith(
                ("config.source.path", "source.name")
            )
            assert said[1].endswith("or give --force to make it anew") or same
            assert said[2] == "", title
            assert contents(out) == whole, title
        shutil.rmtree(out)


def test_lines_of_a_journal(made: DatasetPlan, tmp_path: Path) -> None:
    good = manifest(Path(made.batch.root))["shards"][0]
    lines = [values for _, values in tampered([good])] + [[], 1, None, "x", {}]
    text = "\n".join(json.dumps(line) for line in [*lines, good])
    (tmp_path / ".mnistseq").mkdir()
    (tmp_path / ".mnistseq" / "receipts.jsonl").write_text(f'{{"name": "a-0\n{text}\n[\n')
    known = known_shards(LocalStore(str(tmp_path)), str(tmp_path))
    assert (known[good["name"]].bytes, known[good["name"]].sha256) == (
        good["bytes"],
        good["sha256"],
    )
    assert set(known) <= {good["name"], "x"}


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '"x"', "\x00", "[" * 100_000, "{}"],
    ids=["empty", "open", "list", "null", "text", "zero", "deep", "table"],
)
@pytest.mark.parametrize("options", [{}, {"resume": True}, {"force": True}])
def test_garbage_where_output_goes(
    made: DatasetPlan, content: str, options: dict[str, Any]
) -> None:
    out = Path(made.batch.root)
    before = contents(out)
    try:
        (out / "manifest.json").write_text(content)
        with pytest.raises(OutputError) as error:
            make(made, **options)
        changed = contents(out)
    finally:
        (out / "manifest.json").write_bytes(before["manifest.json"])
    assert changed == before | {"manifest.json": content.encode()}
    assert str(error.value).startswith(
        f"{out}/manifest.json: is not a manifest of mnistseq, or a damaged one (it "
    )
    assert str(error.value).endswith("remove the folder yourself, or give another")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": -1}, "seed is -1: should be greater than or equal to 0"),
        ({"seed": 2**64}, "should be less than or equal to 18446744073709551615"),
        ({"seed": "7"}, 'seed is "7": should be a valid integer'),
        ({"shares": {"a": 0.5}}, "there are shares of a, but splits a, b"),
        ({"shares": {"a": 0.5, "b": 0.4}}, "shares add up to 0.9, not to 1"),
        ({"shares": {"a": 1.5, "b": 0.5}}, "shares.a is 1.5: should be less than or equal to 1"),
        ({"shards": [3]}, "shards.0 is 3: should be a table of keys and values"),
        ({"shards": {}}, "shards is {}: should be a list"),
        ({"files": [{"name": "x"}]}, "it has no files.0.bytes; it has no files.0.sha256"),
        ({"input": {"kind": "wish"}}, "does not match any of the expected tags: 'drawn', 'rows'"),
        ({"input": {}}, "input is {}: should have a kind"),
        ({"config": None}, "config is null: should be a table of keys and values"),
        ({"format": {"name": 3, "parameters": {}, "suffix": "/../x"}}, "'shard/../x' is no name"),
        ({"shard_samples": 0}, "shard_samples is 0: should be greater than or equal to 1"),
    ],
)
def test_what_is_said(made: DatasetPlan, change: dict[str, Any], message: str) -> None:
    content = json.dumps(manifest(Path(made.batch.root)) | change).encode()
    with pytest.raises(SourceError) as error:
        read_manifest(content, "it")
    assert message in str(error.value)
    assert len(str(error.value)) < 600


def test_many_faults_are_not_all_told() -> None:
    with pytest.raises(SourceError, match=r"; and 13 more\); put the one back"):
        read_manifest(b"{}", "it")


def test_a_config_that_is_none(made: DatasetPlan, tmp_path: Path) -> None:
    """A finished data set can be checked all the same, and no more."""
    out = tmp_path / "out"
    shutil.copytree(made.batch.root, out)
    found = manifest(out)
    for change, message in [
        ({"spacing": {"max": "3"}}, 'spacing.max: "3" is not allowed; give a whole number from'),
        ({"spacing": {"max": -9}}, "spacing: min 0 exceeds max -9"),
        ({"preset": "wish"}, "preset: unknown preset 'wish'"),
        ({"colour": "red"}, "colour: unknown key"),
        ({"image": {"transform": json.loads("[" * 500 + "]" * 500)}}, ": config: "),
    ]:
        (out / "manifest.json").write_text(json.dumps(found | {"config": change}))
        assert verify(str(out)) == []
        with pytest.raises(MnistseqError) as error:
            verify(str(out), 0.01)
        assert str(error.value).startswith(f"{out}/manifest.json: config: ")
        assert message in str(error.value)


def test_keys_of_later_versions_are_passed_over(made: DatasetPlan, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(made.batch.root, out)
    found = manifest(out)
    for table in (
        found, found["source"], found["input"], found["format"], *found["splits"],
        *found["shards"], *found["files"],
    ):  # fmt: skip
        table["later"] = {"more": [1]}
    (out / "manifest.json").write_text(json.dumps(found))
    assert verify(str(out), 0.01) == []
    again(str(out), tmp_path / "again")
    make(made_at(made, out), force=True)
    assert contents(out) == contents(Path(made.batch.root))


def test_places_without_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "begun" / ".mnistseq").mkdir(parents=True)
    (tmp_path / "begun" / ".mnistseq" / "plan.json").write_text("{}")
    (tmp_path / "file").write_text("")
    (tmp_path / "other.manifest.json").write_text("")
    for name, message in [
        ("none", "there is nothing; give the folder of a data set, or its"),
        ("file", "is a file; give the folder of a data set, or its manifest.json"),
        ("other.manifest.json", "is a file; give the folder of a data set, or its manifest.json"),
        ("empty", "is no data set of mnistseq's: it has no manifest.json; give the folder of one"),
        ("begun", "has no manifest.json: the data set was begun and not finished; batch --resume"),
    ]:
        with pytest.raises(OutputError) as error:
            FinishedDataset.open(str(tmp_path / name))
        assert str(error.value).startswith(f"{tmp_path / name}: {message}")


def test_a_folder_in_place_of_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(OutputError, match="cannot be read: Is a directory"):
        FinishedDataset.open(str(tmp_path))
