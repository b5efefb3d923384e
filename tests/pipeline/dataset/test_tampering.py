"""Manifests, plans and journals that were changed: each ends in one message, or does no harm."""

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
from tests.datasets import contents, make, manifest, plan, random_input, row_input

from mnistseq import GlyphBank
from mnistseq.errors import MnistseqError, OutputError, PluginError
from mnistseq.pipeline.dataset.existing import ExistingDataset
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.verify.check import verify

INSTEAD: list[Any] = [None, -1, 3, "x", [], {}, [1], True, math.inf, math.nan, 10**400, "../x"]

KEYS = [
    "mnistseq", "algorithm", "plugins", "seed", "config", "source", "input", "skipped", "format",
    "splits", "shares", "disjoint", "shard_samples", "files", "samples", "bytes", "shards",
]  # fmt: skip

OUTCOME = {"files", "samples", "bytes", "shards"}


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory, mnist: GlyphBank) -> str:
    """A source of few glyphs, so that plans are made quickly."""
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
    given = random_input(6, 2, 3)
    if request.param == "rows":
        given = row_input(folder / "r.csv", "sequence,count\n12,5\nx,1\n3,1\n", skip=True)  # type: ignore[assignment]
    config = {
        "source": {"name": "npz", "path": few},
        "image": {"transform": [{"name": "blur"}], "width": 90},
        "spacing": {"max": 3},
    }
    planned = plan(folder / "out", given, config=config, split="a=0.5,b=0.5", shard_samples=3)
    make(planned)
    return planned


def made_at(planned: DatasetPlan, root: Path) -> DatasetPlan:
    """The same plan for another folder."""
    request = planned.request
    return plan(
        root, request.input, config=request.config.to_dict(), split="a=0.5,b=0.5", shard_samples=3
    )


def paths_of(planned: DatasetPlan) -> dict[str, str]:
    """Where the files of the source are."""
    return {"source.path": str(planned.request.config.source.path)}


def tampered(values: Any, keys: list[str] | None = None) -> Iterator[tuple[str, Any]]:
    """Yield the values with each key, at every depth, removed or replaced."""
    every: list[Any] = list(range(len(values))) if isinstance(values, list) else list(values)
    for key in every if keys is None else keys:
        without = deepcopy(values)
        del without[key]
        yield f"{key} gone", without
        inner = values[key]
        changed = [(f" = {new!r}"[:20], new) for new in INSTEAD]
        if isinstance(inner, dict | list):
            changed += [(f".{title}", new) for title, new in tampered(inner)]
        for title, new in changed:
            if json.dumps(new) != json.dumps(inner):
                whole = deepcopy(values)
                whole[key] = new
                yield f"{key}{title}", whole


def settles(function: Callable[[], object], title: str) -> bool:
    """Return whether a call works; if it does not, it must raise an error of mnistseq."""
    try:
        function()
    except PluginError as error:
        pytest.fail(f"{title}: {error}")
    except MnistseqError as error:
        message = str(error)
    except Exception as error:  # noqa: BLE001  # which of them it was is what matters
        pytest.fail(f"{title}: {type(error).__name__}: {error}")
    else:
        return True
    assert 10 < len(message) < 1500, title
    assert "Traceback" not in message, title
    return False


def remake(path: str, root: Path, paths: dict[str, str]) -> None:
    """Make a finished data set again, and compare."""
    shutil.rmtree(root, ignore_errors=True)
    finished = FinishedDataset.open(path)
    with finished.plan(str(root), paths, fetch=True) as planned:
        make(planned)
        finished.compare(planned)


def refusal(planned: DatasetPlan, **options: bool) -> str:
    """Return the message where a data set is not made."""
    try:
        make(planned, **options)
    except OutputError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("key", KEYS)
def test_a_changed_manifest_does_no_harm(made: DatasetPlan, key: str, tmp_path: Path) -> None:
    out = Path(made.request.root)
    good, path = contents(out), out / "manifest.json"
    ways = [
        lambda: verify(str(out), 0.01, paths=paths_of(made), fetch=True),
        lambda: remake(str(path), tmp_path / "again", paths_of(made)),
        lambda: make(made, resume=True),
        lambda: make(made, force=True),
    ]
    for number, (title, values) in enumerate(tampered(manifest(out), [key])):
        content = json.dumps(values)
        path.write_text(content)
        readable = settles(lambda: verify(str(out)), title)
        # Trying all four ways for each value takes minutes.
        for way in ways[number % 4 :][:1] if readable else ways:
            path.write_text(content)
            settles(way, title)
            assert readable or path.read_text() == content
    path.write_bytes(good["manifest.json"])
    assert contents(out) == good


