"""Components by name. The built-in ones are only names here, loaded when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Literal, TypeAlias

from mnistseq.errors import UnknownComponentError

Kind: TypeAlias = Literal["source", "spacing"]

BUILT_IN: dict[Kind, dict[str, str]] = {
    "source": {
        "mnist": "mnistseq.sources.mnist:Mnist",
        "idx": "mnistseq.sources.idx:Idx",
    },
    "spacing": {
        "variable": "mnistseq.spacings.variable:Variable",
        "fixed": "mnistseq.spacings.fixed:Fixed",
    },
}


def find(kind: Kind, name: str) -> Any:
    """The class of a component; UnknownComponentError lists the names there are."""
    place = BUILT_IN[kind].get(name)
    if place is None:
        names = sorted(BUILT_IN[kind])
        close = get_close_matches(name, names, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise UnknownComponentError(
            f"there is no {kind} {name!r}{hint} There are: {', '.join(names)}"
            if hint
            else f"there is no {kind} {name!r}; there are: {', '.join(names)}"
        )
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)


def create(kind: Kind, name: str, parameters: Mapping[str, Any], where: str) -> Any:
    """A component with its parameters, checked against what its class declares.

    Parameters
    ----------
    kind, name : str
    parameters : mapping
    where : str
        The config key that holds the parameters, for messages.
    """
    component = find(kind, name)
    if parameters or any(
        item.default is MISSING and item.default_factory is MISSING for item in fields(component)
    ):
        from mnistseq.config.validation import check_parameters  # pydantic takes 50 ms to import

        return component(**check_parameters(component, parameters, where))
    return component()
