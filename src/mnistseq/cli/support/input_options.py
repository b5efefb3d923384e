"""Options of commands that draw many sequences, for choosing these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

import click

from mnistseq.cli.support.completions import files
from mnistseq.cli.support.config_options import config_parameters, effective_config
from mnistseq.cli.support.numbers import WholeNumber
from mnistseq.cli.support.options import option
from mnistseq.errors import BadRowsError, ColumnError, RequestError

if TYPE_CHECKING:
    from mnistseq.config.layers import Effective
    from mnistseq.pipeline.dataset.input_request import InputRequest

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = [
    option(
        "--input-format",
        type=click.Choice(["csv", "tsv", "jsonl", "txt"]),
        heading="Input",
        help="Read FILE in this format. By default it is inferred from the suffix of FILE, and CSV "
        "for standard input.",
    ),
    option(
        "--column",
        metavar="NAME",
        heading="Input",
        help="Read the sequences from this column of FILE, given by name or number. The default is "
        "sequence, or else text, label, words, gt or transcription.",
    ),
    option(
        "--keep",
        multiple=True,
        metavar="NAME,…",
        heading="Input",
        help="Record these columns of FILE with each image, such as id,region. May be repeated.",
    ),
    option(
        "--repeat",
        type=WholeNumber(1),
        default=1,
        show_default=True,
        heading="Input",
        help="Draw each row this many times; also multiplies --count.",
    ),
    option("--skip-bad", is_flag=True, heading="Input", help="Skip rows that cannot be drawn."),
    option(
        "-n",
        "--count",
        type=WholeNumber(1),
        heading="Input",
        help="Draw this many random sequences instead of FILE.",
    ),
    option(
        "--length",
        metavar="N|N-M",
        heading="Input",
        help="Draw random sequences of this many labels, or of a range such as 3-6.  [default: 5, "
        "or 3-6 with --amounts]",
    ),
    option(
        "--amounts",
        is_flag=True,
        heading="Input",
        help="Draw amounts of money: the first digit follows Benford's law, and many end in zeros.",
    ),
    option(
        "--weights",
        metavar="FILE",
        heading="Input",
        shell_complete=files,
        help="Draw from the texts in FILE in proportion to their weights. Each line has a sequence and "
        "its weight, as in 350,12.",
    ),
    option(
        "--pattern",
        metavar="REGEX",
        heading="Input",
        help="Draw random sequences that match a regular expression.",
    ),
    option(
        "--balance",
        is_flag=True,
        heading="Input",
        help="Let each label occur equally often at each position of random sequences.",
    ),
]


def input_options(function: F) -> F:
    """Add the options of `InputOptions`."""
    for add in reversed(_OPTIONS):
        function = add(function)
    return function


@dataclass(frozen=True, kw_only=True)
class InputOptions:
    """Options for which sequences are drawn, and with which config and seed.

    Attributes
    ----------
    sequences : str or None
        Path of a file of sequences, or ``-``.
    input_format, column, keep, repeat, skip_bad
        How the rows are read.
    count, length, amounts, weights, pattern, balance
        Which random sequences are drawn.
    config_file, assignments, config_values
        ``--config``, the ``--set`` strings, and option name → value for options of single keys.
    """

    sequences: str | None
    input_format: Literal["csv", "tsv", "jsonl", "txt"] | None
    column: str | None
    keep: tuple[str, ...]
    repeat: int
    skip_bad: bool
    count: int | None
    length: str | None
    amounts: bool
    weights: str | None
    pattern: str | None
    balance: bool
    config_file: str | None
    assignments: tuple[str, ...]
    config_values: Mapping[str, Any]
    seed: int | None

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Build from click's parameters; options of config keys go into one mapping."""
        of_config = set(config_parameters())
        config_values = {name: value for name, value in values.items() if name in of_config}
        rest = {name: value for name, value in values.items() if name not in of_config}
        return cls(config_values=config_values, **rest)

    def effective_config(self) -> Effective:
        """Return the effective config of file, preset and options."""
        return effective_config(self.config_file, self.assignments, self.config_values)

    def input_request(self) -> InputRequest:
        """Return the requested input; UsageError if options contradict each other."""
        from mnistseq.pipeline.dataset.input_request import LawOptions, LawRequest, RowsRequest

        law = LawOptions(self.length, self.balance, self.pattern, self.amounts, self.weights)
        if self.sequences is not None:
            for name in [*(["count"] if self.count is not None else []), *law.given]:
                raise click.UsageError(
                    f"--{name} applies only to random sequences; leave it out, or leave out "
                    f"{self.sequences}"
                )
            return RowsRequest(
                self.sequences,
                self.input_format,
                self.repeat,
                self.skip_bad,
                column=self.column,
                keep=_column_names(self.keep),
            )
        if self.count is None:
            raise click.UsageError("give a file of sequences, - for standard input, or --count N")
        row_options = {
            "input-format": self.input_format,
            "column": self.column,
            "keep": self.keep or None,
        }
        for name, value in row_options.items():
            if value is not None:
                raise click.UsageError(f"--{name} applies only to a file of sequences; give one")
        if law.conflict:
            other, name = law.conflict
            raise click.UsageError(f"--{other} has no effect with --{name}; leave one of them out")
        if self.skip_bad and self.pattern is None:
            raise click.UsageError("--skip-bad applies only to a file of sequences or --pattern")
        return LawRequest(law, self.count * self.repeat, self.skip_bad)


@contextmanager
def row_remedies() -> Iterator[None]:
    """Suggest options in errors about rows."""
    try:
        yield
    except BadRowsError as error:
        raise RequestError(
            f"{error}\n--skip-bad skips {error.unit}s that cannot be drawn"
        ) from error
    except ColumnError as error:
        if not error.role:
            raise
        remedy = f"choose one with --{error.role}: {', '.join(error.columns)}"
        raise RequestError(f"{error.problem}; {remedy}") from error


def _column_names(lists: Sequence[str]) -> tuple[str, ...]:
    """Return the names in the values of ``--keep``, without duplicates.

    A value is a CSV record, so names with commas can be quoted.
    """
    import csv  # slow to import

    names = [name.strip() for record in csv.reader(lists) for name in record]
    if not all(names):
        raise click.UsageError(
            f"--keep {' '.join(map(repr, lists))}: give names separated by commas: id,region"
        )
    return tuple(dict.fromkeys(names))
