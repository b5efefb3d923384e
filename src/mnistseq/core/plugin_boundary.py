"""Guard calls of components, which may come from plugins: report unexpected errors in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mnistseq.errors import MnistseqError, PluginError


@contextmanager
def component_errors(kind: str, name: str, *passing: type[Exception]) -> Iterator[None]:
    """Turn an unexpected error of a component into a PluginError.

    Parameters
    ----------
    kind, name : str
        The component, for the message.
    *passing : type of Exception
        Errors that the caller handles; they pass unchanged, like mnistseq's own errors.

    Raises
    ------
    PluginError
        With the name of the component, and the type, message, file and line of the original
        error, which is its cause.
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
    """Return an error's type and message, and its file and line unless that file is `ours`."""
    import traceback  # takes 10 ms to import; needed only after an error

    text = " ".join(str(error).split()) or "no message"
    stack = traceback.extract_tb(error.__traceback__)
    lines = [line for line in stack if not line.filename.startswith("<frozen")]
    location = ""
    if lines and Path(lines[-1].filename).parent != ours:
        location = f" ({Path(lines[-1].filename).name}, line {lines[-1].lineno})"
    return f"{type(error).__name__}: {text}{location}"
