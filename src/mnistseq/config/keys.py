"""All keys of a config as a flat list, used to make options, tables and messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from functools import cache
from itertools import chain
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from mnistseq.config.constraints import Described
from mnistseq.config.sections import (
    SECTIONS,
    ConfigKeys,
    Entries,
    GlyphIds,
    Parameters,
    PenTable,
    Steps,
)


class Key(NamedTuple):
    """One key of a config, or one parameter of a component.

    Attributes
    ----------
    path : str
        ``spacing.min``
    hint : object
        Type annotation.
    default : object
        `dataclasses.MISSING` if the key is required.
    help : str
    """

    path: str
    hint: Any
    default: Any
    help: str

    @property
    def kind(self) -> Kind:
        """The values that the annotation allows."""
        return Kind.of(self.hint)


class Kind(NamedTuple):
    """The values that an annotation allows; as a string, a description for people.

    Attributes
    ----------
    type : type
        ``int``, ``float``, ``bool``, ``str``, ``dict``, … without its constraints.
    choices : tuple
        The values of a Literal; otherwise empty.
    low, high : number or None
        The ends of the range.
    low_included, high_included : bool
        Whether each end belongs to the range.
    optional : bool
        Whether None is allowed.
    description : str
        Description of the values; empty if the type's name is enough.
    """

    type: Any
    choices: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None
    low_included: bool = True
    high_included: bool = True
    optional: bool = False
    description: str = ""

    @classmethod
    def of(cls, hint: Any) -> Kind:
        """Return the kind of an annotation."""
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            kind = cls.of(arguments[0])
            for constraint in arguments[1:]:
                kind = kind.limited_by(constraint)
            return kind
        if origin in (Union, UnionType) and len(arguments) == 2 and type(None) in arguments:
            [member] = [argument for argument in arguments if argument is not type(None)]
            return cls.of(member)._replace(optional=True)
        if origin is Literal:
            return cls(type(arguments[0]), arguments)
        return cls(hint)

    def limited_by(self, constraint: object) -> Kind:
        """Return the kind with the limits or the description that a constraint adds."""
        if isinstance(constraint, Described):
            return self._replace(description=constraint.text)
        # `annotated_types` is slow to import, so its classes are recognised by their attributes.
        ge, gt, le, lt = (getattr(constraint, end, None) for end in ("ge", "gt", "le", "lt"))
        kind = self
        if ge is not None or gt is not None:
            kind = kind._replace(low=gt if ge is None else ge, low_included=ge is not None)
        if le is not None or lt is not None:
            kind = kind._replace(high=lt if le is None else le, high_included=le is not None)
        return kind

    def contains(self, number: float) -> bool:
        """Return whether a number lies in the range."""
        above = self.low is None or number > self.low or (self.low_included and number == self.low)
        below = (
            self.high is None or number < self.high or (self.high_included and number == self.high)
        )
        return above and below

    def __str__(self) -> str:
        """``a whole number from 1 to 65500, or null``"""
        text = ", ".join(map(str, self.choices)) or self.description or _type_name(self.type)
        return text + self._range_text() + (", or null" if self.optional else "")

    def _range_text(self) -> str:
        low, high = self.low, self.high
        if low is None and high is None:
            return ""
        if high is None:
            return f" of {low} or more" if self.low_included else f" above {low}"
        if low is None:
            return f" of {high} or less" if self.high_included else f" below {high}"
        if self.low_included and self.high_included:
            return f" from {low} to {high}"
        start = f"from {low}" if self.low_included else f"above {low}"
        return f" {start}, " + (f"up to {high}" if self.high_included else f"below {high}")


_TYPE_NAMES = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a string",
    dict: "a table of keys and values",
    Parameters: "a table of keys and values",
    Entries: "a list of sources",
    GlyphIds: "a list of glyph ids, or the path of a file",
    PenTable: "none, a width, a range such as 0.03-0.08, or a table of width, variation and spread",
    Steps: "a list of transforms",
    bool | Steps: "true, false or a list of transforms",
}


def _type_name(type_: Any) -> str:
    members = get_args(type_)
    if get_origin(type_) is tuple:
        if members[-1] is Ellipsis:
            return f"a list of {Kind.of(members[0])}"
        return f"a list [{', '.join(str(Kind.of(member)) for member in members)}]"
    names = (text for known, text in _TYPE_NAMES.items() if known == type_)
    # Plugins may declare types that built-in keys do not use, such as dict[str, int].
    other = str(type_) if members else getattr(type_, "__name__", str(type_))
    return next(names, other)


def keys_of(declared: type, prefix: str = "") -> Iterator[Key]:
    """Yield the keys that a dataclass declares: a section of a config, or a component."""
    hints = get_type_hints(declared, include_extras=True)
    for item in fields(declared):
        default = item.default
        if item.default_factory is not MISSING:
            default = item.default_factory()
        yield Key(prefix + item.name, hints[item.name], default, item.metadata.get("help", ""))


@cache
def config_keys() -> tuple[Key, ...]:
    """Return every key of a config, in the order of the documentation."""
    sections = (keys_of(section, f"{name}.") for name, section in SECTIONS.items())
    others = (key for key in keys_of(ConfigKeys) if key.path not in SECTIONS)
    return (*chain.from_iterable(sections), *others)
