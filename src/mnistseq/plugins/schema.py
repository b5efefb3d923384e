"""The JSON Schema of config files with the parameters of the components that are installed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic.errors import PydanticUserError

from mnistseq.config.schema import config_schema
from mnistseq.config.sections import SourceConfig, SpacingConfig
from mnistseq.config.validation import model_of
from mnistseq.core.protocols import CanvasTransform, GlyphTransform
from mnistseq.plugins.built_in import Kind
from mnistseq.plugins.registry import find, list_components

Schema: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class _Parameters:
    """A component's name, and the schema of its parameters."""

    kind: Kind
    name: str
    schema: Schema

    @property
    def key(self) -> str:
        """Where the schema stands among the definitions."""
        return f"{self.kind}.{self.name}"

    @property
    def reference(self) -> Schema:
        """What points there."""
        return {"$ref": f"#/$defs/{self.key}"}

    @property
    def required(self) -> bool:
        """Whether there is a parameter that has to be given."""
        return bool(self.schema.get("required"))


def installed_schema() -> Schema:
    """JSON Schema (draft 2020-12) of every key, and of every parameter of what is installed.

    A component that cannot be used, being broken or one of two of its name, is
    not in it: a file that names it is refused by the schema as it is by us.
    """
    schema = config_schema()
    defined = schema["$defs"]
    sources, spacings = _of_kind("source"), _of_kind("spacing")
    glyphs, canvases = (
        [_with_name(item) for item in _of_kind("transform") if _is(item, base)]
        for base in (GlyphTransform, CanvasTransform)
    )
    for item in [*sources, *spacings, *glyphs, *canvases]:
        defined[item.key] = item.schema
    _by_name(defined["SourceConfig"], "name", SourceConfig().name, sources)
    _by_name(defined["SpacingConfig"], "type", SpacingConfig().type, spacings)
    _replace_items(defined["ImageConfig"]["properties"]["transform"], glyphs)
    _replace_items(defined["CanvasConfig"]["properties"]["transform"], canvases)
    return schema


def _of_kind(kind: Kind) -> list[_Parameters]:
    usable = [item.name for item in list_components() if item.kind == kind and not item.problem]
    return [_Parameters(kind, name, _schema_of(kind, name)) for name in usable]


def _schema_of(kind: Kind, name: str) -> Schema:
    component = find(kind, name)
    inner = f"#/$defs/{kind}.{name}/$defs/{{model}}"
    try:
        return model_of(component).model_json_schema(ref_template=inner)
    except PydanticUserError:
        # A plugin's parameter of a type that no file can hold; whoever uses it is told.
        return {"type": "object"}


def _is(item: _Parameters, base: type) -> bool:
    return issubclass(find(item.kind, item.name), base)


def _with_name(item: _Parameters) -> _Parameters:
    """An entry of a list of transforms: the parameters, and among them the name."""
    schema = item.schema | {
        "properties": {"name": {"const": item.name}, **item.schema.get("properties", {})},
        "required": ["name", *item.schema.get("required", [])],
    }
    return _Parameters(item.kind, item.name, schema)


def _by_name(section: Schema, key: str, default: str, items: Iterable[_Parameters]) -> None:
    """Let a section's name be one of some, and its parameters those of the one it names."""
    section["properties"][key]["enum"] = [item.name for item in items]
    section["allOf"] = [
        {
            "if": {
                "properties": {key: {"const": item.name}},
                # The default is what a section without a name means.
                "required": [] if item.name == default else [key],
            },
            "then": {
                "properties": {"parameters": item.reference},
                "required": ["parameters"] if item.required else [],
            },
        }
        for item in items
    ]


def _replace_items(schema: Schema, items: list[_Parameters]) -> None:
    """Let the members of a list be transforms: by name alone, or a table of name and parameters."""
    lists = [schema, *schema.get("anyOf", [])]
    [steps] = [member for member in lists if member.get("type") == "array"]
    alone = [item.name for item in items if not item.schema["required"][1:]]
    choices = [{"enum": alone}] if alone else []
    steps["items"] = {"anyOf": [*choices, *(item.reference for item in items)]} if items else False
