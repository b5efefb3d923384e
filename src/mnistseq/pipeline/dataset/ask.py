"""From what a person says to what a batch needs: inputs, shares, lengths, options."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import IO, Any

from mnistseq.config.config import Config
from mnistseq.core.random_sequences import RandomSequences
from mnistseq.core.randomness import Stream
from mnistseq.errors import ArgumentError
from mnistseq.pipeline.dataset.inputs import DrawnInput, RowInput, Shares
from mnistseq.pipeline.rows.names import check_name
from mnistseq.pipeline.rows.parse import RowFile, RowFormat, format_of
from mnistseq.pipeline.rows.patterns import check_labels, pattern_drawer
from mnistseq.pipeline.store.write_errors import temp_file_errors
from mnistseq.plugins.registry import create, find

_LONGEST = 10_000
_PATTERNS_AT_ONCE = 1024
_SPLIT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")


@contextmanager
def rows_from(
    path: str, form: RowFormat | None, repeat: int, *, skip_bad: bool
) -> Iterator[RowInput]:
    """Rows of a file, or of standard input if `path` is ``-``.

    Standard input, or a pipe, is put in a temporary file first: it is read
    twice, once to check and count and once to draw.
    """
    if path == "-" and sys.stdin is None:
        raise ArgumentError("standard input is closed; give a file of sequences")
    place = Path(path)
    if path != "-" and (place.is_dir() or not place.exists()):
        kind = "is a folder" if place.is_dir() else "there is no such file"
        raise ArgumentError(f"{path}: {kind}; give a file of sequences, or - for standard input")
    if path != "-" and place.is_file():
        yield RowInput(RowFile(place, form or format_of(path), path), repeat, skip_bad)
        return
    title = "standard input" if path == "-" else path
    with _temporary() as file:
        with (
            temp_file_errors(title),
            sys.stdin.buffer if path == "-" else place.open("rb") as stream,
        ):
            shutil.copyfileobj(stream, file)
            file.flush()
        yield RowInput(RowFile(Path(file.name), form or "csv", title), repeat, skip_bad)


@contextmanager
def rows_of_pattern(
    pattern: str, alphabet: tuple[str, ...], samples: int, seed: int, *, skip_bad: bool
) -> Iterator[RowInput]:
    """Sequences that match a regular expression, written down so that they stay what they are.

    Each is a function of pattern, seed and its number; but the library that
    makes them may change, so the data set keeps them as rows.
    """
    draw = pattern_drawer(pattern, alphabet)
    with _temporary() as file:
        with temp_file_errors(f"pattern {pattern}"):
            for start in range(0, samples, _PATTERNS_AT_ONCE):
                count = min(_PATTERNS_AT_ONCE, samples - start)
                words = Stream(seed, start, count, "pattern").words(1)[:, 0].tolist()
                for text in map(draw, words):
                    check_labels(pattern, text, alphabet)
                    file.write(json.dumps(text).encode() + b"\n")
            file.flush()
        rows = RowFile(Path(file.name), "jsonl", f"pattern {pattern}, text")
        yield RowInput(rows, 1, skip_bad)


def drawn_input(
    alphabet: tuple[str, ...], samples: int, length: str, *, balanced: bool
) -> DrawnInput:
    """Random sequences of all the labels of a source.

    Parameters
    ----------
    alphabet : tuple of str
    samples : int
    length : str
        ``5``, or ``3-6``, both ends included.
    balanced : bool
        Whether each label comes equally often at each place.
    """
    found = re.fullmatch(r"([0-9]{1,9})(?:-([0-9]{1,9}))?", length.strip())
    shortest, longest = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= shortest <= longest <= _LONGEST:
        raise ArgumentError(
            f"length {length!r}: give a number of labels or a range, as in 5 or 3-6, from 1 to "
            f"{_LONGEST}"
        )
    return DrawnInput(RandomSequences(len(alphabet), shortest, longest, balanced), samples)


def parse_shares(text: str | None) -> Shares:
    """``train=0.9,val=0.1`` → splits with shares that add up to 1."""
    if text is None:
        return (("train", 1.0),)
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        try:
            share = float(value)
        except ValueError:
            share = 0.0
        if not 0 < share <= 1:
            raise ArgumentError(
                f"split {part!r}: give a name and a share above 0, as in train=0.9,val=0.1"
            )
        if not _SPLIT_NAME.fullmatch(name):
            raise ArgumentError(
                f"split {part!r}: {name!r} is no name of a split; give letters and digits of "
                "ASCII, with underscores within"
            )
        if name.lower() in {other.lower() for other in shares}:
            raise ArgumentError(
                f"split {part!r}: {name} stands twice, upper and lower case being alike; give each "
                "split once"
            )
        shares[check_name(name)] = share
    total = sum(shares.values())
    if abs(total - 1) > 1e-6:
        raise ArgumentError(f"splits {text}: shares add up to {total:g}; make them add up to 1")
    return tuple((name, share / total) for name, share in shares.items())


def make_format(name: str, parameters: Mapping[str, Any], config: Config) -> Any:
    """The format of a name with its parameters, images encoded as the config says."""
    known = {item.name for item in fields(find("format", name))}
    given = dict(parameters)
    if "image_format" in known:
        given.setdefault("image_format", config.output_format)
    dataset_format = create("format", name, given, "format")
    # Choices that depend on the machine, such as a faster library, are made before workers differ.
    return dataset_format.resolved()


@contextmanager
def _temporary() -> Iterator[IO[bytes]]:
    file = tempfile.NamedTemporaryFile(prefix="mnistseq-", delete=False)  # noqa: SIM115
    try:
        yield file
    finally:
        # What could not be written cannot at the end, either: that was said already.
        with suppress(OSError):
            file.close()
        with suppress(OSError):
            Path(file.name).unlink()
