"""Shared by the checks of all kinds."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import MISSING, is_dataclass
from multiprocessing import get_context
from typing import Any, Final

import numpy as np

from mnistseq.config.config import Config
from mnistseq.config.keys import Key, keys_of
from mnistseq.config.sections import SourceConfig
from mnistseq.config.validation import check_parameters
from mnistseq.core.array_types import Pixels
from mnistseq.core.glyph_bank import GlyphBank
from mnistseq.errors import ConfigError
from mnistseq.pipeline.glyph_loading import load_bank
from mnistseq.plugins.built_in import Kind
from mnistseq.plugins.component_checks import component_fault

SEED: Final = 20_261_123
START: Final = 5
SAMPLES: Final = 12


def require(condition: object, message: str) -> None:
    """Raise AssertionError with a message unless a condition is true."""
    if not condition:
        raise AssertionError(message)


def load_bank_of_digits() -> GlyphBank:
    """Return real digits for checks: MNIST's test split, which ships with mnistseq."""
    return load_bank(Config(source=SourceConfig(split="test")))


def check_component(kind: Kind, component: object) -> object:
    """Check the requirements common to all kinds of component.

    Returns
    -------
    object
        A copy, to compare with the component after use.
    """
    fault = component_fault(kind, type(component))
    require(fault is None, str(fault))
    _check_docstring(type(component))
    try:
        copy = pickle.loads(pickle.dumps(component))  # noqa: S301  # our own bytes
    except Exception as error:
        raise AssertionError(f"it cannot be pickled for another process: {error}") from error
    require(
        copy == component,
        "a pickled copy differs from the component: give the dataclass its own __eq__",
    )
    _check_declaration(type(component))
    return copy


def check_unchanged(component: object, copy: object) -> None:
    """Check that using a component did not change its parameters."""
    require(component == copy, f"using it changed it: {copy} became {component}")


def _check_docstring(component: type) -> None:
    text = (component.__doc__ or "").strip()
    # A dataclass without a docstring gets its signature as docstring.
    written = text and not (is_dataclass(component) and text.startswith(f"{component.__name__}("))
    require(written, "the class has no docstring; `mnistseq plugins` shows its first line")


def _check_declaration(component: type) -> None:
    """Check that defaults match their declaration, and that excluded values are refused."""
    keys = list(keys_of(component))
    defaults = {key.path: key.default for key in keys if key.default is not MISSING}
    try:
        check_parameters(component, defaults, "parameters")
    except ConfigError as error:
        required = {f"parameters.{key.path}" for key in keys if key.default is MISSING}
        broken = [str(fault) for fault in error.faults if fault.key not in required]
        require(not broken, f"a default does not meet its own declaration: {' '.join(broken)}")
    except Exception as error:
        raise AssertionError(f"its parameters cannot be checked: {error}") from error
    _check_refused(component, defaults, "no such parameter", 1, "unknown")
    for key in keys:
        for value, what in _excluded(key):
            _check_refused(component, defaults, key.path, value, what)


def _excluded(key: Key) -> list[tuple[Any, str]]:
    """Return values excluded by a parameter's declaration, each with the reason."""
    kind, values = key.kind, []
    if kind.low is not None:
        values.append((kind.low - 1, "below the range"))
    if kind.high is not None:
        values.append((kind.high + 1, "above the range"))
    if kind.choices:
        values.append(("no such choice", "not one of the choices"))
    if kind.type in {int, float, bool}:
        values.append(("a string", "of the wrong type"))
    return values


def _check_refused(
    component: type, others: dict[str, Any], name: str, value: object, what: str
) -> None:
    try:
        check_parameters(component, {**others, name: value}, "parameters")
    except ConfigError as error:
        named = any(fault.key == f"parameters.{name}" for fault in error.faults)
        require(
            named, f"parameter {name}: {value!r}, {what}, was refused without its name: {error}"
        )
    else:
        raise AssertionError(f"parameter {name}: {value!r}, {what}, was accepted")


def check_pure(run: Callable[[], Pixels], given: Pixels, what: str) -> Pixels:
    """Run a transform twice; check that results are equal and the input is unchanged."""
    before = given.copy()
    result = run()
    require(isinstance(result, np.ndarray), f"{what} are {type(result).__name__}, not an array")
    require(result.dtype == np.uint8, f"{what} are {result.dtype}, not uint8")
    require((given == before).all(), f"the given {what} were written to")
    require(np.array_equal(run(), result), f"equal calls gave different {what}")
    return result


Call = tuple[Callable[..., Any], tuple[Any, ...]]


def elsewhere(calls: Sequence[Call]) -> list[Any]:
    """Return the results of calls in a spawned process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(_call_all, list(calls)).result()
        except BrokenProcessPool as error:
            raise AssertionError(
                "another process cannot unpickle it, or died; put its class in a module that can be "
                "imported there"
            ) from error


def _call_all(calls: Sequence[Call]) -> list[Any]:
    return [function(*arguments) for function, arguments in calls]
