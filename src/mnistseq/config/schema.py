"""The JSON Schema of a config file, for editors."""

from __future__ import annotations

from typing import Any

from mnistseq.config.pens import WIDTHS, PenConfig
from mnistseq.config.sections import NO_PEN, SourceEntry
from mnistseq.config.validation import config_model, model_of
from mnistseq.core.limits import MAX_PEN_WIDTH


def config_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of all keys, with their help, ranges and defaults."""
    schema = config_model().model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "mnistseq config"
    schema["properties"]["$schema"] = {"type": "string"}
    _allow_lists_of_sources(schema)
    _allow_pens(schema)
    return schema


def _allow_lists_of_sources(schema: dict[str, Any]) -> None:
    """Allow the source to be a name, or a list of names and tables, like `source.mix`."""
    definitions, properties = schema["$defs"], schema["properties"]
    definitions["SourceEntry"] = model_of(SourceEntry).model_json_schema()
    name = {"type": "string"}
    entry = {"anyOf": [name, {"$ref": "#/$defs/SourceEntry"}]}
    definitions["Sources"] = {"type": "array", "items": entry}
    mix = definitions["SourceConfig"]["properties"]["mix"]
    mix["items"] = entry
    properties["source"] = {
        "anyOf": [
            properties["source"],
            name,
            {"$ref": "#/$defs/Sources", "minItems": 1},
        ]
    }


def _allow_pens(schema: dict[str, Any]) -> None:
    """Allow a pen to be none, a width, a range of widths, or a table."""
    width = {
        "anyOf": [
            {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_PEN_WIDTH},
            {"type": "string", "pattern": WIDTHS},
        ]
    }
    definitions = schema["$defs"]
    table = definitions["PenConfig"] = model_of(PenConfig).model_json_schema()
    table["properties"]["width"]["anyOf"] = [table["properties"]["width"].copy(), *width["anyOf"]]
    for name in ("type", "maxItems", "minItems", "prefixItems"):
        table["properties"]["width"].pop(name, None)
    pen = definitions["ImageConfig"]["properties"]["pen"]
    pen["anyOf"] = [{"const": NO_PEN}, *width["anyOf"], {"$ref": "#/$defs/PenConfig"}]
