from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnistseq.core.sequences import SequenceLike, encode, join, split
from mnistseq.errors import ArgumentTypeError, LabelError

DIGITS = tuple("0123456789")
ANIMALS = ("cat", "dog", "7", "naïve ñu")


@pytest.mark.parametrize(
    "sequence",
    ["350", "3,5,0", " 350 ", " 3, 5 ,0 ", [3, 5, 0], ["3", 5, np.int64(0)], np.array([3, 5, 0])],
)
def test_ways_to_write_digits(sequence: SequenceLike) -> None:
    found = encode([sequence], DIGITS)
    assert found.codes.tolist() == [3, 5, 0]
    assert found.lengths.tolist() == [3]


def test_iterables_are_taken_once() -> None:
    assert encode([range(10)], DIGITS).codes.tolist() == list(range(10))
    assert encode([iter("77"), (label for label in [1])], DIGITS).lengths.tolist() == [2, 1]


@pytest.mark.parametrize(
    ("sequence", "codes"),
    [("cat,dog", [0, 1]), ("dog", [1]), ([7, "cat"], [2, 0]), (" naïve ñu , cat", [3, 0])],
)
def test_labels_of_several_characters(sequence: SequenceLike, codes: list[int]) -> None:
    assert encode([sequence], ANIMALS).codes.tolist() == codes


@given(st.lists(st.text("aßд字", min_size=1, max_size=9), min_size=1, max_size=9))
def test_plain_texts_and_lists_of_labels_agree(texts: list[str]) -> None:
    alphabet = ("字", "a", "д", "ß")
    quick, slow = encode(texts, alphabet), encode([list(text) for text in texts], alphabet)
    assert quick.codes.tolist() == slow.codes.tolist()
    assert quick.codes.tolist() == [alphabet.index(label) for text in texts for label in text]
    assert quick.lengths.tolist() == slow.lengths.tolist() == [len(text) for text in texts]


def test_where_each_begins_and_whose_each_is() -> None:
    found = encode(["350", "1", "22"], DIGITS)
    assert len(found) == 3
    assert found.first.tolist() == [0, 3, 4]
    assert found.owner.tolist() == [0, 0, 0, 1, 2, 2]


def test_join_and_split_are_inverse() -> None:
    assert join(["3", "5", "0"]) == "350"
    assert join(["cat", "7"]) == "cat,7"
    assert split("cat,lion", ANIMALS) == ["cat", "lion"]
    assert split("35", DIGITS) == ["3", "5"]


@pytest.mark.parametrize("sequence", ["", "  ", [], [""], np.array([], dtype=int)])
def test_an_empty_sequence_is_refused(sequence: SequenceLike) -> None:
    message = "the sequence is empty: give at least one label, as in 3,5,0"
    for alphabet in (DIGITS, ANIMALS):
        with pytest.raises(LabelError, match=message):
            encode([sequence], alphabet)


@pytest.mark.parametrize("sequence", ["3,,5", ",3", "3,", ","])
def test_an_empty_label_is_refused(sequence: str) -> None:
    message = f"sequence '{sequence}' has an empty label between its commas"
    with pytest.raises(LabelError, match=message):
        encode([sequence], DIGITS)


@pytest.mark.parametrize("sequence", ["35x", "3,x", ["3", "x"]])
def test_an_unknown_label_is_refused(sequence: SequenceLike) -> None:
    message = "unknown label 'x'; the source has 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    with pytest.raises(LabelError, match=message):
        encode(["12", sequence], DIGITS)


@pytest.mark.parametrize(
    ("label", "shown"), [(10, "10"), (-1, "-1"), ("12", "12"), ("\ud800", "ud800"), ("٣", "٣")]
)
def test_labels_near_digits_are_unknown_too(label: str | int, shown: str) -> None:
    with pytest.raises(LabelError, match=f"unknown label '.?{shown}'"):
        encode([[label]], DIGITS)
    if isinstance(label, str) and len(label) == 1:
        with pytest.raises(LabelError, match=f"unknown label '.?{shown}'"):
            encode([label], DIGITS)


