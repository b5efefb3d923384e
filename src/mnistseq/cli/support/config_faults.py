"""Describe faults of a config in terms of the options that gave the values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mnistseq.config.layers import key_path
from mnistseq.errors import ConfigFault, Origin, Setting

_DEFAULT = Origin("default")


@dataclass(frozen=True)
class FaultMessages:
    """Describes faults, using the names of keys on the command line.

    Attributes
    ----------
    flags : mapping
        Key path → option.
    assigned : frozenset of str
        Paths of the keys and sections given by ``--set``.
    """

    flags: Mapping[str, str]
    assigned: frozenset[str]

    @classmethod
    def of(cls, flags: Mapping[str, str], assigned: Iterable[str]) -> FaultMessages:
        """Return the messages for a command with the options `flags` and values of ``--set``."""
        return cls({path: flag for flag, path in flags.items()}, frozenset(map(key_path, assigned)))

    def describe(self, fault: ConfigFault) -> str:
        """Return ``--min 20 is larger than --max 5`` or ``config.json: image.width: 0 is …``."""
        origin = fault.origin or _DEFAULT
        if fault.ends is None:
            parts = [self._name(fault.key, origin), self._text(fault, origin)]
        else:
            parts = [self._describe_empty_range(*fault.ends)]
        return ": ".join(part for part in (_file(origin), *parts) if part)

    def _describe_empty_range(self, low: Setting, high: Setting) -> str:
        """Name both ends, with origins in parentheses where the names do not show them."""
        origins = {end: end.origin or _DEFAULT for end in (low, high)}
        names = {end: self._name(end.key, origin) for end, origin in origins.items()}
        notes = [
            f"{names[end]}: {origin.kind} {origin.name}".rstrip()
            for end, origin in origins.items()
            # The file of the lower end is the prefix of the message.
            if origin.kind in ("default", "preset")
            or _file(origin) not in ("", _file(origins[low]))
        ]
        message = f"{names[low]} {low.value} is larger than {names[high]} {high.value}"
        return message + (f" ({', '.join(notes)})" if notes else "")

    def _name(self, path: str, origin: Origin) -> str:
        """Return the option that gave or could give a value, or the key."""
        key = key_path(path)
        if origin.kind == "option" and not self.assigned.isdisjoint({key, key.split(".")[0]}):
            return f"--set {path}"
        if re.match(r"source(\[|\.parameters|\.weight)", path) and origin.kind == "option":
            # "source[1].parameters.labels" is "--source labels".
            inside = re.sub(r"^source(\[\d+\])?\.(name|parameters)?|\.", " ", path).split()
            return " ".join([self.flags["source.name"], *inside])
        if origin.kind not in ("option", "default"):
            return path
        if key not in self.flags:
            return f"--set {path}" if key.endswith(".parameters") else path
        # "image.transform[0] (blur).sigma" is "--glyph-transform blur sigma".
        inside = re.sub(r"\[\d+\]|[().]", " ", path.removeprefix(key)).split()
        return " ".join([self.flags[key], *inside])

    def _text(self, fault: ConfigFault, origin: Origin) -> str:
        """Return the message, with options instead of keys if an option gave the value."""
        if origin.kind != "option" or self._name(fault.key, origin).startswith("--set "):
            return fault.text
        return with_options(fault.text, self.flags)


def with_options(text: str, flags: Mapping[str, str]) -> str:
    """Replace keys in a message by the options that set them: ``--writer any``."""
    return re.sub(r"\b\w+\.\w+\b", lambda key: flags.get(key[0], key[0]), text)


def _file(origin: Origin) -> str:
    return origin.name if origin.kind == "file" else ""
