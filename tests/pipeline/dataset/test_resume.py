"""Going on with what is there, beginning anew, and leaving alone what is not ours."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.sets import contents, drawn, make, manifest, plan, rows

from mnistseq.errors import MnistseqError, OutputError
from mnistseq.executors.serial import Serial
from mnistseq.pipeline.dataset.existing import seed_of
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.run import run_batch
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.store.local import LocalStore

FORMS = ["webdataset", "files"]


class StopError(Exception):
    """What ends a run from outside."""


def stop_after(planned: DatasetPlan, shards: int, **options: Any) -> None:
    """Begin a data set, and end the run when so many shards are there."""
    seen: list[Receipt] = []

    def tell(receipt: Receipt) -> None:
        seen.append(receipt)
        if len(seen) == shards:
            raise StopError

    with pytest.raises(StopError):
        make(planned, progress=tell, **options)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def change(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def damaged_file(shard: Path) -> Path:
    return shard if shard.is_file() else sorted(shard.iterdir())[1]


@pytest.mark.parametrize("form", FORMS)
def test_a_run_that_was_stopped_is_gone_on_with(tmp_path: Path, form: str) -> None:
    make(plan(tmp_path / "whole", form=form))
    planned = plan(tmp_path / "out", form=form)
    stop_after(planned, 2)
    assert not (tmp_path / "out" / "manifest.json").exists()
    summary = make(planned, resume=True)
    assert (summary.shards, summary.made, summary.made_samples) == (6, 4, 40)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("harm", [cut, change, Path.unlink])
@pytest.mark.parametrize("finished", [True, False], ids=["finished", "stopped"])
def test_damaged_shards_are_made_again(
    tmp_path: Path, form: str, harm: Callable[[Path], None], finished: bool
) -> None:
    make(plan(tmp_path / "whole", form=form))
    planned = plan(tmp_path / "out", form=form)
    if finished:
        make(planned)
    else:
        stop_after(planned, 4)
    for number in (0, 2):
        harm(damaged_file(tmp_path / "out" / planned.shards[number].name))
    summary = make(planned, resume=True)
    assert summary.made == 2 + (0 if finished else 2)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_an_extra_file_in_a_shard_is_cleared_away(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out", form="files")
    make(planned)
    before = contents(tmp_path / "out")
    (tmp_path / "out" / "train" / "00001" / "extra.png").write_bytes(b"")
    assert make(planned, resume=True).made == 1
    assert contents(tmp_path / "out") == before


def test_a_shard_without_receipt_is_made_again(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out")
    stop_after(planned, 3)
    journal = tmp_path / "out" / ".mnistseq" / "receipts.jsonl"
    journal.write_text("\n".join(journal.read_text().split("\n")[:-1]))
    assert make(planned, resume=True).made == 4


def test_resuming_what_is_finished_makes_nothing(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out", rows(tmp_path / "r.csv", "12\n345\n"))
    make(planned)
    before = contents(tmp_path / "out")
    assert make(planned, resume=True).made == 0
    assert contents(tmp_path / "out") == before


def test_resuming_nothing_begins(tmp_path: Path) -> None:
    assert make(plan(tmp_path / "out"), resume=True).made == 6


def test_receipts_do_not_pile_up(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out")
    stop_after(planned, 3)
    journal = tmp_path / "out" / ".mnistseq" / "receipts.jsonl"
    before = journal.read_bytes()
    for _ in range(3):
        stop_after(planned, 3, resume=True)  # those three are looked at, no other is made
    assert journal.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 8}, "seed: 7, now 8"),
        ({"config": {"spacing": {"max": 9}}}, "config.spacing.max: 20, now 9"),
        ({"form": "files"}, 'format.name: "webdataset", now "files"'),
        ({"shard": 11}, "shard_samples: 10, now 11"),
        ({"split": "a=0.5,b=0.5"}, "shares.train: 1.0, now null"),
        ({"parameters": {"compression": "zlib", "quality": 7}}, "format.parameters.quality: 95"),
        ({"given": drawn(61)}, "input.samples: 60, now 61"),
        ({"given": drawn(60, 4, 6)}, "input.shortest: 3, now 4"),
    ],
)
@pytest.mark.parametrize("finished", [True, False], ids=["finished", "stopped"])
def test_another_request_is_refused(
    tmp_path: Path, changes: dict[str, Any], message: str, finished: bool
) -> None:
    planned = plan(tmp_path / "out")
    if finished:
        make(planned)
    else:
        stop_after(planned, 2)
    before = contents(tmp_path / "out")
    with pytest.raises(OutputError) as error:
        make(plan(tmp_path / "out", **changes), resume=True)
    assert "was begun otherwise, so it cannot be resumed: " in str(error.value)
    assert message in str(error.value)
    assert str(error.value).endswith("Ask for the same again, or give --force to make it anew")
    assert len(str(error.value)) < 900
    after = contents(tmp_path / "out")
    after.pop(".mnistseq/lock", None)
    before.pop(".mnistseq/lock", None)
    assert after == before


def test_another_input_is_refused(tmp_path: Path) -> None:
    stop_after(plan(tmp_path / "out", rows(tmp_path / "r.csv", "sequence,count\n12,60\n")), 2)
    other = plan(tmp_path / "out", rows(tmp_path / "r.csv", "sequence,count\n13,60\n"))
    with pytest.raises(OutputError, match=r'input\.sha256: "\w{64}", now "\w{64}"'):
        make(other, resume=True)


@pytest.mark.parametrize("finished", [True, False], ids=["is finished", "was begun and not fini"])
def test_without_resume_or_force_nothing_is_touched(tmp_path: Path, finished: bool) -> None:
    planned = plan(tmp_path / "out")
    make(planned) if finished else stop_after(planned, 2)
    state = "is finished" if finished else "was begun and not finished"
    with pytest.raises(OutputError, match=f"a data set is there that {state}: --resume goes on"):
        make(planned)


class TestForce:
    """--force removes what is ours, all of it, and no more."""

    @pytest.mark.parametrize("finished", [True, False], ids=["finished", "stopped"])
    def test_begins_anew(self, tmp_path: Path, finished: bool) -> None:
        old = plan(tmp_path / "out", rows(tmp_path / "r.csv", "sequence,count\n12,70\n"), shard=5)
        make(old) if finished else stop_after(old, 3)
        make(plan(tmp_path / "new"))
        make(plan(tmp_path / "out"), force=True)
        assert contents(tmp_path / "out") == contents(tmp_path / "new")

    def test_finds_shards_that_have_no_receipt(self, tmp_path: Path) -> None:
        """Killed between the name and the receipt: such a shard would be read with the new ones."""
        old = plan(tmp_path / "out", form="files", shard=5)
        stop_after(old, 3)
        (tmp_path / "out" / ".mnistseq" / "receipts.jsonl").unlink()
        make(plan(tmp_path / "new", form="files", shard=30))
        make(plan(tmp_path / "out", form="files", shard=30), force=True)
        assert contents(tmp_path / "out") == contents(tmp_path / "new")

    def test_leaves_alone_what_is_not_ours(self, tmp_path: Path) -> None:
        planned = plan(tmp_path / "out", form="files", parameters={"labels": ["coco"]})
        make(planned)
        mine = {"README.md": b"mine", "train/mine/x.png": b"mine", "sequences.csv": b"mine"}
        for name, content in mine.items():
            (tmp_path / "out" / name).parent.mkdir(exist_ok=True)
            (tmp_path / "out" / name).write_bytes(content)
        make(plan(tmp_path / "new"))
        make(plan(tmp_path / "out"), force=True)
        assert contents(tmp_path / "out") == contents(tmp_path / "new") | mine

    def test_is_gone_on_with_where_it_was_cut_short(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make(plan(tmp_path / "out", shard=5))
        real, left = LocalStore.remove, [4]

        def remove(store: LocalStore, name: str) -> None:
            left[0] -= 1
            if not left[0]:
                raise StopError
            real(store, name)

        with monkeypatch.context() as patch:
            patch.setattr(LocalStore, "remove", remove)
            with pytest.raises(StopError):
                make(plan(tmp_path / "out"), force=True)
        make(plan(tmp_path / "new"))
        make(plan(tmp_path / "out"), force=True)
        assert contents(tmp_path / "out") == contents(tmp_path / "new")

    def test_a_manifest_that_leads_out_removes_nothing(self, tmp_path: Path) -> None:
        make(plan(tmp_path / "out"))
        (tmp_path / "mine").write_text("mine")
        path = tmp_path / "out" / "manifest.json"
        path.write_text(path.read_text().replace("train-00000.tar", "../mine"))
        with pytest.raises(MnistseqError, match="is no name in a data set"):
            make(plan(tmp_path / "out"), force=True)
        assert (tmp_path / "mine").read_text() == "mine"


class TestStrangers:
    """Folders that are not ours."""

    @pytest.mark.parametrize("force", [True, False])
    def test_are_refused(self, tmp_path: Path, force: bool) -> None:
        out = tmp_path / "out"
        out.mkdir()
        (out / "mine").write_text("mine")
        with pytest.raises(OutputError, match="is not empty and no data set of mnistseq's: it has"):
            make(plan(out), force=force, resume=not force)
        assert contents(out) == {"mine": b"mine"}

    @pytest.mark.parametrize("force", [True, False])
    def test_another_tools_manifest(self, tmp_path: Path, force: bool) -> None:
        out = tmp_path / "out"
        out.mkdir()
        (out / "manifest.json").write_text('{"name": "an app"}')
        with pytest.raises(MnistseqError, match="is not a manifest of mnistseq"):
            make(plan(out), force=force)
        assert contents(out) == {"manifest.json": b'{"name": "an app"}'}

    def test_a_file_is_no_folder(self, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("mine")
        with pytest.raises(OutputError, match="out: is a file; give a folder"):
            make(plan(tmp_path / "out"))
        assert (tmp_path / "out").read_text() == "mine"

    def test_an_empty_folder_is_taken(self, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        assert make(plan(tmp_path / "out")).made == 6


def test_what_fails_at_once_leaves_no_trace(tmp_path: Path) -> None:
    """Images of many widths are none for npy: that shows at the first shard."""
    given = rows(tmp_path / "r.csv", "12\n345\n")
    config = {"spacing": {"min": 5, "max": 5}}  # so they might be of one
    with pytest.raises(OutputError, match="format npy needs images of one size"):
        make(plan(tmp_path / "a" / "out", given, form="npy", config=config))
    assert not (tmp_path / "a" / "out").exists()


def test_what_fails_later_keeps_what_is_finished(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out")
    stop_after(planned, 3)
    (tmp_path / "out" / "train-00003.tar").mkdir()
    (tmp_path / "out" / "train-00003.tar" / "inner").mkdir()
    assert make(planned, resume=True).made == 3  # what stood in the way gave way


def test_the_folder_vanishes(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out")

    def vanish(receipt: Receipt) -> None:
        if receipt.shard.name == "train-00002.tar":
            shutil.rmtree(tmp_path / "out")

    with pytest.raises(OutputError, match="the folder no longer exists; nothing can be written"):
        make(planned, progress=vanish)
    assert not (tmp_path / "out").exists()


def test_seed_of(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert seed_of(str(out)) is None
    stop_after(plan(out, seed=12), 1)
    assert seed_of(str(out)) == 12
    make(plan(out, seed=12), resume=True)
    assert seed_of(str(out)) == 12


def test_an_executor_that_gives_receipts_in_any_order(tmp_path: Path) -> None:
    class Backwards(Serial):
        def run(self, tasks: Any, function: Any) -> Any:
            yield from [function(task) for task in reversed(list(tasks))]

    run_batch(plan(tmp_path / "a"), Backwards())
    make(plan(tmp_path / "b"))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert [item["first"] for item in manifest(tmp_path / "a")["shards"]] == list(range(0, 60, 10))


def test_a_plan_may_be_run_in_another_place(tmp_path: Path) -> None:
    planned = plan(tmp_path / "a")
    make(planned)
    moved = replace(
        planned,
        batch=replace(planned.batch, root=str(tmp_path / "b")),
        job=replace(planned.job, root=str(tmp_path / "b")),
    )
    make(moved)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_label_files_of_a_run_that_ended_before_its_manifest_go_with_it(tmp_path: Path) -> None:
    labels = {"labels": ["paddle", "doctr"]}
    labelled = plan(tmp_path / "out", form="files", parameters=labels)

    def block(_: Receipt) -> None:
        """Have something stand in the way of the manifest, so that it alone cannot be put."""
        (tmp_path / "out" / "manifest.json").mkdir(exist_ok=True)

    with pytest.raises(OutputError, match=r"manifest\.json: cannot be written: ") as found:
        make(labelled, progress=block)
    assert found.value.resumable
    (tmp_path / "out" / "manifest.json").rmdir()
    there = contents(tmp_path / "out")
    assert {"dict.txt", "rec_gt_train.txt", "train/labels.json"} <= set(there)
    make(plan(tmp_path / "out", form="files"), force=True)
    make(plan(tmp_path / "plain", form="files"))
    assert contents(tmp_path / "out") == contents(tmp_path / "plain")


def test_what_workers_left_is_cleared_away_when_a_run_ends(tmp_path: Path) -> None:
    left = tmp_path / "out" / ".mnistseq" / "parts" / "killed" / "part.tar"

    def tell(_: Receipt) -> None:
        left.parent.mkdir(parents=True)
        left.write_bytes(b"x")
        raise StopError

    with pytest.raises(StopError):
        make(plan(tmp_path / "out"), progress=tell)
    assert not left.exists()
    assert (tmp_path / "out" / "train-00000.tar").exists()
