"""The JSON Schema of config files, with the parameters of the installed components."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from pydantic.errors import PydanticUserError

from mnistseq.config.schema import config_schema
from mnistseq.config.sections import SourceConfig, SpacingConfig
from mnistseq.config.validation import model_of
from mnistseq.plugins.built_in import Kind
from mnistseq.plugins.description import list_components
from mnistseq.plugins.registry import find

Schema: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class _Parameters:
    """The name of a component, and the schema of its parameters."""

    kind: Kind
    name: str
    schema: Schema

    @property
    def key(self) -> str:
        """Name of the schema in the definitions."""
        return f"{self.kind}.{self.name}"

    @property
    def reference(self) -> Schema:
        """A reference to this schema."""
        return {"$ref": f"#/$defs/{self.key}"}

    @property
    def required(self) -> bool:
        """Whether the component has a required parameter."""
        return bool(self.schema.get("required"))


def installed_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of all keys and all parameters of components.

    Components that cannot be used, because they are broken or share a name, are left out: the
    schema rejects files that name them, as mnistseq does.
    """
    schema = config_schema()
    defined = schema["$defs"]
    sources, spacings = _of_kind("source"), _of_kind("spacing")
    glyph_transforms = [_with_name(item) for item in _of_kind("glyph_transform")]
    canvas_transforms = [_with_name(item) for item in _of_kind("canvas_transform")]
    for item in [*sources, *spacings, *glyph_transforms, *canvas_transforms]:
        defined[item.key] = item.schema
    for section in ("SourceConfig", "SourceEntry"):
        _choose_by_name(defined[section], "name", SourceConfig().name, sources)
    defined["Sources"]["items"]["anyOf"][0]["enum"] = [item.name for item in sources]
    _choose_by_name(defined["SpacingConfig"], "type", SpacingConfig().type, spacings)
    _set_items(defined["ImageConfig"]["properties"]["transform"], glyph_transforms)
    _set_items(defined["CanvasConfig"]["properties"]["transform"], canvas_transforms)
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
        # A plugin's parameter has a type that files cannot contain; using the component fails.
        return {"type": "object"}


def _with_name(item: _Parameters) -> _Parameters:
    """Return the schema of an item in a list of transforms: its name and its parameters."""
    schema = item.schema | {
        "properties": {"name": {"const": item.name}, **item.schema.get("properties", {})},
        "required": ["name", *item.schema.get("required", [])],
    }
    return replace(item, schema=schema)


def _choose_by_name(section: Schema, key: str, default: str, items: Iterable[_Parameters]) -> None:
    """Restrict the name in a section to these, and its parameters to those of that component."""
    section["properties"][key]["enum"] = [item.name for item in items]
    section["allOf"] = [
        {
            "if": {
                "properties": {key: {"const": item.name}},
                # Without a name, the default applies.
                "required": [] if item.name == default else [key],
            },
            "then": {
                "properties": {"parameters": item.reference},
                "required": ["parameters"] if item.required else [],
            },
        }
        for item in items
    ]


def _set_items(schema: Schema, items: list[_Parameters]) -> None:
    """Restrict a list to transforms, each given as a name or as a table of name and parameters."""
    lists = [schema, *schema.get("anyOf", [])]
    [steps] = [member for member in lists if member.get("type") == "array"]
    alone = [item.name for item in items if not item.schema["required"][1:]]
    choices = [{"enum": alone}] if alone else []
    steps["items"] = {"anyOf": [*choices, *(item.reference for item in items)]} if items else False
