"""Pins on disk, and how two sets of them differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def load_pins(name: str) -> dict[str, Any]:
    """The pins that `name`.json holds."""
    pins: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return pins


def save_pins(name: str, pins: Mapping[str, Any]) -> None:
    """Write `name`.json, an entry a line."""
    text = json.dumps(pins, indent=1, ensure_ascii=False)
    (FOLDER / f"{name}.json").write_text(f"{text}\n", "utf-8")


def differences(pinned: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Each entry that is not as pinned, in words."""
    return [
        *(f"{name} is missing" for name in pinned if name not in found),
        *(f"{name} is new" for name in found if name not in pinned),
        *(f"{name} differs" for name in pinned if found.get(name, pinned[name]) != pinned[name]),
    ]