@pytest.mark.parametrize("key", [key for key in KEYS if key not in OUTCOME])
def test_a_changed_plan_is_refused_and_can_be_replaced(
    made: DatasetPlan, key: str, tmp_path: Path
) -> None:
    """What the message advises works."""
    whole = contents(Path(made.request.root))
    out = tmp_path / "out"
    planned = made_at(made, out)
    for number, (title, values) in enumerate(tampered(made.record.to_json(), [key])):
        (out / ".mnistseq").mkdir(parents=True)
        (out / ".mnistseq" / "plan.json").write_text(json.dumps(values))
        said = [refusal(planned), refusal(planned, resume=True)]
        if "damaged plan" in said[0]:
            assert [*said, refusal(planned, force=True)] == [said[0]] * 3, title
            assert said[0].endswith("; remove the folder, or choose another")
            assert not contents(out).keys() - {".mnistseq/plan.json", ".mnistseq/lock"}
        else:
            # A key that is missing has its default. Neither the path of the source nor the
            # versions of libraries are compared.
            same = title.endswith(" gone") or title.startswith(
                (
                    "config.source.path",
                    "source.name",
                    "source.terms",
                    "format.versions",
                    "config.canvas = {}",
                )
            )
            assert "cannot be resumed" in said[1] or same, title
            # Making the data set for each value takes minutes.
            if number % 5 == 0 and not same:
                assert refusal(planned, force=True) == "", title
                assert contents(out) == whole, title
        shutil.rmtree(out)


def test_damaged_lines_of_a_journal_are_passed_over(made: DatasetPlan, tmp_path: Path) -> None:
    good = manifest(Path(made.request.root))["shards"][0]
    lines = [values for _, values in tampered([good])] + [[], 1, None, "x", {}]
    text = "\n".join(json.dumps(line) for line in [*lines, good])
    (tmp_path / ".mnistseq").mkdir()
    (tmp_path / ".mnistseq" / "plan.json").write_text(json.dumps(made.record.to_json()))
    (tmp_path / ".mnistseq" / "receipts.jsonl").write_text(f'{{"name": "a-0\n{text}\n[\n')
    known = ExistingDataset.read(str(tmp_path)).receipts
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
def test_a_manifest_that_is_not_one_is_left_alone(
    made: DatasetPlan, content: str, options: dict[str, Any]
) -> None:
    out = Path(made.request.root)
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
        f"{out}/manifest.json: is not a manifest of mnistseq, or is damaged (it "
    )
    assert str(error.value).endswith("remove the folder, or choose another")


def test_a_config_at_fault_is_reported_when_something_is_drawn(
    made: DatasetPlan, tmp_path: Path
) -> None:
    """Hashes can be checked without it."""
    out = tmp_path / "out"
    shutil.copytree(made.request.root, out)
    found = manifest(out)
    for change, message in [
        ({"spacing": {"max": "3"}}, 'spacing.max: "3" is not allowed; give a whole number from'),
        ({"spacing": {"max": -9}}, "spacing: min 0 exceeds max -9"),
        ({"preset": "wish"}, "preset: unknown preset 'wish'"),
        ({"colour": "red"}, "colour: unknown key"),
        ({"image": {"transform": json.loads("[" * 500 + "]" * 500)}}, ": config: "),
    ]:
        (out / "manifest.json").write_text(json.dumps(found | {"config": change}))
        assert verify(str(out)).passed
        with pytest.raises(MnistseqError) as error:
            verify(str(out), 0.01, paths=paths_of(made), fetch=True)
        assert str(error.value).startswith(f"{out}/manifest.json: config: ")
        assert message in str(error.value)


def test_keys_of_later_versions_are_passed_over(made: DatasetPlan, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(made.request.root, out)
    found = manifest(out)
    for table in (
        found, found["source"], found["input"], found["format"], *found["splits"],
        *found["shards"], *found["files"],
    ):  # fmt: skip
        table["later"] = {"more": [1]}
    (out / "manifest.json").write_text(json.dumps(found))
    assert verify(str(out), 0.01, paths=paths_of(made), fetch=True).passed
    remake(str(out), tmp_path / "again", paths_of(made))
    make(made_at(made, out), force=True)
    assert contents(out) == contents(Path(made.request.root))


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "begun" / ".mnistseq").mkdir(parents=True)
    (tmp_path / "begun" / ".mnistseq" / "plan.json").write_text("{}")
    (tmp_path / "file").write_text("")
    (tmp_path / "other.manifest.json").write_text("")
    for name, message in [
        ("none", "does not exist"),
        ("file", "is a file; give the folder of a data set, or its manifest.json"),
        ("other.manifest.json", "is a file; give the folder of a data set, or its manifest.json"),
        ("empty", "is not a data set of mnistseq: it has no manifest.json"),
        ("begun", "contains an unfinished data set, which has no manifest.json; resume it first"),
    ]:
        with pytest.raises(OutputError) as error:
            FinishedDataset.open(str(tmp_path / name))
        assert str(error.value) == f"{tmp_path / name} {message}"


def test_a_folder_in_place_of_a_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(OutputError, match="cannot be read: Is a directory"):
        FinishedDataset.open(str(tmp_path))
