"""Inputs of a data set: their counts, shards and splits, and what is refused before drawing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chisquare  # type: ignore[import-untyped]
from tests.datasets import contents, make, manifest, plan, random_input, row_input, stored

from mnistseq.core.random_sequences import RandomSequences
from mnistseq.errors import ArgumentError, OutputError, RowsError, SpacingError
from mnistseq.pipeline.dataset.random_input import RandomInput
from mnistseq.pipeline.shards.layout import ShardLayout, shares_to_counts, splits_of


def test_shards_of_a_layout_contain_every_sample_once() -> None:
    for suffix in ("", ".tar"):
        shards = ShardLayout(splits_of(("a", "b", "c"), (25, 0, 7)), 10, suffix)
        listed = [shards[number] for number in range(len(shards))]
        assert len(listed) == 4
        assert [index for s in listed for index in range(s.first, s.first + s.samples)] == list(
            range(32)
        )
        assert len({shard.name for shard in listed}) == 4
    assert listed[0].name == "a-00000.tar"


def test_splits_that_can_grow_do_not_overlap() -> None:
    splits = splits_of(("a", "b", "c"), (10, 10, 11), 10)
    assert [split.first for split in splits] == [0, 10, 20]
    with pytest.raises(ArgumentError, match="32 images are too many for several splits; of these"):
        splits_of(("a", "b", "c"), (10, 11, 11), 10)


def test_samples_are_divided_exactly_by_shares() -> None:
    assert shares_to_counts((0.9, 0.1), 1_000_001) == (900_001, 100_000)
    assert shares_to_counts((1 / 3, 1 / 3, 1 / 3), 10) == (3, 4, 3)
    assert shares_to_counts((0.999, 0.001), 1) == (1, 0)


def test_rows_are_drawn_as_often_as_their_counts(tmp_path: Path) -> None:
    given = row_input(tmp_path / "r.csv", "sequence,count\n12,3\n345,\n6,1\n", repeat=2)
    planned = plan(
        tmp_path / "out", given, shard_samples=4, config={"spacing": {"subtype": "edge"}}
    )
    make(planned)
    labels = ["".join(sample.labels) for _, sample in sorted(stored(planned).items())]
    assert labels == ["12"] * 6 + ["345"] * 2 + ["6"] * 2


def test_rows_have_ranges_and_widths_of_their_own(tmp_path: Path) -> None:
    given = row_input(
        tmp_path / "r.csv",
        "sequence,min,max,width\n123,5,5,\n123,,,200\n12,0,0,\n12,40,40,120\n123,,,\n",
    )
    planned = plan(tmp_path / "out", given, config={"spacing": {"max": 2}})
    make(planned)
    widths = [sample.image.shape[1] for _, sample in sorted(stored(planned).items())]
    assert widths[:4] == [3 * 28 + 10, 200, 56, 120]
    assert 84 <= widths[4] <= 88


def test_names_of_rows_are_keys_of_samples(tmp_path: Path) -> None:
    given = row_input(tmp_path / "r.csv", "sequence,count,name\n12,1,a\n34,2,b c\n56,1,été\n")
    for form in ("files", "webdataset", "npy"):
        planned = plan(
            tmp_path / form,
            given,
            format_name=form,
            shard_samples=3,
            config={"image": {"width": 99}},
        )
        make(planned)
        keys = [sample.key for _, sample in sorted(stored(planned).items())]
        assert keys == ["a", "b c_0", "b c_1", "été"]


@pytest.mark.parametrize("shard", [2, 3, 7, 50])
def test_a_row_may_span_shards_and_splits(tmp_path: Path, shard: int) -> None:
    given = row_input(tmp_path / "r.csv", "sequence,count\n12,31\n345,2\n67,17\n")
    planned = plan(tmp_path / "out", given, shard_samples=shard, split="a=0.5,b=0.3,c=0.2")
    tasks = list(planned.tasks({}))
    assert [task.shard for task in tasks] != []
    assert sorted(task.shard.first for task in tasks) == sorted(
        planned.layout[number].first for number in range(len(planned.layout))
    )
    for task in tasks:
        assert task.rows is not None
        assert sum(part.samples for part in task.rows) == task.shard.samples
    counts = Counter[str]()
    for task in tasks:
        for part in task.rows or ():
            counts["".join(part.row.labels)] += part.samples
    assert counts == {"12": 31, "345": 2, "67": 17}


def test_rows_are_split_at_random(tmp_path: Path) -> None:
    """Shares are kept up to chance, neighbours are independent, and every seed splits differently."""
    given = row_input(tmp_path / "r.csv", "".join(f"{number:05d}\n" for number in range(9000)))
    planned = plan(tmp_path / "out", given, shard_samples=500, split="train=0.7,val=0.2,test=0.1")
    counts = [split.samples for split in planned.layout.splits]
    assert sum(counts) == 9000
    assert chisquare(counts, [6300, 1800, 900]).pvalue > 1e-4
    where = {
        "".join(part.row.labels): task.shard.split
        for task in planned.tasks({})
        for part in task.rows or ()
    }
    assert len(where) == 9000
    order = np.array([where[f"{number:05d}"] == "train" for number in range(9000)])
    assert abs(np.corrcoef(order[1:], order[:-1])[0, 1]) < 0.04
    other = plan(tmp_path / "out", given, split="train=0.7,val=0.2,test=0.1", seed=8)
    assert [split.samples for split in other.layout.splits] != counts


class TestRefused:
    """Inputs that cannot be drawn are refused before anything is written."""

    @pytest.mark.parametrize(
        ("content", "config", "line"),
        [
            ("12\n3x4\n", {}, "line 2: unknown label 'x'; the source has 0, 1"),
            (
                "3\n12\n",
                {"image": {"width": 40}},
                "line 2: width 40 is too small: the glyphs are 56 px wide",
            ),
            ("12\n12345\n", {"image": {"width": 100}}, "line 2: "),
            ("sequence,width\n12,\n12,55\n", {}, "line 3: "),
            (
                "sequence,min,max\n12,,\n12,9,5\n",
                {},
                "line 3: a minimum gap of 9 px exceeds the maximum of 5",
            ),
            ("sequence,min,width\n12,,\n12,-60,1\n", {}, "line 3: width 1 is too small: 2"),
            ("sequence,name\n12,a\n34,../a\n", {}, "line 3: name '../a' cannot be a file name"),
            ("sequence,name\n12,a\n34,CON\n", {}, "line 3: name 'CON' is the name of a device"),
            (
                "sequence,name\n12,a\n34,A\n",
                {},
                "line 3: name 'A' is already used on line 2, as 'a'",
            ),
            (
                "sequence,name,count\n12,a,2\n34,a_1,1\n",
                {},
                "line 3: name 'a_1' is already used on line 2",
            ),
            ("sequence,name\n12,a\n34,\n", {}, "line 3: has no name, but rows before it have one"),
            ("sequence,name\n12,\n34,a\n", {}, "line 3: has a name, but rows before it have non"),
            (
                f"12345\n{'1' * 99}\n",
                {"image": {"width": 90, "crop": "ink"}},
                "line 2: ",
            ),
            ("12345\n123456789\n", {"image": {"width": 100, "height": 14}}, "line 2: "),
        ],
    )
    def test_a_bad_row_is_reported_with_its_line(
        self, tmp_path: Path, content: str, config: dict[str, object], line: str
    ) -> None:
        with pytest.raises(RowsError) as error:
            plan(tmp_path / "out", row_input(tmp_path / "r.csv", content), config=config)
        first, *lines = str(error.value).splitlines()
        assert first == "r.csv: 1 row cannot be drawn"
        assert len(lines) == 1
        assert lines[0].startswith(line)
        assert not (tmp_path / "out").exists()

    def test_the_first_twenty_are_listed_and_all_are_counted(self, tmp_path: Path) -> None:
        given = row_input(tmp_path / "r.csv", "12\n" * 5 + "x\n" * 31)
        with pytest.raises(RowsError) as error:
            plan(tmp_path / "out", given)
        lines = str(error.value).splitlines()
        assert lines[0] == "r.csv: 31 rows cannot be drawn"
        assert [line.split(":")[0] for line in lines[1:-1]] == [f"line {n}" for n in range(6, 26)]
        assert lines[-1] == "and 11 more"

    def test_skipped_rows_are_left_out_and_listed(self, tmp_path: Path) -> None:
        given = row_input(tmp_path / "r.csv", "12\nx\n34\n" + "y\n" * 30, skip=True)
        planned = plan(tmp_path / "out", given)
        make(planned)
        skipped = manifest(tmp_path / "out")["skipped"]
        assert skipped["rows"] == 31
        assert [item["line"] for item in skipped["first"]] == [2, *range(4, 34)]
        assert skipped["first"][0]["problem"].startswith("unknown label 'x'")
        labels = ["".join(sample.labels) for _, sample in sorted(stored(planned).items())]
        assert labels == ["12", "34"]

    def test_skipped_rows_may_have_any_bytes(self, tmp_path: Path) -> None:
        path = tmp_path / "r.csv"
        path.write_bytes(b"12\n\xff\n")
        make(plan(tmp_path / "out", row_input(path, skip=True)))
        assert "udcff" in manifest(tmp_path / "out")["skipped"]["first"][0]["problem"]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("", "r.csv: has no rows to draw; give at least one sequence"),
            ("\n\n", "r.csv: has no rows to draw; give"),
            ("sequence\n", "r.csv: has no rows to draw; give"),
            (
                "x\ny\n",
                "no row is left to draw: r.csv: 2 rows cannot be drawn\nline 1: unknown label 'x'",
            ),
        ],
    )
    def test_a_file_without_good_rows_is_refused(
        self, tmp_path: Path, content: str, message: str
    ) -> None:
        with pytest.raises(RowsError) as error:
            plan(tmp_path / "out", row_input(tmp_path / "r.csv", content, skip=True))
        assert str(error.value).startswith(message)

    def test_lengths_that_do_not_fit_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SpacingError):
            plan(tmp_path / "out", random_input(10, 3, 9), config={"image": {"width": 200}})

    def test_a_source_with_another_number_of_labels_is_refused(self, tmp_path: Path) -> None:
        given = RandomInput(RandomSequences(9, 3, 3), 10)
        with pytest.raises(ArgumentError, match="are drawn from 9 labels, but source mnist has 10"):
            plan(tmp_path / "out", given)

    def test_splits_by_writer_need_writer_ids(self, tmp_path: Path) -> None:
        path = tmp_path / "digits.npz"
        np.savez(path, x=np.full((20, 5, 4), 200, dtype=np.uint8), y=np.arange(20) % 10)
        source = {"name": "npz", "path": str(path)}
        with pytest.raises(ArgumentError, match="has no writer ids"):
            plan(
                tmp_path / "out",
                config={"source": source},
                split="a=0.5,b=0.5",
                disjoint="writer",
            )

    def test_a_share_too_small_for_every_label_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ArgumentError, match="split b would have no glyph of 0, 1"):
            plan(tmp_path / "out", split="a=0.99999,b=0.00001")


def test_a_row_found_too_wide_while_drawing_is_named(tmp_path: Path) -> None:
    """Ink differs in width from glyph to glyph, so the width is known once glyphs are drawn."""
    given = row_input(tmp_path / "r.csv", "sequence\n11\n11\n00000000\n11\n")
    planned = plan(
        tmp_path / "out",
        given,
        config={"image": {"width": 110, "crop": "ink"}, "spacing": {"min": 0}},
    )
    with pytest.raises(RowsError) as error:
        make(planned)
    assert str(error.value).startswith("line 4 of the sequences, sample 2: ")
    assert not (tmp_path / "out").exists()


def test_shards_hold_lines_of_many_widths(tmp_path: Path) -> None:
    for form in ("files", "webdataset", "parquet", "lmdb"):
        planned = plan(tmp_path / form, random_input(40, 2, 9), format_name=form, shard_samples=16)
        make(planned)
        samples = stored(planned)
        assert len(samples) == 40
        assert len({sample.image.shape for sample in samples.values()}) > 10


def test_balance_holds_in_the_finished_set(tmp_path: Path) -> None:
    given = RandomInput(RandomSequences(10, 2, 5, True), 200)
    planned = plan(tmp_path / "out", given, shard_samples=30)
    make(planned)
    counts: dict[int, Counter[str]] = {}
    for sample in stored(planned).values():
        for place, label in enumerate(sample.labels):
            counts.setdefault(place, Counter())[label] += 1
    assert set(counts) == set(range(5))
    for at_place in counts.values():
        assert len(at_place) == 10
        assert len(set(at_place.values())) == 1


def test_a_file_that_changes_between_plan_and_run_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    planned = plan(tmp_path / "out", row_input(path, "12\n34\n"))
    path.write_text("12\n34\n56\n")
    with pytest.raises(OutputError, match=r"^r\.csv: was changed while it was read; run again"):
        make(planned)
    assert not (tmp_path / "out").exists()


def test_the_rows_are_kept_beside_the_shards(tmp_path: Path) -> None:
    content = "sequence,count\n12,2\n34,1\n"
    make(plan(tmp_path / "out", row_input(tmp_path / "r.csv", content)))
    assert contents(tmp_path / "out")["sequences.csv"].decode() == content
    described = manifest(tmp_path / "out")
    assert described["files"][0]["name"] == "sequences.csv"
    assert described["files"][0]["sha256"] == described["input"]["sha256"]


_STREAM = """
import json, sys
from pathlib import Path
from tests.datasets import plan, row_input
planned = plan(Path(sys.argv[2]), row_input(Path(sys.argv[1])), shard_samples=10_000)
count = sum(part.samples for task in planned.tasks({}) for part in task.rows)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps([count, int(status["VmHWM"].split()[0])]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="the peak is read from /proc")
@pytest.mark.usefixtures("mnist")  # decoded once, in the cache: that takes more memory than rows
def test_rows_are_not_held_in_memory(tmp_path: Path) -> None:
    """150,000 rows take no more memory than 20,000."""
    peaks = []
    for number in (20_000, 150_000):
        path = tmp_path / f"{number}.csv"
        with open(path, "w") as file:
            file.writelines(f"{row:07d}\n" for row in range(number))
        script = [sys.executable, "-c", _STREAM, str(path), str(tmp_path / "out")]
        done = subprocess.run(
            script, capture_output=True, check=True, env={**os.environ, "PYTHONPATH": "."}
        )
        count, peak = json.loads(done.stdout)
        assert count == number
        peaks.append(peak / 1024)
    assert peaks[1] < peaks[0] + 5, peaks
    assert peaks[1] < 150, peaks


