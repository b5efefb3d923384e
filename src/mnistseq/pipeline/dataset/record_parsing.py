"""Parse JSON into typed records, and describe errors in terms of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mnistseq.messages import and_more, beginning

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_core import ErrorDetails

_CONTAINERS = 100_000

_FAULTS_LISTED = 3

_LONGEST_VALUE = 80

_WORDS = {
    "dataclass_type": "should be a table of keys and values",
    "dict_type": "should be a table of keys and values",
    "model_attributes_type": "should be a table of keys and values",
    "tuple_type": "should be a list",
    "union_tag_not_found": "should have a kind",
}
"""Error type of pydantic → message in terms of JSON."""


def load_json(content: bytes) -> object:
    """Parse a JSON document; ValueError if it is not valid or would take too much memory."""
    # Lists and tables take far more memory than bytes in the file; real ones have over 100 bytes.
    if content.count(b"[") + content.count(b"{") > _CONTAINERS + len(content) // 64:
        raise ValueError("it has too many lists and tables")
    try:
        return json.loads(content)
    except ValueError as error:
        raise ValueError(f"it is not JSON: {error}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


@lru_cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # takes 50 ms to import

    return TypeAdapter(kind)


def parse_record(kind: Any, values: object) -> Any:
    """Convert values to a record of a kind; ValueError names the first faulty keys."""
    from pydantic import ValidationError  # takes 50 ms to import

    try:
        return _adapter(kind).validate_python(values)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        listed = "; ".join(map(_explain, faults[:_FAULTS_LISTED]))
        raise ValueError(listed + and_more(len(faults) - _FAULTS_LISTED)) from None


def _explain(fault: ErrorDetails) -> str:
    """Describe a fault: the key, its value and what it should be."""
    # Within an input, pydantic inserts the kind of record into the path.
    kinds = {"drawn", "rows"} if fault["loc"][:1] == ("input",) else set()
    path = ".".join(str(part) for part in fault["loc"] if part not in kinds)
    if fault["type"] == "missing":
        return f"it has no {path}"
    text = _WORDS.get(fault["type"], fault["msg"])
    for prefix in ("Input ", "Value error, "):
        text = text.removeprefix(prefix)
    if fault["type"] == "value_error" and isinstance(fault["input"], Mapping):
        return f"{path}: {text}" if path else text
    return f"{path or 'it'} is {beginning(json.dumps(fault['input']), _LONGEST_VALUE)}: {text}"
