"""Every error mnistseq raises on purpose, in one tree.

::

    MnistseqError
    ├── RequestError              a request that cannot be met as it is
    │   ├── ArgumentTypeError     a value of the wrong type       (also TypeError)
    │   ├── ArgumentError         a value outside its range       (also ValueError)
    │   ├── LabelError            a label that the source lacks   (also ValueError, KeyError)
    │   ├── RowsError             a file of rows that cannot be drawn
    │   │   ├── BadRowsError      single rows of it, which could be skipped
    │   │   └── ColumnError       a column that is missing or not clear
    │   ├── SpacingError          gaps that do not fit            (also ValueError, RuntimeError)
    │   ├── ConfigError           a config with faults            (also ValueError, KeyError)
    │   ├── UnknownComponentError a name that no component has    (also ValueError, KeyError)
    │   ├── MissingSourceError    a path of a source that does not exist  (also SourceError)
    │   ├── MissingPathError      files elsewhere whose path is needed    (also SourceError)
    │   ├── NotAllowedError       what a manifest may not use by itself (also SourceError)
    │   ├── WrongPathError        a folder that is missing, or not a folder (also OutputError)
    │   ├── FormatLimitError      a name or label that a format cannot hold (also OutputError)
    │   └── OutputExistsError     files that are not to be overwritten     (also OutputError)
    │       └── DatasetExistsError  a data set that is not to be changed
    ├── SourceError               glyphs that cannot be read
    ├── PluginError               a plugin that is broken
    ├── MissingPackageError       an optional package that is not installed
    ├── ExecutorError             work that was cut short
    └── OutputError               a result that cannot be written
        └── UnsafePathError       a name that leads out of a data set

A message gives the value, the reason and what would work. Some errors also
derive from built-in kinds, because users of the older tool catch those. Only
the command line turns an error into an exit code: 2 for a `RequestError`,
1 for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple


class MnistseqError(Exception):
    """Base of every error raised on purpose; its text is a complete message.

    Attributes
    ----------
    resumable : bool
        Whether finished shards of a data set were kept, so that making it can be
        resumed.
    """

    resumable: bool = False

    def __str__(self) -> str:
        # KeyError, from which some errors also derive, would print the repr of its argument.
        return Exception.__str__(self)


class RequestError(MnistseqError):
    """A request cannot be met as it is; a different request can."""


class ArgumentTypeError(RequestError, TypeError):
    """A value has the wrong type, such as a fraction for a number of pixels."""


class ArgumentError(RequestError, ValueError):
    """A value lies outside its range."""


class LabelError(RequestError, ValueError, KeyError):
    """A sequence is empty or contains a label that the source does not have."""


class RowsError(RequestError):
    """Rows of an input file cannot be drawn; the message lists the first of them."""


class BadRowsError(RowsError):
    """Some rows of an input file cannot be drawn, and the caller did not ask to skip such rows.

    Attributes
    ----------
    unit : {'row', 'text'}
        What the sequences are called: texts if they come from a pattern.
    """

    def __init__(self, message: str, unit: str = "row") -> None:
        super().__init__(message, unit)
        self.unit = unit

    def __str__(self) -> str:
        return str(self.args[0])


class ColumnError(RowsError):
    """A file of rows has no column of sequences, or several, or not the one that was chosen.

    Attributes
    ----------
    problem : str
        What is wrong: ``postcode.csv: no column called sequence``.
    columns : tuple of str
        Columns that could be chosen.
    role : {'column', 'keep', ''}
        What a column has to be chosen for: the sequences, or to be recorded; empty if another
        choice does not help.
    """

    def __init__(self, problem: str, columns: Iterable[str] = (), role: str = "") -> None:
        self.problem: str = problem
        self.columns: tuple[str, ...] = tuple(columns)
        self.role: str = role
        super().__init__(self.problem, self.columns, self.role)

    def __str__(self) -> str:
        if not self.columns:
            return self.problem
        return f"{self.problem}; the columns are {', '.join(self.columns)}"

    def in_file(self, name: str) -> ColumnError:
        """Return the error with the name of the file."""
        return ColumnError(f"{name}: {self.problem}", self.columns, self.role)


class SpacingError(RequestError, ValueError, RuntimeError):
    """The gaps do not fit; the message says what would."""


class Origin(NamedTuple):
    """Where the value of a config key came from.

    Attributes
    ----------
    kind : {'default', 'preset', 'file', 'option'}
    name : str
        Name of the preset or the file.
    """

    kind: Literal["default", "preset", "file", "option"]
    name: str = ""


class Setting(NamedTuple):
    """A config key with its value, and where the value came from if that is known."""

    key: str
    value: object
    origin: Origin | None = None


class ConfigFault(NamedTuple):
    """One fault of a config.

    Attributes
    ----------
    key : str
        Path of the key: ``spacing.min``, ``image.transform[0] (blur).sigma``; empty for a
        fault of the file as a whole.
    text : str
        What is wrong, without the key: ``0.5 is not allowed; give a whole number``.
    origin : Origin, optional
        Where the value came from, if that is known.
    ends : (Setting, Setting), optional
        The lower and the upper end of a range that is empty, if that is the fault.
    """

    key: str
    text: str
    origin: Origin | None = None
    ends: tuple[Setting, Setting] | None = None

    def __str__(self) -> str:
        """``config.json: spacing.min: 0.5 is not allowed; give a whole number``"""
        file = self.origin.name if self.origin and self.origin.kind == "file" else ""
        return ": ".join(part for part in (file, self.key, self.text) if part)

    def with_origins(self, origin_of: Callable[[str], Origin]) -> ConfigFault:
        """Return the fault with the origins of its keys, except where they are known already."""
        if self.ends is None:
            return self._replace(origin=self.origin or origin_of(self.key))
        low, high = (end._replace(origin=end.origin or origin_of(end.key)) for end in self.ends)
        return self._replace(origin=self.origin or low.origin, ends=(low, high))


class ConfigError(RequestError, ValueError, KeyError):
    """A config cannot be read or breaks its rules.

    Parameters
    ----------
    *faults : ConfigFault or str
        All faults; a string is a fault of no particular key.

    Attributes
    ----------
    faults : tuple of ConfigFault
    """

    faults: tuple[ConfigFault, ...]

    def __init__(self, *faults: ConfigFault | str) -> None:
        super().__init__(*faults)
        self.faults = tuple(
            ConfigFault("", fault) if isinstance(fault, str) else fault for fault in faults
        )

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))

    def with_origins(self, origin_of: Callable[[str], Origin]) -> ConfigError:
        """Return an error of the same faults with the origins of their keys."""
        return ConfigError(*(fault.with_origins(origin_of) for fault in self.faults))


class UnknownComponentError(RequestError, ValueError, KeyError):
    """Neither mnistseq nor an installed plugin has a component of this kind and name."""


class SourceError(MnistseqError):
    """Glyphs cannot be read: a file is missing, damaged or not what it claims to be."""


class PluginError(MnistseqError):
    """A plugin is broken; the message names its package and the cause."""


class MissingPackageError(MnistseqError):
    """An optional package that the request needs cannot be imported; the message names the extra."""


class ExecutorError(MnistseqError):
    """The work was cut short: a worker died, or an engine cannot be reached."""


class OutputError(MnistseqError):
    """A result cannot be written to its destination."""


class Difference(NamedTuple):
    """A key in which the plan of an existing data set differs from a new one, and both values."""

    key: str
    old: object
    new: object


class MissingSourceError(RequestError, SourceError):
    """Glyphs cannot be read: what was asked for, such as a split, is missing or could be several."""


class NotAllowedError(RequestError, SourceError):
    """A manifest asks for something outside of its data set, which the caller has not allowed."""


class MissingPathError(RequestError, SourceError):
    """A data set was made with files elsewhere, and their paths here are not given.

    Attributes
    ----------
    keys : tuple of str
        Config keys of the paths that are needed.
    """

    def __init__(self, message: str, keys: tuple[str, ...]) -> None:
        super().__init__(message)
        self.keys = keys


class WrongPathError(RequestError, OutputError):
    """A folder or a data set that was asked for does not exist, or the path is something else."""


class FormatLimitError(RequestError, OutputError):
    """A format cannot hold a sample, because of its name or its labels."""


class OutputExistsError(RequestError, OutputError):
    """Files exist where a result is to be written, and were not to be overwritten."""


class DatasetExistsError(OutputExistsError):
    """A data set exists, and was neither to be resumed nor replaced, or cannot be resumed.

    Attributes
    ----------
    differences : tuple of Difference
        Why it cannot be resumed; empty if that was not asked for.
    """

    def __init__(self, message: str, differences: tuple[Difference, ...] = ()) -> None:
        super().__init__(message)
        self.differences = differences


class UnsafePathError(OutputError):
    """A name leads out of a data set: it climbs, is absolute, or passes through a link."""
