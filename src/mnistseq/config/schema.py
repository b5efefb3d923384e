"""The JSON Schema of a config file, for editors."""

from __future__ import annotations

from typing import Any

from mnistseq.config.validation import config_model


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of every key: its meaning, range and default."""
    schema = config_model().model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "mnistseq config"
    schema["properties"]["$schema"] = {"type": "string"}
    return schema
