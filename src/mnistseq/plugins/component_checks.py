"""Check that a class from a plugin can be a component."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from typing import Any

from mnistseq.config.keys import keys_of
from mnistseq.core.protocols import (
    CanvasTransform,
    Executor,
    Format,
    GlyphTransform,
    Source,
    Spacing,
)
from mnistseq.plugins.built_in import BUILT_IN, Kind, kind_name
from mnistseq.plugins.invalid_plugin import InvalidPluginError

BASES: dict[Kind, type] = {
    "source": Source,
    "spacing": Spacing,
    "glyph_transform": GlyphTransform,
    "canvas_transform": CanvasTransform,
    "format": Format,
    "executor": Executor,
}
"""Kind → base class of its components."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def check_class(kind: Kind, cls: Any) -> None:
    """Raise InvalidPluginError unless a plugin's class can be a component of a kind."""
    fault = component_fault(kind, cls)
    if fault is not None:
        raise InvalidPluginError(fault)
    if cls.name in BUILT_IN[kind]:
        raise InvalidPluginError(
            f"{cls.__qualname__} has the name of the built-in {kind_name(kind)} {cls.name!r}; "
            "choose another name"
        )


def component_fault(kind: Kind, cls: type) -> str | None:
    """Return why a class cannot be a component of a kind, or None."""
    return _inheritance_fault(kind, cls) or _name_fault(cls) or _parameters_fault(cls)


def _inheritance_fault(kind: Kind, cls: type) -> str | None:
    base = BASES[kind]
    if not issubclass(cls, base):
        return f"{cls.__qualname__} does not inherit from mnistseq.core.protocols.{base.__name__}"
    missing = sorted(vars(cls)["__abstractmethods__"])
    return f"{cls.__qualname__} does not implement {', '.join(missing)}" if missing else None


def _name_fault(cls: Any) -> str | None:
    name = getattr(cls, "name", None)
    if isinstance(name, str) and _NAME.fullmatch(name):
        return None
    return f"{cls.__qualname__}.name is {name!r}; use lower-case letters, digits, '.', '_' and '-' only"


def _parameters_fault(cls: type) -> str | None:
    title = cls.__qualname__
    if not (is_dataclass(cls) and getattr(cls, "__dataclass_params__").frozen):  # noqa: B009
        return f"{title} is not a frozen dataclass"
    try:
        keys = [key.path for key in keys_of(cls)]
    except Exception as error:  # noqa: BLE001  # evaluating an annotation runs the plugin's code
        return f"{title}: the type of a parameter cannot be evaluated: {error}"
    if "name" in keys:
        return f"{title}.name is a parameter; write name: ClassVar[str] = …"
    return None
