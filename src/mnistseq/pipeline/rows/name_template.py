"""NameTemplate: names of samples, made from their texts, indices and columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter

from mnistseq import messages
from mnistseq.errors import ArgumentError
from mnistseq.pipeline.rows.sample_names import check_name

FIELDS = ("text", "index", "split", "name")

_DIGITS = re.compile(r"(0?[0-9]{1,2})?d?")
"""Format specification of an index: a width, optionally padded with zeros."""

_INDICES = (1, 10**9 - 1)
"""Indices used to check names."""


@dataclass(frozen=True)
class NameTemplate:
    """A template such as ``{text}_{index:05d}``.

    An index at the beginning or end, separate from other digits, makes every name unique.
    """

    template: str
    fields: frozenset[str]

    @classmethod
    def parse(cls, template: str, columns: Iterable[str] = ()) -> NameTemplate:
        """Parse a template.

        Parameters
        ----------
        columns : iterable of str
            Recorded columns, which are also fields.

        Raises
        ------
        ArgumentError
            If the template has no fields or unknown ones, or its index does not make names unique.
        """
        try:
            parts = list(Formatter().parse(template))
        except ValueError as error:
            raise ArgumentError(f"name template {template!r}: {error}") from None
        known = (*FIELDS, *columns)
        fields = [field for _, field, _, _ in parts if field is not None]
        for _, field, form, conversion in parts:
            if field is None:
                continue
            if field not in known:
                raise ArgumentError(
                    f"name template {template!r}: {messages.unknown('field', field, known)}"
                )
            if conversion or (form and not (field == "index" and _DIGITS.fullmatch(form))):
                raise ArgumentError(
                    f"name template {template!r}: {{{field}}} cannot be formatted like this; only "
                    "the index can, as in {index:05d}"
                )
        if not fields:
            raise ArgumentError(
                f"name template {template!r}: has no field, so all images would have one name; add "
                "one, as in {text}_{index}"
            )
        if "index" in fields and not _index_is_apart(parts):
            raise ArgumentError(
                f"name template {template!r}: put {{index}} at the beginning or end, with a "
                "character between it and other fields, as in {text}_{index}"
            )
        return cls(template, frozenset(fields))

    @property
    def is_unique(self) -> bool:
        """Return whether every name is unique, because it contains the index."""
        return "index" in self.fields

    def format(
        self,
        text: str,
        index: int,
        split: str,
        name: str | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> str:
        """Return the name of a sample."""
        values = {**(columns or {}), "text": text, "index": index, "split": split, "name": name}
        return self.template.format_map(values)

    def check(
        self,
        text: str,
        split: str,
        name: str | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> str:
        """Check and return the name of a sample whose index is not known yet.

        ArgumentError if the name is invalid, whatever the index.
        """
        checked = [check_name(self.format(text, index, split, name, columns)) for index in _INDICES]
        return checked[0]


def _index_is_apart(parts: list[tuple[str, str | None, str | None, str | None]]) -> bool:
    """Return whether the index is first or last, and separated by a character other than a digit."""
    fields = [field for _, field, _, _ in parts]
    literals = [literal for literal, _, _, _ in parts]
    if fields[0] == "index" and not literals[0]:
        return len(parts) == 1 or (literals[1] != "" and not literals[1][0].isdigit())
    return fields[-1] == "index" and literals[-1] != "" and not literals[-1][-1].isdigit()