def test_an_unknown_label_and_the_nearest() -> None:
    message = r"unknown label 'dogs'; did you mean 'dog'\?$"
    with pytest.raises(LabelError, match=message):
        encode(["cat,dogs"], ANIMALS)
    assert encode(["cat,dog"], ANIMALS).codes.tolist() == [0, 1]


def test_a_long_list_of_labels_is_cut() -> None:
    alphabet = tuple(f"label {number}" for number in range(100))
    with pytest.raises(LabelError, match=r"label 18, label 19 and 80 more$"):
        encode(["?"], alphabet)


@pytest.mark.parametrize("label", [3.0, None, True, np.array([3, 5]), b"3"])
def test_a_label_that_is_no_label(label: object) -> None:
    with pytest.raises(ArgumentTypeError, match="is neither a string nor a whole number: write 3"):
        encode([[label]], DIGITS)  # type: ignore[list-item]


def test_what_is_no_iterable_is_refused() -> None:
    message = "a sequence must be a string or an iterable of labels, not 350"
    with pytest.raises(ArgumentTypeError, match=message):
        encode([350], DIGITS)  # type: ignore[list-item]


def test_one_text_in_place_of_a_list() -> None:
    # Each of its characters would pass as a sequence of one.
    texts: Sequence[str] = "350"
    with pytest.raises(ArgumentTypeError, match=r"not the string '350': write \['350'\]"):
        encode(texts, DIGITS)


AMOUNTS = (*DIGITS, ",", " ", "/", "é")
QUOTES = (*AMOUNTS, '"')


@pytest.mark.parametrize("alphabet", [AMOUNTS, QUOTES])
@pytest.mark.parametrize(
    ("sequence", "labels"),
    [
        ('3,",",5', ["3", ",", "5"]),
        ('3," ",5', ["3", " ", "5"]),
        ('"3","5"', ["3", "5"]),
        ("1,50", ["1", ",", "5", "0"]),
        (" 1 000", [" ", "1", " ", "0", "0", "0"]),
        ("06/12é", ["0", "6", "/", "1", "2", "é"]),
        ("\t06\n", ["0", "6"]),
    ],
)
def test_every_character_can_be_a_label(
    sequence: str, labels: list[str], alphabet: tuple[str, ...]
) -> None:
    assert split(sequence, alphabet) == labels
    codes = encode([sequence], alphabet).codes.tolist()
    assert [alphabet[code] for code in codes] == labels


@pytest.mark.parametrize("sequence", ['3,"""",5', '3,"",5', '3,",5'])
def test_a_quote_is_doubled_in_quotes_and_may_stand_alone(sequence: str) -> None:
    for alphabet in (QUOTES, ("3", "5", '"', "cat")):
        if sequence != '3,",5' or "," not in alphabet:
            assert split(sequence, alphabet) == ["3", '"', "5"]


@given(
    st.lists(
        st.sampled_from(["cat", "a,b", ",", '"', '""', 'say "x"', " ", " cat", "1\t"]), min_size=2
    )
)
def test_joined_labels_are_split_again(labels: list[str]) -> None:
    labels = ["cat", *labels]
    alphabet = ("cat", "a,b", ",", '"', '""', 'say "x"', " ", " cat", "1\t")
    assert split(join(labels), alphabet) == labels


@pytest.mark.parametrize("sequence", ["1\n2", "1\r\n2", "cat,1\n2", ["1", "\n"], "1\u20282"])
def test_several_lines_are_refused(sequence: SequenceLike) -> None:
    for alphabet in (DIGITS, ANIMALS):
        with pytest.raises(LabelError, match=r"has several lines, but an image has one line; give"):
            encode([sequence], alphabet)
