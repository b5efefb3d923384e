"""Calling components, which may be anybody's: what fails in them is told in a line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mnistseq.errors import MnistseqError, PluginError


@contextmanager
def component_errors(kind: str, name: str, *passing: type[Exception]) -> Iterator[None]:
    """Turn what a component raises, and did not mean for people, into a PluginError.

    Parameters
    ----------
    kind, name : str
    *passing : type of Exception
        What whoever calls has words of their own for.

    Raises
    ------
    PluginError
        With the component's name, the cause and its place. The cause itself hangs on the error.
    """
    try:
        yield
    except (MnistseqError, MemoryError):
        raise
    except passing:
        raise
    except (Exception, SystemExit) as error:
        raise PluginError(f"{kind} {name} failed: {describe_error(error)}") from error


def describe_error(error: BaseException, ours: Path | None = None) -> str:
    """An error's kind, text and place: the innermost line, unless a file of folder `ours` has it."""
    import traceback  # takes 10 ms, and is needed only where something failed

    text = " ".join(str(error).split()) or "no message"
    stack = traceback.extract_tb(error.__traceback__)
    lines = [line for line in stack if not line.filename.startswith("<frozen")]
    place = ""
    if lines and Path(lines[-1].filename).parent != ours:
        place = f" ({Path(lines[-1].filename).name}, line {lines[-1].lineno})"
    return f"{type(error).__name__}: {text}{place}"
