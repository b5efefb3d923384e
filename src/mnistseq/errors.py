"""Every error mnistseq raises on purpose, in one tree.

::

    MnistseqError
    ├── RequestError              what was asked for cannot be had as asked
    │   ├── ArgumentTypeError     a value of the wrong type       (also TypeError)
    │   ├── ArgumentError         a value out of its range        (also ValueError)
    │   ├── LabelError            a label the source lacks        (also ValueError, KeyError)
    │   ├── RowsError             a file of rows that cannot be drawn
    │   │   └── BadRowsError      single rows of it, which could be skipped
    │   ├── SpacingError          gaps that cannot be as asked    (also ValueError, RuntimeError)
    │   ├── ConfigError           a config that says nonsense     (also ValueError, KeyError)
    │   └── UnknownComponentError a name no plugin has            (also ValueError, KeyError)
    ├── SourceError               glyphs that cannot be read
    ├── PluginError               a plugin that is broken
    ├── ExecutorError             work that was cut short
    └── OutputError               a result that cannot be written
        └── UnsafePathError       a name that leads out of a data set

A message gives the value, the reason and what would work. The built-in kinds
that some errors derive from too are those that callers of the older tool
catch. Only the command line turns an error into an exit code: 2 for a
`RequestError`, 1 for the rest.
"""

from __future__ import annotations


class MnistseqError(Exception):
    """Base of every error raised on purpose; its text is one whole message.

    Attributes
    ----------
    resumable : bool
        Whether finished shards of a data set were kept, so that making it can be
        resumed.
    """

    resumable: bool = False

    def __str__(self) -> str:
        # KeyError, which some errors derive from too, would print the repr of its argument.
        return Exception.__str__(self)


class RequestError(MnistseqError):
    """What was asked for cannot be had as asked; asking differently helps."""


class ArgumentTypeError(RequestError, TypeError):
    """A value has the wrong type: a fraction where pixels are counted, say."""


class ArgumentError(RequestError, ValueError):
    """A value lies outside its range."""


class LabelError(RequestError, ValueError, KeyError):
    """A sequence is empty or names a label that the source does not have."""


class RowsError(RequestError):
    """Rows of an input file cannot be drawn; the message lists the first of them."""


class BadRowsError(RowsError):
    """Some rows of an input file cannot be drawn, and the caller did not ask to skip such rows."""


class SpacingError(RequestError, ValueError, RuntimeError):
    """The gaps cannot be as asked; the message names what could."""


class ConfigError(RequestError, ValueError, KeyError):
    """A config cannot be read or breaks its rules; all faults at once."""


class UnknownComponentError(RequestError, ValueError, KeyError):
    """No built-in and no plugin has a component of this kind and name."""


class SourceError(MnistseqError):
    """Glyphs cannot be read: a file is missing, damaged or not what it claims."""


class PluginError(MnistseqError):
    """A plugin is broken; the message names its package and the cause."""


class ExecutorError(MnistseqError):
    """The work was cut short: a worker died, or an engine cannot be reached."""


class OutputError(MnistseqError):
    """A result cannot be written where it was asked for."""


class UnsafePathError(OutputError):
    """A name leads out of a data set: it climbs, is absolute, or passes through a link."""
