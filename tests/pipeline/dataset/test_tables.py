"""Data sets of tables: chosen columns, kept columns and names by a template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.datasets import contents, make, manifest, random_input, stored
from tests.needed import package_or_skip

from mnistseq import Config
from mnistseq.errors import ArgumentError, BadRowsError, DatasetExistsError
from mnistseq.executors.serial import Serial
from mnistseq.pipeline.dataset.finished import FinishedDataset
from mnistseq.pipeline.dataset.input_request import LawOptions, LawRequest, RowsRequest
from mnistseq.pipeline.dataset.open_plan import make_format, open_request
from mnistseq.pipeline.dataset.plan import DatasetPlan
from mnistseq.pipeline.dataset.request import DatasetRequest
from mnistseq.pipeline.dataset.run import run_dataset
from mnistseq.pipeline.rows.name_template import NameTemplate
from mnistseq.pipeline.verify.check import verify

TABLE = "id,post,label,region\na1,123,7,north\na2,045,8,\na3,678,9,süd\n"
FORMATS = ("files", "webdataset", "parquet", "lmdb", "npy")


def table_set(
    root: Path,
    dataset_format: str = "webdataset",
    *,
    name: str | None = None,
    resume: bool = False,
    **options: Any,
) -> DatasetPlan:
    """A data set of the column `post`."""
    package_or_skip(dataset_format)
    path = root.parent / "r.csv"
    path.write_text(TABLE, encoding="utf-8")
    config = Config(image={"width": 120})
    request = RowsRequest(str(path), **{"column": "post", **options})
    with open_request(
        config,
        request,
        str(root),
        seed=7,
        dataset_format=make_format(dataset_format, {}, config),
        name_template=name,
    ) as opened:
        planned = DatasetPlan.of(opened)
        run_dataset(planned, Serial(), resume=resume)
    return planned


@pytest.mark.parametrize("dataset_format", FORMATS)
def test_kept_columns_are_in_the_record_of_every_sample(
    tmp_path: Path, dataset_format: str
) -> None:
    planned = table_set(tmp_path / "out", dataset_format, keep=("id", "region"))
    samples = [sample for _, sample in sorted(stored(planned).items())]
    assert ["".join(sample.labels) for sample in samples] == ["123", "045", "678"]
    assert [sample.record["columns"] for sample in samples] == [
        {"id": "a1", "region": "north"},
        {"id": "a2", "region": ""},
        {"id": "a3", "region": "süd"},
    ]
    assert planned.unused_columns == ("label",)
    assert verify(str(tmp_path / "out"), redraw=1.0).faults == ()


def test_the_chosen_columns_and_names_are_in_the_manifest(tmp_path: Path) -> None:
    table_set(tmp_path / "out", keep=("id",), name="{id}_{text}")
    made = manifest(tmp_path / "out")
    assert (made["input"]["column"], made["input"]["keep"]) == ("post", ["id"])
    assert made["name"] == "{id}_{text}"
    table_set(tmp_path / "label", column="label")
    make_label = manifest(tmp_path / "label")
    assert "keep" not in make_label["input"]
    assert "name" not in make_label


def test_a_data_set_of_a_table_is_made_again_with_the_same_bytes(tmp_path: Path) -> None:
    table_set(tmp_path / "out", "files", keep=("id",), name="{id}_{text}")
    assert (tmp_path / "out/train/00000/a2_045.png").exists()
    with FinishedDataset.open(str(tmp_path / "out")).plan(str(tmp_path / "again")) as planned:
        make(planned)
    assert contents(tmp_path / "again") == contents(tmp_path / "out")
    assert verify(str(tmp_path / "out"), redraw=1.0).faults == ()


def test_a_data_set_is_resumed_with_the_same_columns_only(tmp_path: Path) -> None:
    table_set(tmp_path / "out")
    table_set(tmp_path / "out", resume=True)
    with pytest.raises(DatasetExistsError) as error:
        table_set(tmp_path / "out", resume=True, column="label")
    assert "input.column" in {item.key for item in error.value.differences}


def test_the_metadata_of_a_data_set_can_be_drawn_again(tmp_path: Path) -> None:
    first = table_set(tmp_path / "out", "files", keep=("id",))
    path = tmp_path / "out" / first.layout[0].name / "metadata.jsonl"
    config = Config()
    with open_request(
        config,
        RowsRequest(str(path), keep=("id",)),
        str(tmp_path / "again"),
        seed=8,
        dataset_format=make_format("files", {}, config),
    ) as opened:
        planned = DatasetPlan.of(opened)
        make(planned)
    samples = [sample for _, sample in sorted(stored(planned).items())]
    assert ["".join(sample.labels) for sample in samples] == ["123", "045", "678"]
    assert [sample.record["columns"]["id"] for sample in samples] == ["a1", "a2", "a3"]
    assert {sample.image.shape[1] for sample in samples} != {120}


def test_random_sequences_are_named_by_text_and_index(tmp_path: Path) -> None:
    config = Config()
    with open_request(
        config,
        LawRequest(LawOptions("2-3"), 12),
        str(tmp_path / "out"),
        seed=7,
        dataset_format=make_format("files", {}, config),
        name_template="{text}_{index}",
    ) as opened:
        planned = DatasetPlan.of(opened)
        make(planned)
    samples = stored(planned)
    assert {sample.key for sample in samples.values()} == {
        f"{sample.text}_{index}" for index, sample in samples.items()
    }


@pytest.mark.parametrize(
    ("template", "length", "message"),
    [
        ("{text}", 3, "name template '{text}': random sequences may occur twice and have no names"),
        ("{name}_{index}", 3, "name template '{name}_{index}': random sequences may occur twice"),
        ("{text}_{index}", 99, f"name '{'0' * 99}_1' is longer than 100 bytes"),
    ],
)
def test_names_of_random_sequences_that_cannot_be_used_are_refused(
    tmp_path: Path, template: str, length: int, message: str
) -> None:
    config = Config()
    request = DatasetRequest(
        config=config,
        input=random_input(9, length, length),
        seed=7,
        format=make_format("files", {}, config),
        root=str(tmp_path / "out"),
        name_template=NameTemplate.parse(template),
    )
    with pytest.raises(ArgumentError) as error:
        DatasetPlan.of(request)
    assert str(error.value).startswith(message)


def test_a_repeated_name_is_refused_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(BadRowsError) as error:
        table_set(tmp_path / "out", name="{split}")
    assert str(error.value).splitlines()[1:] == [
        "line 3: name 'train' is already used on line 2",
        "line 4: name 'train' is already used on line 2",
    ]
