"""Records contain what a batch contains, as JSON in UTF-8."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mnistseq.core.samples import SampleBatch
from mnistseq.core.sequences import Sequences
from mnistseq.formats.encoding.records import json_records

LABELS = st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=5, unique=True)


def batch_of(
    lengths: list[int], alphabet: tuple[str, ...], writers: bool, widest: int, one_size: bool
) -> SampleBatch:
    number = sum(lengths)
    random = np.random.default_rng(number)
    low = random.integers(0, widest, (2, number, 2))
    boxes = np.concatenate([low, low + random.integers(0, widest, (2, number, 2))], axis=2)
    images = [
        np.zeros((3, 5 if one_size else 5 + index), np.uint8) for index in range(len(lengths))
    ]
    return SampleBatch(
        images=np.stack(images) if one_size else images,
        sequences=Sequences(np.arange(number) % len(alphabet), np.array(lengths, dtype=np.int64)),
        alphabet=alphabet,
        flat_boxes=boxes[0],
        flat_ink_boxes=boxes[1],
        flat_glyph_ids=random.integers(0, 10**7, number),
        flat_writers=random.integers(0, 500, number) if writers else None,
        seed=2**64 - 1,
        start=2**40,
    )


@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=4),
    LABELS,
    st.booleans(),
    st.sampled_from([10, 4096, 100_000]),
    st.booleans(),
)
def test_records_contain_what_the_batch_contains(
    lengths: list[int], labels: list[str], writers: bool, widest: int, one_size: bool
) -> None:
    batch = batch_of(lengths, tuple(labels), writers, widest, one_size)
    names = tuple(f'"{number}".png' for number in range(len(lengths)))
    for number, (content, sample) in enumerate(zip(json_records(batch, names), batch, strict=True)):
        first = int(batch.sequences.first[number])
        assert json.loads(content) == {
            "file_name": names[number],
            "text": sample.text,
            "width": sample.image.shape[1],
            "height": 3,
            "objects": {
                "bbox": [measured(box) for box in sample.boxes.tolist()],
                "ink_bbox": [measured(box) for box in sample.ink_boxes.tolist()],
                "categories": list(sample.labels),
            },
            "glyph_ids": sample.glyph_ids.tolist(),
            **(writers_of(batch, first, len(sample.labels)) if writers else {}),
            "index": 2**40 + number,
            "seed": str(2**64 - 1),
        }


def measured(box: list[int]) -> list[int]:
    x0, y0, x1, y1 = box
    return [x0, y0, x1 - x0, y1 - y0]


def writers_of(batch: SampleBatch, first: int, number: int) -> dict[str, Any]:
    assert batch.flat_writers is not None
    return {"writers": batch.flat_writers[first : first + number].tolist()}


def test_a_record_without_a_file_name_begins_with_the_text() -> None:
    (record,) = json_records(batch_of([2], ("0", "1"), writers=False, widest=9, one_size=True))
    assert next(iter(json.loads(record))) == "text"


def test_a_label_that_utf_8_cannot_represent_is_escaped() -> None:
    (record,) = json_records(batch_of([2], ("0", "\ud800"), writers=False, widest=9, one_size=True))
    assert json.loads(record)["text"] == "0\ud800"
    assert record.isascii()


def test_labels_are_written_in_utf_8() -> None:
    (record,) = json_records(batch_of([2], ("é", "字"), writers=False, widest=9, one_size=True))
    assert record.startswith('{"text":"é字","width":5,"height":3,"objects"'.encode())
