"""Draw what the form of the playground describes."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mnistseq.config.config import Config
from mnistseq.config.presets import preset_names
from mnistseq.errors import MnistseqError
from mnistseq.inspection.contact_sheet.render import sheet_svg
from mnistseq.inspection.describe_config import feasibility_lines
from mnistseq.inspection.feasibility import assess
from mnistseq.inspection.preview import Look, preview
from mnistseq.pipeline.dataset.input_request import LawOptions, LawRequest, ListRequest

FLAGS = {
    "image.width": "--width",
    "image.height": "--height",
    "image.crop": "--crop",
    "image.polarity": "--polarity",
    "spacing.min": "--min",
    "spacing.max": "--max",
    "spacing.subtype": "--subtype",
    "spacing.fit": "--fit",
    "spacing.align": "--align",
    "canvas.height": "--canvas-height",
    "canvas.align": "--canvas-align",
}
"""Key of the form → option that sets it."""

_IMAGES = 24
_TEXTS = 64
_COLUMNS = 46


@dataclass(frozen=True)
class Drawing:
    """The playground's answer to a form.

    Attributes
    ----------
    sheet : str
        A contact sheet as SVG; empty if nothing can be drawn.
    problem : str
        Why nothing can be drawn; empty on success.
    feasibility : str
        Whether the first sequence can be drawn, and the distribution of its gaps.
    toml, command : str
        The config as a file, and the equivalent command.
    """

    sheet: str
    problem: str
    feasibility: str
    toml: str
    command: str


def draw(values: Mapping[str, Any], texts: str, seed: int) -> Drawing:
    """Draw a contact sheet for the values of the form.

    Parameters
    ----------
    values : mapping
        Key of the form, or ``preset``, → value; None for the default.
    texts : str
        Sequences, one per line; or ``#`` and the number of random labels, such as ``#3-6``.
    """
    given = {key: value for key, value in values.items() if value is not None and key in FLAGS}
    preset = values.get("preset") if values.get("preset") in preset_names() else None
    toml, command = _toml(given, preset), _command(given, preset, texts, seed)
    try:
        config = Config.of(_sections(given, preset))
        request, first = _request(texts)
        sheet = sheet_svg(preview({"": config}, request, seed, Look(_IMAGES))).decode()
        found = assess(config, **first)
    except MnistseqError as error:
        return Drawing("", str(error), "", toml, command)
    feasibility = "\n".join(feasibility_lines(found, _COLUMNS))
    return Drawing(sheet, "", feasibility, toml, command)


def _request(texts: str) -> tuple[Any, dict[str, Any]]:
    """Return what to draw, and the arguments of `assess`."""
    lines = [line.strip() for line in texts.splitlines() if line.strip()][:_TEXTS]
    if len(lines) == 1 and lines[0].startswith("#"):
        length = lines[0][1:].strip()
        longest = length.rpartition("-")[2]
        known = longest.isdecimal() and len(longest) < 7  # anything else is an error of the law
        return LawRequest(LawOptions(length=length), _IMAGES), {
            "length": int(longest) if known else 1
        }
    return ListRequest(tuple(lines)), {"sequence": lines[0] if lines else ""}


def _sections(given: Mapping[str, Any], preset: str | None) -> dict[str, Any]:
    config: dict[str, Any] = {} if preset is None else {"preset": preset}
    for path, value in given.items():
        section, _, key = path.partition(".")
        config.setdefault(section, {})[key] = value
    return config


def _toml(given: Mapping[str, Any], preset: str | None) -> str:
    lines = [] if preset is None else [f"preset = {json.dumps(preset)}"]
    for name, section in _sections(given, None).items():
        lines += [
            "",
            f"[{name}]",
            *(f"{key} = {json.dumps(value)}" for key, value in section.items()),
        ]
    return "\n".join(lines).lstrip("\n") + "\n"


def _command(given: Mapping[str, Any], preset: str | None, texts: str, seed: int) -> str:
    words = ["mnistseq", "preview", "--seed", str(seed)]
    if texts.strip().startswith("#"):
        words += ["--length", texts.strip()[1:].strip()]
    else:
        words.append("sequences.txt")
    words += ["--preset", preset] if preset is not None else []
    for path, value in given.items():
        words += [FLAGS[path], str(value)]
    return shlex.join(words)
