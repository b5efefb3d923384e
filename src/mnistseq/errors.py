"""The tree of all errors that mnistseq raises on purpose.

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
    """Base class of all errors raised on purpose; its text is a complete message.

    Attributes
    ----------
    resumable : bool
        Whether finished shards of a data set were kept, so that it can be resumed.
    """

    resumable: bool = False

    def __str__(self) -> str:
        # KeyError, a base class of some errors, would return the repr of its argument.
        return Exception.__str__(self)


class RequestError(MnistseqError):
    """A request that cannot be met as it is, while a different one can."""


class ArgumentTypeError(RequestError, TypeError):
    """A value has the wrong type, such as a fraction for a number of pixels."""


class ArgumentError(RequestError, ValueError):
    """A value is outside of its range."""


class LabelError(RequestError, ValueError, KeyError):
    """A sequence is empty or contains a label that the source does not have."""


class RowsError(RequestError):
    """Rows of an input file cannot be drawn; the message lists the first ones."""


class BadRowsError(RowsError):
    """Some rows of an input file cannot be drawn, and the caller has not asked to skip them.

    Attributes
    ----------
    unit : {'row', 'text'}
        Word for a sequence; "text" if sequences come from a pattern.
    """

    def __init__(self, message: str, unit: str = "row") -> None:
        super().__init__(message, unit)
        self.unit = unit

    def __str__(self) -> str:
        return str(self.args[0])


class ColumnError(RowsError):
    """A column of a file is missing or ambiguous.

    Attributes
    ----------
    problem : str
        What is wrong: ``postcode.csv: no column called sequence``.
    columns : tuple of str
        Columns that can be chosen.
    role : {'column', 'keep', ''}
        Which choice would help: the column of the sequences, or those to record; empty if
        neither.
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
    """No gaps fit; the message says what would."""


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
    """A config key with its value, and the origin of the value, if known."""

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
        Origin of the value, if known.
    ends : (Setting, Setting), optional
        Lower and upper end of the range, if the fault is an empty range.
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
        """Return the fault with the origins of its keys, unless already known."""
        if self.ends is None:
            return self._replace(origin=self.origin or origin_of(self.key))
        low, high = (end._replace(origin=end.origin or origin_of(end.key)) for end in self.ends)
        return self._replace(origin=self.origin or low.origin, ends=(low, high))


class ConfigError(RequestError, ValueError, KeyError):
    """A config cannot be read or is invalid.

    Parameters
    ----------
    *faults : ConfigFault or str
        All faults; a string is a fault without a key.

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
        """Return the error with the origins of the keys of all faults."""
        return ConfigError(*(fault.with_origins(origin_of) for fault in self.faults))


class UnknownComponentError(RequestError, ValueError, KeyError):
    """Neither mnistseq nor an installed plugin has a component of this kind and name."""


class SourceError(MnistseqError):
    """Glyphs cannot be read, because a file is missing, damaged or of the wrong kind."""


class PluginError(MnistseqError):
    """A plugin is broken; the message names its package and the cause."""


class MissingPackageError(MnistseqError):
    """A required optional package cannot be imported; the message names the extra."""


class ExecutorError(MnistseqError):
    """Work was interrupted, because a worker died or an engine cannot be reached."""


class OutputError(MnistseqError):
    """A result cannot be written to its destination."""


class Difference(NamedTuple):
    """A key in which the plan of an existing data set differs from a new plan, with both values."""

    key: str
    old: object
    new: object


class MissingSourceError(RequestError, SourceError):
    """Glyphs cannot be read, because the requested path or split is missing or ambiguous."""


class NotAllowedError(RequestError, SourceError):
    """A manifest needs something outside of its data set that the caller has not allowed."""


class MissingPathError(RequestError, SourceError):
    """A data set was made with other files, whose paths on this machine are not given.

    Attributes
    ----------
    keys : tuple of str
        Config keys of the required paths.
    """

    def __init__(self, message: str, keys: tuple[str, ...]) -> None:
        super().__init__(message)
        self.keys = keys


class WrongPathError(RequestError, OutputError):
    """A requested folder or data set does not exist, or the path is something else."""


class FormatLimitError(RequestError, OutputError):
    """A format cannot contain a sample because of its name or labels."""


class OutputExistsError(RequestError, OutputError):
    """Files exist at the destination, and may not be overwritten."""


class DatasetExistsError(OutputExistsError):
    """A data set exists at the destination, and may be neither resumed nor replaced.

    Attributes
    ----------
    differences : tuple of Difference
        Why it cannot be resumed; empty if that was not requested.
    """

    def __init__(self, message: str, differences: tuple[Difference, ...] = ()) -> None:
        super().__init__(message)
        self.differences = differences


class UnsafePathError(OutputError):
    """A name leads out of a data set: it is absolute, contains ``..``, or passes through a link."""
