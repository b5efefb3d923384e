"""Every key of a config as one flat list: what options, tables and messages are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from mnistseq.config.config import Config
from mnistseq.config.sections import Parameters, Steps


@dataclass(frozen=True)
class Key:
    """One key.

    Attributes
    ----------
    path : str
        ``spacing.min``
    hint : object
        Its annotation.
    default : object
        `dataclasses.MISSING` where a value must be given.
    help : str
    """

    path: str
    hint: Any
    default: Any
    help: str

    @property
    def kind(self) -> Kind:
        """Its annotation, taken apart."""
        return Kind.of(self.hint)


@dataclass(frozen=True)
class Kind:
    """What values an annotation allows, in the terms that people need.

    Attributes
    ----------
    type : type
        ``int``, ``float``, ``bool``, ``str``, ``dict``, … without its constraints.
    choices : tuple
        The only values there are, of a Literal; otherwise empty.
    low, high : number or None
        The ends of the range, included.
    optional : bool
        Whether None is allowed.
    """

    type: Any
    choices: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None
    optional: bool = False
    open_ends: bool = False

    @classmethod
    def of(cls, hint: Any) -> Kind:
        """Take an annotation apart."""
        optional, low, high, open_ends = False, None, None, False
        while True:
            arguments = get_args(hint)
            if get_origin(hint) is Annotated:
                hint = arguments[0]
                for limit in arguments[1:]:
                    low = getattr(limit, "ge", getattr(limit, "gt", low))
                    high = getattr(limit, "le", getattr(limit, "lt", high))
                    open_ends = open_ends or hasattr(limit, "gt") or hasattr(limit, "lt")
            elif (
                get_origin(hint) in (Union, UnionType)
                and len(arguments) == 2
                and type(None) in arguments
            ):
                optional = True
                hint = arguments[0] if arguments[1] is type(None) else arguments[1]
            elif get_origin(hint) is Literal:
                return cls(type(arguments[0]), arguments, None, None, optional)
            else:
                return cls(hint, (), low, high, optional, open_ends)

    def __str__(self) -> str:
        """``a whole number from 1 to 65500, or null``"""
        text = ", ".join(map(str, self.choices)) if self.choices else _name(self.type)
        if self.low is not None or self.high is not None:
            text += _range_text(self.low, self.high)
        if self.open_ends:
            text += ", ends excluded"
        return text + (", or null" if self.optional else "")


_NAMES = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "a text",
    dict: "a table of keys and values",
    Parameters: "a table of keys and values",
    Steps: "a list of transforms",
    bool | Steps: "true, false or a list of transforms",
}


def _name(type_: Any) -> str:
    members = get_args(type_)
    if get_origin(type_) is tuple:
        if members[-1] is Ellipsis:
            return f"a list of {Kind.of(members[0])}"
        return f"a list [{', '.join(str(Kind.of(member)) for member in members)}]"
    names = (text for known, text in _NAMES.items() if known == type_)
    # A plugin may declare what our own keys do not, such as dict[str, int].
    other = str(type_) if members else getattr(type_, "__name__", str(type_))
    return next(names, other)


def _range_text(low: Any, high: Any) -> str:
    if high is None:
        return f" of {low} or more"
    if low is None:
        return f" of {high} or less"
    return f" from {low} to {high}"


def keys_of(model: type, prefix: str = "") -> Iterator[Key]:
    """The keys of a dataclass: of a component, or of a config's section."""
    hints = get_type_hints(model, include_extras=True)
    for item in fields(model):
        default = item.default
        if item.default_factory is not MISSING:
            default = item.default_factory()
        yield Key(prefix + item.name, hints[item.name], default, item.metadata.get("help", ""))


def config_keys() -> Iterator[Key]:
    """Every key of a config, in the order of the documentation."""
    for name, section in Config.sections.items():
        yield from keys_of(section, f"{name}.")
    yield from (key for key in keys_of(Config) if key.path not in Config.sections)