def test_a_split_without_rows_is_refused(tmp_path: Path) -> None:
    given = row_input(tmp_path / "r.csv", "12\n345\n")
    message = (
        r"^split b gets none of 2 images for its share of 0.1, because .* at random: give more rows"
    )
    with pytest.raises(RowsError, match=message):
        plan(tmp_path / "out", given, split="a=0.9,b=0.1")
    assert not (tmp_path / "out").exists()


def test_a_row_of_many_may_have_a_name_again_in_a_later_shard(tmp_path: Path) -> None:
    """Its samples alternate between two splits, so they are checked in many small runs."""
    content = "sequence,name,count\n" + "".join(f"12,x_{n},\n" for n in (30, 31, 32)) + "34,x,40\n"
    planned = plan(
        tmp_path / "out",
        row_input(tmp_path / "r.csv", content),
        split="a=0.5,b=0.5",
        shard_samples=5,
    )
    make(planned)
    keys = [sample.key for _, sample in sorted(stored(planned).items())]
    assert sorted(keys) == sorted([*(f"x_{n}" for n in range(40)), "x_30", "x_31", "x_32"])


def test_a_row_of_many_samples_is_not_held_in_memory(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        given = row_input(tmp_path / "r.csv", f"sequence,name,count\n12,x,{count}\n")
        tracemalloc.start()
        plan(tmp_path / "out", given, split="a=0.5,b=0.5", shard_samples=100)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(2000)  # what is loaded once
    assert peak(30_000) < peak(5_000) + (1 << 19)


def test_a_row_has_ten_million_samples_at_most(tmp_path: Path) -> None:
    content = "sequence,count\n12,5000000\n34,5000001\n"
    assert (
        plan(tmp_path / "out", row_input(tmp_path / "r.csv", content)).layout.samples == 10_000_001
    )
    with pytest.raises(RowsError) as error:
        plan(tmp_path / "out", row_input(tmp_path / "r.csv", content, repeat=2))
    assert str(error.value) == (
        "r.csv: 1 row cannot be drawn\nline 3: has 10,000,002 images, its count times the repeats of all "
        "rows; a row has at most 10,000,000"
    )
