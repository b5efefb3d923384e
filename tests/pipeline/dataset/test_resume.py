"""Resuming a data set, replacing it, and leaving other files alone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.datasets import contents, make, manifest, plan, random_input, row_input

from mnistseq.errors import DatasetExistsError, Difference, OutputError
from mnistseq.executors.serial import Serial
from mnistseq.formats.webdataset import WebDataset
from mnistseq.pipeline.dataset.existing import ExistingDataset
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.run import run_dataset
from mnistseq.pipeline.shards.spec import Receipt
from mnistseq.pipeline.store.local import LocalStore

FORMS = ["webdataset", "files"]


class StopError(Exception):
    """Ends a run from outside."""


def stop_after(planned: DatasetPlan, shards: int, **options: Any) -> None:
    """Begin a data set, and stop the run when `shards` shards are finished."""
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
def test_a_run_that_was_stopped_is_resumed(tmp_path: Path, form: str) -> None:
    make(plan(tmp_path / "whole", format_name=form))
    planned = plan(tmp_path / "out", format_name=form)
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
    make(plan(tmp_path / "whole", format_name=form))
    planned = plan(tmp_path / "out", format_name=form)
    if finished:
        make(planned)
    else:
        stop_after(planned, 4)
    for number in (0, 2):
        harm(damaged_file(tmp_path / "out" / planned.layout[number].name))
    summary = make(planned, resume=True)
    assert summary.made == 2 + (0 if finished else 2)
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_an_extra_file_in_a_shard_is_removed(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out", format_name="files")
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


def test_resuming_a_finished_data_set_makes_nothing(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out", row_input(tmp_path / "r.csv", "12\n345\n"))
    make(planned)
    before = contents(tmp_path / "out")
    assert make(planned, resume=True).made == 0
    assert contents(tmp_path / "out") == before


def test_resuming_in_an_empty_folder_begins_a_data_set(tmp_path: Path) -> None:
    assert make(plan(tmp_path / "out"), resume=True).made == 6


def test_receipts_are_recorded_once(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out")
    stop_after(planned, 3)
    journal = tmp_path / "out" / ".mnistseq" / "receipts.jsonl"
    before = journal.read_bytes()
    for _ in range(3):
        stop_after(planned, 3, resume=True)  # those three are checked, and no other is made
    assert journal.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 8}, "seed was 7, now 8"),
        ({"config": {"spacing": {"max": 9}}}, "spacing.max was 20, now 9"),
        ({"format_name": "files"}, "format was webdataset, now files"),
        (
            {"given": random_input(59)},
            "number of samples was 60, now 59; a data set can grow, but not shrink",
        ),
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
    with pytest.raises(DatasetExistsError) as error:
        make(plan(tmp_path / "out", **changes), resume=True)
    assert str(error.value) == f"{tmp_path / 'out'}: cannot be resumed: {message}"
    assert len(error.value.differences) == 1
    after = contents(tmp_path / "out")
    after.pop(".mnistseq/lock", None)
    before.pop(".mnistseq/lock", None)
    assert after == before


def test_another_input_is_refused(tmp_path: Path) -> None:
    stop_after(plan(tmp_path / "out", row_input(tmp_path / "r.csv", "sequence,count\n12,60\n")), 2)
    other = plan(tmp_path / "out", row_input(tmp_path / "r.csv", "sequence,count\n13,60\n"))
    with pytest.raises(DatasetExistsError, match="the sequences are different"):
        make(other, resume=True)


@pytest.mark.parametrize("finished", [True, False], ids=["finished", "stopped"])
def test_without_resume_or_force_nothing_is_touched(tmp_path: Path, finished: bool) -> None:
    planned = plan(tmp_path / "out")
    make(planned) if finished else stop_after(planned, 2)
    state = "a finished" if finished else "an unfinished"
    with pytest.raises(DatasetExistsError, match=f"already contains {state} data set"):
        make(planned)


class TestForce:
    """Forcing a new data set removes the existing one, all of it, and nothing else."""

    @pytest.mark.parametrize("finished", [True, False], ids=["finished", "stopped"])
    def test_makes_a_new_data_set(self, tmp_path: Path, finished: bool) -> None:
        old = plan(
            tmp_path / "out",
            row_input(tmp_path / "r.csv", "sequence,count\n12,70\n"),
            shard_samples=5,
        )
        make(old) if finished else stop_after(old, 3)
        make(plan(tmp_path / "new"))
        make(plan(tmp_path / "out"), force=True)
        assert contents(tmp_path / "out") == contents(tmp_path / "new")

    def test_removes_shards_that_have_no_receipt(self, tmp_path: Path) -> None:
        """A run may be killed between naming a shard and recording it."""
        old = plan(tmp_path / "out", format_name="files", shard_samples=5)
        stop_after(old, 3)
        (tmp_path / "out" / ".mnistseq" / "receipts.jsonl").unlink()
        make(plan(tmp_path / "new", format_name="files", shard_samples=30))
        make(plan(tmp_path / "out", format_name="files", shard_samples=30), force=True)
        assert contents(tmp_path / "out") == contents(tmp_path / "new")

    def test_leaves_other_files_alone(self, tmp_path: Path) -> None:
        planned = plan(tmp_path / "out", format_name="files", parameters={"labels": ["coco"]})
        make(planned)
        mine = {"NOTES.md": b"mine", "train/mine/x.png": b"mine", "sequences.csv": b"mine"}
        for name, content in mine.items():
            (tmp_path / "out" / name).parent.mkdir(exist_ok=True)
            (tmp_path / "out" / name).write_bytes(content)
        make(plan(tmp_path / "new"))
        make(plan(tmp_path / "out"), force=True)
        assert contents(tmp_path / "out") == contents(tmp_path / "new") | mine

    def test_completes_a_removal_that_was_interrupted(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make(plan(tmp_path / "out", shard_samples=5))
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
        with pytest.raises(OutputError, match="is not a valid name in a data set"):
            make(plan(tmp_path / "out"), force=True)
        assert (tmp_path / "mine").read_text() == "mine"


class TestOtherFolders:
    """Folders that do not contain a data set."""

    @pytest.mark.parametrize("force", [True, False])
    def test_files_of_others_are_refused(self, tmp_path: Path, force: bool) -> None:
        out = tmp_path / "out"
        out.mkdir()
        (out / "mine").write_text("mine")
        with pytest.raises(
            OutputError, match="is not empty and not a data set of mnistseq: it contains mine;"
        ):
            make(plan(out), force=force, resume=not force)
        assert contents(out) == {"mine": b"mine"}

    @pytest.mark.parametrize("force", [True, False])
    def test_a_manifest_of_another_tool_is_refused(self, tmp_path: Path, force: bool) -> None:
        out = tmp_path / "out"
        out.mkdir()
        (out / "manifest.json").write_text('{"name": "an app"}')
        with pytest.raises(OutputError, match="is not a manifest of mnistseq, or is damaged"):
            make(plan(out), force=force)
        assert contents(out) == {"manifest.json": b'{"name": "an app"}'}

    def test_a_file_in_place_of_the_folder_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("mine")
        with pytest.raises(OutputError, match="out: is a file; give a folder"):
            make(plan(tmp_path / "out"))
        assert (tmp_path / "out").read_text() == "mine"

    def test_an_empty_folder_is_used(self, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        assert make(plan(tmp_path / "out")).made == 6


def test_a_run_that_fails_at_once_leaves_no_trace(tmp_path: Path) -> None:
    """Images of several widths are not allowed in npy, which shows at the first shard."""
    given = row_input(tmp_path / "r.csv", "12\n345\n")
    config = {"spacing": {"min": 5, "max": 5}}  # so they might be of one
    with pytest.raises(OutputError, match="format npy needs images of one size"):
        make(plan(tmp_path / "a" / "out", given, format_name="npy", config=config))
    assert not (tmp_path / "a" / "out").exists()


def test_a_run_that_fails_later_keeps_finished_shards(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out")
    stop_after(planned, 3)
    (tmp_path / "out" / "train-00003.tar").mkdir()
    (tmp_path / "out" / "train-00003.tar" / "inner").mkdir()
    assert make(planned, resume=True).made == 3  # the folder in place of the shard is replaced


def test_a_folder_that_is_removed_during_a_run_is_reported(tmp_path: Path) -> None:
    planned = plan(tmp_path / "out")

    def vanish(receipt: Receipt) -> None:
        if receipt.name == "train-00002.tar":
            shutil.rmtree(tmp_path / "out")

    with pytest.raises(OutputError, match="the folder no longer exists; nothing can be written"):
        make(planned, progress=vanish)
    assert not (tmp_path / "out").exists()


def test_an_existing_data_set_is_read_once_with_its_plan_and_receipts(tmp_path: Path) -> None:
    out = tmp_path / "out"
    empty = ExistingDataset.read(str(out))
    assert (empty.plan, empty.finished, empty.receipts) == (None, False, {})
    stop_after(plan(out, seed=12), 2)
    begun = ExistingDataset.read(str(out))
    assert begun.plan is not None
    assert (begun.plan.seed, begun.finished, len(begun.receipts)) == (12, False, 2)
    make(plan(out, seed=12), resume=True)
    finished = ExistingDataset.read(str(out))
    assert finished.plan is not None
    assert (finished.plan.seed, finished.finished) == (12, True)
    assert list(finished.receipts) == [f"train-0000{number}.tar" for number in range(6)]


@pytest.mark.parametrize("options", [{}, {"resume": True}, {"force": True}])
def test_a_data_set_that_another_run_made_in_the_meantime_is_kept(
    tmp_path: Path, options: dict[str, bool]
) -> None:
    existing = ExistingDataset.read(str(tmp_path / "out"))
    make(plan(tmp_path / "out", seed=1))
    before = contents(tmp_path / "out")
    with pytest.raises(OutputError, match="another run wrote to it in the meantime; run the com"):
        make(plan(tmp_path / "out"), existing=existing, **options)
    assert contents(tmp_path / "out") == before


def test_differences_are_data_too(tmp_path: Path) -> None:
    make(plan(tmp_path / "out"))
    with pytest.raises(DatasetExistsError) as error:
        make(plan(tmp_path / "out", seed=8), resume=True)
    assert error.value.differences == (Difference("seed", 7, 8),)


@dataclass(frozen=True)
class Packed(WebDataset):
    """Has a library of a version that the test chooses."""

    library: str = "1"

    def versions(self) -> dict[str, str]:
        return {"library": self.library}


def test_a_shard_made_with_another_version_of_a_library_records_it(tmp_path: Path) -> None:
    def packed(version: str) -> DatasetPlan:
        request = plan(tmp_path / "out").request
        return DatasetPlan.of(replace(request, format=Packed(library=version)))

    def same_parameters(planned: DatasetPlan, version: str) -> DatasetPlan:
        """Change the library alone, and not the parameter by which the test chooses it."""
        record = replace(planned.record, format=packed("1").record.format)
        return replace(packed(version), record=record)

    stop_after(packed("1"), 2)
    stop_after(same_parameters(packed("1"), "2"), 4, resume=True)
    make(same_parameters(packed("1"), "1"), resume=True)
    found = manifest(tmp_path / "out")
    assert found["format"]["versions"] == {"library": "1"}
    assert [shard.get("versions") for shard in found["shards"]] == [
        None, None, {"library": "2"}, {"library": "2"}, None, None,
    ]  # fmt: skip


def test_whether_finished_shards_were_kept_is_in_the_error(tmp_path: Path) -> None:
    def fail(_: Receipt) -> None:
        raise OutputError("full")

    with pytest.raises(OutputError) as error:
        make(plan(tmp_path / "out"), progress=fail)
    assert error.value.resumable
    with pytest.raises(OutputError) as error:
        make(plan(tmp_path / "out"))
    assert not error.value.resumable


def test_receipts_may_arrive_in_any_order(tmp_path: Path) -> None:
    class Backwards(Serial):
        def run(self, tasks: Any, function: Any) -> Any:
            yield from [function(task) for task in reversed(list(tasks))]

    run_dataset(plan(tmp_path / "a"), Backwards())
    make(plan(tmp_path / "b"))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert [item["first"] for item in manifest(tmp_path / "a")["shards"]] == list(range(0, 60, 10))


def test_a_plan_can_be_run_in_another_folder(tmp_path: Path) -> None:
    planned = plan(tmp_path / "a")
    make(planned)
    moved = replace(
        planned,
        request=replace(planned.request, root=str(tmp_path / "b")),
        spec=replace(planned.spec, root=str(tmp_path / "b")),
    )
    make(moved)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_forcing_removes_label_files_of_a_run_that_ended_before_its_manifest(
    tmp_path: Path,
) -> None:
    labels = {"labels": ["paddle", "csv"]}
    labelled = plan(tmp_path / "out", format_name="files", parameters=labels)

    def block(_: Receipt) -> None:
        """Make a folder in place of the manifest, so that it alone cannot be written."""
        (tmp_path / "out" / "manifest.json").mkdir(exist_ok=True)

    with pytest.raises(OutputError, match=r"manifest\.json: cannot be written: ") as found:
        make(labelled, progress=block)
    assert found.value.resumable
    (tmp_path / "out" / "manifest.json").rmdir()
    there = contents(tmp_path / "out")
    assert {"dict.txt", "rec_gt_train.txt", "labels_train.csv"} <= set(there)
    make(plan(tmp_path / "out", format_name="files"), force=True)
    make(plan(tmp_path / "plain", format_name="files"))
    assert contents(tmp_path / "out") == contents(tmp_path / "plain")


def test_unfinished_parts_are_removed_when_a_run_ends(tmp_path: Path) -> None:
    left = tmp_path / "out" / ".mnistseq" / "parts" / "killed" / "part.tar"

    def tell(_: Receipt) -> None:
        left.parent.mkdir(parents=True)
        left.write_bytes(b"x")
        raise StopError

    with pytest.raises(StopError):
        make(plan(tmp_path / "out"), progress=tell)
    assert not left.exists()
    assert (tmp_path / "out" / "train-00000.tar").exists()
