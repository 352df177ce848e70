"""The JSON Schema of the document format."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from integrated_services.model._base import Model
from integrated_services.model._fields import fields_of
from integrated_services.model._framework import FORMAT, Framework

SCHEMA_ID = f"https://integrated-services.example/schemas/framework-{FORMAT}.schema.json"
"""Name of the schema; it stays the same as long as the format does."""


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of the document format.

    Returns
    -------
    dict[str, Any]
        The schema, as it is also kept in the file ``schemas/framework-1.schema.json``.

    Examples
    --------
    >>> from integrated_services.model import json_schema
    >>> sorted(json_schema()["required"])
    ['framework', 'reference_date', 'title']
    """
    for cls in _all_models(Framework, set()):
        cls.model_rebuild()
    schema = Framework.model_json_schema(mode="validation", by_alias=True, schema_generator=_SchemaWriter)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **_plainly_described(schema)}


def _plainly_described(schema: Any) -> Any:
    """Leave of each description its first paragraph: what follows are examples for programmers."""
    if isinstance(schema, list):
        return [_plainly_described(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _plainly_described(value) for key, value in schema.items()}
    if isinstance(text := schema.get("description"), str):
        found["description"] = text.partition("\n\n")[0].replace("``", "`").replace("\n", " ")
    return found


class _SchemaWriter(GenerateJsonSchema):
    """Leaves out the defaults that say nothing: no list, no value."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Describe a field that has a default."""
        found = super().default_schema(schema)
        if found.get("default", ...) in (None, []):
            del found["default"]
        return found


def _all_models(cls: type[Model], seen: set[type[Model]]) -> set[type[Model]]:
    if cls not in seen:
        seen.add(cls)
        for spec in fields_of(cls):
            if spec.model is not None:
                _all_models(spec.model, seen)
    return seen
