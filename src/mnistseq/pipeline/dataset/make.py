"""make_dataset: make a data set with one call."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from mnistseq.config.config import Config, ConfigLike
from mnistseq.core.bank_splits import Disjoint
from mnistseq.core.protocols import Executor, Format
from mnistseq.errors import ArgumentError
from mnistseq.pipeline.dataset.executor import make_executor
from mnistseq.pipeline.dataset.input_request import (
    InputRequest,
    LawOptions,
    LawRequest,
    ListRequest,
    RowsRequest,
)
from mnistseq.pipeline.dataset.open_plan import Division, make_format, open_plan
from mnistseq.pipeline.dataset.run import Summary, run_dataset
from mnistseq.pipeline.rows.readers import RowFormat
from mnistseq.pipeline.rows.split_shares import parse_shares
from mnistseq.pipeline.shards.spec import Receipt


def make_dataset(  # noqa: PLR0913  # one for each option of the command
    config: ConfigLike,
    output: str | os.PathLike[str],
    *,
    count: int | None = None,
    sequences: str | os.PathLike[str] | Iterable[str | Iterable[str | int]] | None = None,
    input_format: RowFormat | None = None,
    column: str | None = None,
    keep: Iterable[str] = (),
    repeat: int = 1,
    skip_bad: bool = False,
    length: int | str | None = None,
    amounts: bool = False,
    weights: str | os.PathLike[str] | None = None,
    pattern: str | None = None,
    balance: bool = False,
    seed: int | None = None,
    format: str = "files",  # noqa: A002  # as the option
    format_options: Mapping[str, Any] | None = None,
    split: str | Mapping[str, float] | None = None,
    disjoint: Disjoint = "glyph",
    shard_size: int | None = None,
    shards: int | None = None,
    name: str | None = None,
    jobs: int | None = None,
    executor: str | Executor | None = None,
    resume: bool = False,
    force: bool = False,
    progress: Callable[[Receipt], None] | None = None,
) -> Summary:
    """Make a data set of images of sequences, as ``mnistseq batch`` does.

    Either `count` or `sequences` is required. With several processes, which are the default,
    the code of a script belongs below ``if __name__ == "__main__":``, because every process
    imports the script.

    Parameters
    ----------
    config : Config, mapping, str or path
        A config, a mapping of its keys, the name of a preset, or the path of a file.
    output : str or path
        Folder or URL of the data set.
    count : int, optional
        Number of random sequences to draw.
    sequences : str, path or iterable, optional
        Path of a file of sequences; or the sequences themselves, each a string or an iterable
        of labels.
    input_format : {'csv', 'tsv', 'jsonl', 'txt'}, optional
        Format of the file; by default inferred from its name.
    column : str, optional
        Name or number of the column with the sequences; by default ``sequence``, or the only
        column with another known name.
    keep : iterable of str
        Columns of the file to record with every sample.
    repeat : int
        How often each sequence is drawn; `count` is multiplied by it.
    skip_bad : bool
        Whether to skip sequences that cannot be drawn; the manifest lists them.
    length : int or str, optional
        Number of labels in a random sequence, or a range such as ``"3-6"``; by default 5, or 3
        to 6 for amounts.
    amounts : bool
        Whether to draw amounts of money: the first digit follows Benford's law, and many end in
        zeros.
    weights : str or path, optional
        File of texts with weights to draw from.
    pattern : str, optional
        Regular expression that the random sequences match.
    balance : bool
        Whether each label occurs equally often at each position of random sequences.
    seed : int, optional
        Seed of everything random; by default a new one, or that of the resumed data set. The
        manifest records it.
    format : str
        Name of the format.
    format_options : mapping, optional
        Parameters of the format.
    split : str or mapping, optional
        Splits and their shares, such as ``{"train": 0.9, "val": 0.1}`` or
        ``"train=0.9,val=0.1"``.
    disjoint : {'glyph', 'writer', 'text'}
        What no two splits share; never a glyph.
    shard_size : int, optional
        Number of samples in a shard; by default that of the format.
    shards : int, optional
        Total number of shards of all splits, instead of `shard_size`.
    name : str, optional
        Template of the samples' names, such as ``{text}_{index}``; by default the names of the
        rows, or the indices.
    jobs : int, optional
        Number of processes; by default one for each core.
    executor : str or Executor, optional
        Where shards are made; by default in processes.
    resume : bool
        Whether to keep finished shards of an existing data set and make the rest. With a
        larger `count`, or rows appended to the file, the data set grows.
    force : bool
        Whether to remove an existing data set first.
    progress : callable, optional
        Called with the receipt of each shard when it is finished.

    Returns
    -------
    Summary
        What the data set contains, and what was made now.

    Raises
    ------
    ArgumentError
        If the request cannot be met, or arguments contradict each other.
    ConfigError
        If the config, or a parameter of the format or the executor, is invalid.
    DatasetExistsError
        If a data set exists and neither `resume` nor `force` is set, or it cannot be resumed.
    OutputError
        If something cannot be written. Finished shards are kept, so the run can be resumed.

    Examples
    --------
    >>> import tempfile
    >>> from mnistseq import make_dataset
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     summary = make_dataset({}, f"{folder}/digits", count=6, length="1-3", seed=1, jobs=1)
    >>> summary.samples, summary.shards
    (6, 1)
    """
    if resume and force:
        raise ArgumentError("resume keeps an existing data set, force removes it; give one of them")
    law = _law_options(length, weights, balance=balance, pattern=pattern, amounts=amounts)
    rows = RowsRequest("", input_format, repeat, skip_bad, column, tuple(keep))
    made_config = Config.of(config)
    with open_plan(
        made_config,
        _input_request(count, sequences, law, rows),
        os.fspath(output),
        seed=seed,
        dataset_format=_format(format, format_options or {}, made_config),
        division=Division(parse_shares(split), disjoint, shard_size, shards),
        name_template=name,
        resume=resume,
        force=force,
    ) as (plan, existing):
        chosen = _executor(executor, jobs, len(plan.layout))
        return run_dataset(plan, chosen, existing, resume=resume, force=force, progress=progress)


def _law_options(
    length: int | str | None,
    weights: str | os.PathLike[str] | None,
    *,
    balance: bool,
    pattern: str | None,
    amounts: bool,
) -> LawOptions:
    """Return how random sequences are drawn, with the length and the path as strings."""
    return LawOptions(
        length=None if length is None else str(length),
        balance=balance,
        pattern=pattern,
        amounts=amounts,
        weights=None if weights is None else os.fspath(weights),
    )


def _input_request(
    count: int | None,
    sequences: str | os.PathLike[str] | Iterable[str | Iterable[str | int]] | None,
    law: LawOptions,
    rows: RowsRequest,
) -> InputRequest:
    """Return the requested input; ArgumentError if arguments contradict each other.

    `rows` contains the options for a file, without its path.
    """
    if (count is None) == (sequences is None):
        raise ArgumentError(
            "a data set is made either of `sequences` or of `count` random sequences; give one of "
            "the two"
        )
    if rows.repeat < 1:
        raise ArgumentError(f"repeat is {rows.repeat}, but must be at least 1")
    if sequences is None:
        if count is None or count < 1:
            raise ArgumentError(f"count is {count}, but must be at least 1")
        _refuse_file_options(rows)
        if rows.skip_bad and law.pattern is None:
            raise ArgumentError("skip_bad applies only to sequences or a pattern; leave it out")
        if law.conflict:
            other, name = law.conflict
            raise ArgumentError(f"{other} has no effect on {name}; leave one of them out")
        return LawRequest(law, count * rows.repeat, rows.skip_bad)
    if law.given:
        raise ArgumentError(f"{law.given[0]} has no effect on sequences; leave one of them out")
    if isinstance(sequences, str | os.PathLike):
        return replace(rows, path=os.fspath(sequences))
    _refuse_file_options(rows)
    return ListRequest(tuple(map(_as_labels, sequences)), rows.repeat, rows.skip_bad)


def _refuse_file_options(rows: RowsRequest) -> None:
    """Raise ArgumentError if an option is given that applies only to a file."""
    options = {"input_format": rows.format, "column": rows.column, "keep": rows.keep}
    for name, given in options.items():
        if given:
            raise ArgumentError(f"{name} applies only to a file of sequences; leave it out")


def _as_labels(sequence: str | Iterable[str | int]) -> str | tuple[str, ...]:
    return sequence if isinstance(sequence, str) else tuple(map(str, sequence))


def _format(name: str, parameters: Mapping[str, Any], config: Config) -> Format:
    made = make_format(name, parameters, config)
    for parameter, reason in made.unused(parameters).items():
        raise ArgumentError(
            f"format option {parameter}={parameters[parameter]!r} {reason}; leave it out"
        )
    return made


def _executor(given: str | Executor | None, jobs: int | None, shards: int) -> Executor:
    if given is None or isinstance(given, str):
        return make_executor(given, {}, jobs, shards)
    if jobs is not None:
        raise ArgumentError("jobs has no effect on an executor that was made before; leave it out")
    return given
